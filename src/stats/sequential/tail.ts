import { at, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { BinaryPlan, BinaryState } from "./binary.js";
import { BinaryEProcess } from "./binary.js";
import type { Evidence } from "./evidence.js";
import { evidencePValue, logMeanExp } from "./evidence.js";

/** The plan of a test of two distributions at fixed edges (bucket bounds, or quantiles of a warm-up). */
export interface TailPlan extends BinaryPlan {
  readonly edges: readonly number[];
}

/** A batch: values per arm and how many of them exceed each edge. */
export interface TailBatch {
  readonly nA: number;
  readonly aboveA: readonly number[];
  readonly nB: number;
  readonly aboveB: readonly number[];
}

/** A saved TailEProcess. */
export interface TailState extends Saved<"tail-e-process"> {
  readonly edges: readonly number[];
  readonly tests: readonly BinaryState[];
  readonly supLogE: number;
}

/**
 * The exact test that two distributions agree at every edge: the mean of the tests of the rates of exceedance. Sees tails
 * and quantiles that a test of means does not. Side `greater`: B exceeds more often.
 * Source: mean of e-values (Vovk & Wang 2021) over BinaryEProcess.
 */
export class TailEProcess implements Evidence {
  private sup = 0;

  private constructor(
    private readonly edges: readonly number[],
    private readonly tests: readonly BinaryEProcess[],
  ) {
    if (edges.length === 0) throw new StatsError("edges", edges, "at least one edge");
    edges.forEach((edge, index) => {
      const before = index === 0 ? -Infinity : at(edges, index - 1);
      if (!(edge > before)) throw new StatsError(`edges[${index}]`, edge, "edges in ascending order");
    });
  }

  /** Throws StatsError on edges that do not ascend, and as BinaryEProcess does. */
  static of({ edges, ...plan }: TailPlan): TailEProcess {
    return new TailEProcess(
      [...edges],
      edges.map(() => BinaryEProcess.of(plan)),
    );
  }

  static fromJSON(json: unknown): TailEProcess {
    const state = new StateReader("tail-e-process", json);
    const tests = state.list("tests").map((test) => BinaryEProcess.fromJSON(test));
    const process = new TailEProcess(state.numbers("edges"), tests);
    process.sup = state.number("supLogE");
    return process;
  }

  get logE(): number {
    return logMeanExp(this.tests.map(({ logE }) => logE));
  }

  get supLogE(): number {
    return this.sup;
  }

  get pValue(): number {
    return evidencePValue(this.sup);
  }

  /** ln E at each edge, to say where the distributions part. */
  get byEdge(): readonly { readonly edge: number; readonly logE: number }[] {
    return this.edges.map((edge, index) => ({ edge, logE: at(this.tests, index).logE }));
  }

  /** Takes one batch and returns ln E. Throws StatsError on impossible counts. */
  add({ nA, aboveA, nB, aboveB }: TailBatch): number {
    whole("aboveA.length", aboveA.length, this.edges.length);
    whole("aboveB.length", aboveB.length, this.edges.length);
    this.tests.forEach((test, k) => test.add({ nA, xA: at(aboveA, k), nB, xB: at(aboveB, k) }));
    const { logE } = this;
    this.sup = Math.max(this.sup, logE);
    return logE;
  }

  toJSON(): TailState {
    return {
      kind: "tail-e-process",
      version: 1,
      edges: [...this.edges],
      tests: this.tests.map((test) => test.toJSON()),
      supLogE: this.sup,
    };
  }
}

/** Starts a TailEProcess. */
export function tailEProcess(plan: TailPlan): TailEProcess {
  return TailEProcess.of(plan);
}
tailEProcess.fromJSON = (json: unknown): TailEProcess => TailEProcess.fromJSON(json);
