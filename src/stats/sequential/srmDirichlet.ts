import { at, sharesOf, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import { logGamma } from "../special/logGamma.js";
import { samePlan } from "./plan.js";
import { checkPrior } from "./srm.js";

/** The null shares and the Dirichlet prior of the alternative. */
export interface SrmDirichletPlan {
  readonly probabilities: readonly number[];
  readonly alpha: readonly number[];
}

/** ln of the marginal likelihoods of mismatch (M1) and of none (M0), and of the posterior odds from prior odds 1. */
export interface SrmOdds {
  readonly logM1: number;
  readonly logM0: number;
  readonly logPosteriorOdds: number;
}

/** A saved SrmDirichlet. */
export interface SrmDirichletState extends Saved<"srm-dirichlet"> {
  readonly probabilities: readonly number[];
  readonly prior: readonly number[];
  readonly posterior: readonly number[];
  readonly logM1: number;
  readonly logM0: number;
  readonly impossible: boolean;
}

/**
 * The Bayesian test of a sample ratio mismatch under constant shares. Both likelihoods are of the counts of each batch
 * (with its multinomial coefficient), multiplied over batches; the odds are an e-process.
 * Source: Lindon & Malek 2022, eq. 7-9.
 */
export class SrmDirichlet {
  private readonly posterior: number[];
  private m1 = 0;
  private m0 = 0;
  private impossible = false;

  private constructor(
    private readonly probabilities: readonly number[],
    private readonly prior: readonly number[],
  ) {
    checkPrior(prior, probabilities.length);
    this.posterior = [...prior];
  }

  /** Throws StatsError on probabilities that do not sum to 1 and prior parameters not above 0. */
  static of({ probabilities, alpha }: SrmDirichletPlan): SrmDirichlet {
    return new SrmDirichlet(sharesOf("probabilities", probabilities), [...alpha]);
  }

  static fromJSON(json: unknown): SrmDirichlet {
    const state = new StateReader("srm-dirichlet", json);
    const test = SrmDirichlet.of({ probabilities: state.numbers("probabilities"), alpha: state.numbers("prior") });
    const posterior = state.numbers("posterior");
    checkPrior(posterior, test.prior.length);
    test.posterior.splice(0, posterior.length, ...posterior);
    test.m1 = state.number("logM1");
    test.m0 = state.number("logM0");
    test.impossible = state.boolean("impossible");
    return test;
  }

  /** All so far. A count where the probability is 0 makes logM0 −Infinity and the odds Infinity. */
  get odds(): SrmOdds {
    const logM0 = this.impossible ? -Infinity : this.m0;
    return { logM1: this.m1, logM0, logPosteriorOdds: this.m1 - logM0 };
  }

  /** Takes the counts of one batch and returns the cumulative odds. */
  add(counts: readonly number[]): SrmOdds {
    if (counts.length !== this.prior.length)
      throw new StatsError("counts.length", counts.length, `${this.prior.length} counts`);
    counts.forEach((count, index) => whole(`counts[${index}]`, count));
    const n = counts.reduce((sum, count) => sum + count, 0);
    const total = this.posterior.reduce((sum, a) => sum + a, 0);
    let coefficient = logGamma(n + 1);
    let m1 = -logRise(total, n);
    counts.forEach((count, i) => {
      const [a, p] = [at(this.posterior, i), at(this.probabilities, i)];
      coefficient -= logGamma(count + 1);
      m1 += logRise(a, count);
      if (count > 0 && p === 0) this.impossible = true;
      else if (count > 0) this.m0 += count * Math.log(p);
      this.posterior[i] = a + count;
    });
    this.m1 += m1 + coefficient;
    this.m0 += coefficient;
    return this.odds;
  }

  /**
   * Takes the counts of an independent stream with the same true shares, as if its batches had come here.
   * Throws StatsError where the plans differ.
   */
  merge(other: SrmDirichlet): this {
    samePlan("plan", [this.probabilities, this.prior], [other.probabilities, other.prior]);
    const [mine, theirs] = [this.seen, other.seen];
    const all = mine.map((count, i) => count + at(theirs, i));
    this.m1 += other.m1 + (this.logEvidence(all) - this.logEvidence(mine) - this.logEvidence(theirs));
    this.m0 += other.m0;
    this.impossible ||= other.impossible;
    all.forEach((count, i) => (this.posterior[i] = at(this.prior, i) + count));
    return this;
  }

  private get seen(): number[] {
    return this.posterior.map((a, i) => Math.round(a - at(this.prior, i)));
  }

  /** ln of the marginal likelihood of counts in one given order. */
  private logEvidence(counts: readonly number[]): number {
    const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0);
    return counts.reduce(
      (log, count, i) => log + logRise(at(this.prior, i), count),
      -logRise(sum(this.prior), sum(counts)),
    );
  }

  toJSON(): SrmDirichletState {
    return {
      kind: "srm-dirichlet",
      version: 1,
      probabilities: [...this.probabilities],
      prior: [...this.prior],
      posterior: [...this.posterior],
      logM1: this.m1,
      logM0: this.m0,
      impossible: this.impossible,
    };
  }
}

/** ln of a(a+1)…(a+count−1). */
function logRise(a: number, count: number): number {
  if (count > 30) return logGamma(a + count) - logGamma(a);
  let product = 0;
  for (let i = 0; i < count; i++) product += Math.log(a + i);
  return product;
}

/** Starts an SrmDirichlet. */
export function srmDirichlet(plan: SrmDirichletPlan): SrmDirichlet {
  return SrmDirichlet.of(plan);
}
srmDirichlet.fromJSON = (json: unknown): SrmDirichlet => SrmDirichlet.fromJSON(json);
