import { readFileSync } from "node:fs";

/** Reads a file of reference numbers. */
function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), "utf8"));
}

interface Pair {
  readonly cdf: number;
  readonly sf: number;
}

export interface SpecialVectors {
  readonly data: {
    readonly beta_cdf: readonly ({ a: number; b: number; x: number } & Pair)[];
    readonly beta_quantile: readonly { a: number; b: number; p: number; x: number }[];
    readonly normal_quantile: readonly { p: number; z: number }[];
    readonly normal_cdf: readonly ({ z: number } & Pair)[];
    readonly t_cdf: readonly ({ t: number; df: number } & Pair)[];
    readonly t_quantile: readonly { p: number; df: number; t: number }[];
    readonly chi2_sf: readonly { x: number; df: number; sf: number }[];
    readonly gamma_cdf: readonly ({ shape: number; x: number } & Pair)[];
    readonly gamma_quantile: readonly { shape: number; p: number; x: number }[];
  };
}

export interface BayesVectors {
  readonly binary_ab: readonly {
    alphaA: number;
    betaA: number;
    alphaB: number;
    betaB: number;
    p_B_beats_A: number;
    expected_loss_choose_B: number;
    expected_loss_choose_A: number;
  }[];
  readonly binary_abc: readonly {
    A: [number, number];
    B: [number, number];
    C: [number, number];
    p_C_best: number;
  }[];
  readonly poisson_ab: readonly {
    alphaA: number;
    exposureA: number;
    alphaB: number;
    exposureB: number;
    p_B_beats_A: number;
  }[];
}

export interface ProcessVectors {
  readonly deltas_one_sided: readonly number[];
  readonly rows: readonly [nA: number, xA: number, nB: number, xB: number][];
  readonly log_e_one_sided_b_greater: readonly number[];
  readonly log_e_two_sided: readonly number[];
}

type RankP = Readonly<Record<string, { U: number; p: number }>>;

export interface TestVectors {
  readonly data: {
    readonly two_sample: readonly ({
      x: number[];
      y: number[];
      welch: { t: number; df: number; p: number; ci95: [number, number] };
      brunner_munzel: { W: number; p: number };
      hodges_lehmann: number;
      mwu_exact?: { U: number; p: number };
    } & { readonly [K in `mwu_asymptotic_${string}`]: RankP[string] })[];
    readonly chisquare_gof_srm: readonly { obs: number[]; weights: number[]; p: number }[];
    readonly fisher_exact: readonly { table: [[number, number], [number, number]]; p: number }[];
    readonly proportion_ci95: readonly {
      x: number;
      n: number;
      wilson: [number, number];
      beta: [number, number];
      jeffreys: [number, number];
    }[];
    readonly diff_proportion_ci95: readonly {
      x1: number;
      n1: number;
      x2: number;
      n2: number;
      newcomb: [number, number];
    }[];
    readonly poisson_two_sample: readonly { c1: number; e1: number; c2: number; e2: number; exact_cond_p: number }[];
    readonly garwood_poisson_ci95: readonly { count: number; ci: [number, number] }[];
    readonly power: readonly { kind: string; p1?: number; p2?: number; alpha?: number; power?: number; n: number }[];
    readonly multiple_testing: readonly { p: number[]; holm: number[] }[];
    readonly fieller: readonly {
      mean1: number;
      sd1: number;
      n1: number;
      mean2: number;
      sd2: number;
      n2: number;
      ratio: number;
      ci95: [number, number];
    }[];
    readonly two_prop_z: readonly { x: [number, number]; n: [number, number]; z: number; p: number }[];
  };
}

export const specialVectors = (): SpecialVectors => read("specialFunctions") as SpecialVectors;
export const bayesVectors = (): BayesVectors => read("bayes") as BayesVectors;
export const processVectors = (): ProcessVectors => read("binaryEProcess") as ProcessVectors;
export const testVectors = (): TestVectors => read("tests") as TestVectors;

/** |got − want| / |want|, or the absolute error where `want` is 0. */
export function relativeError(got: number, want: number): number {
  return want === 0 ? Math.abs(got) : Math.abs(got - want) / Math.abs(want);
}
