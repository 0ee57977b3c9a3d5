import { nonNegative, openUnit, positive, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Interval } from "../estimate/interval.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { MomentsState, Summary } from "../moments.js";
import { Moments } from "../moments.js";
import { gaussianLogE, gaussianRadius, informationFor } from "./gaussianMixture.js";
import { samePlan } from "./plan.js";
import { EProcess } from "./process.js";
import type { Side } from "./side.js";
import { sides } from "./side.js";

/** The plan of a test of two means, B against A. */
export interface MeanPlan {
  readonly side: Side;
  /** Size of the effects bet on, in the units of the metric. */
  readonly tau?: number;
  /** The same as parts of |mean of A| at the end of the burn-in; all of them, in equal parts. Default .05, .1, .2, .4. */
  readonly relativeTau?: readonly number[];
  /** Values per arm that are seen before the first bet, to know the variance. */
  readonly burnIn?: number;
}

interface FullPlan {
  readonly side: Side;
  readonly tau: number | null;
  readonly relativeTau: readonly number[];
  readonly burnIn: number;
}

/** The moments of one batch of both arms. */
export interface MeanBatch {
  readonly a: Summary;
  readonly b: Summary;
}

/** A saved MeanEProcess. `taus` is empty before the burn-in ends. */
export interface MeanState extends Saved<"mean-e-process"> {
  readonly plan: FullPlan;
  readonly batches: number;
  readonly a: MomentsState;
  readonly b: MomentsState;
  readonly s: number;
  readonly v: number;
  readonly taus: readonly number[];
  readonly supLogE: number;
}

/** The estimated difference B − A with its interval; `estimate` is null while there is none. */
export interface MeanInterval extends Interval {
  readonly estimate: number | null;
}

/**
 * The always-valid test of two means by batches: each batch adds its own difference, weighted by information, so traffic
 * shares and common drift cannot feign an effect. Approximate: the mean of a batch is taken as normal with the variance
 * (of all earlier values, per arm) known; hence the burn-in, and a doubt of that variance where a batch is out of all
 * proportion. Winsorise heavy tails. The null is equal means in every batch (one-sided: B at most A, or at least).
 * Source: Robbins 1970, Johari et al. 2017 (mSPRT), stratified by batch; Howard et al. 2021 for the one-sided form.
 */
export class MeanEProcess extends EProcess {
  private a = Moments.of();
  private b = Moments.of();
  private s = 0;
  private v = 0;
  private taus: readonly number[] = [];

  private constructor(private readonly plan: FullPlan) {
    super("mean-e-process");
    if (!sides.includes(plan.side)) throw new StatsError("side", plan.side, "greater, less or two-sided");
    if (plan.tau !== null) positive("tau", plan.tau);
    if (plan.relativeTau.length === 0) throw new StatsError("relativeTau", [], "at least one part");
    plan.relativeTau.forEach((part, index) => positive(`relativeTau[${index}]`, part));
    whole("burnIn", plan.burnIn, 2);
  }

  /** Throws StatsError on an unknown side, a tau not above 0, or a burn-in below 2. */
  static of({ side, tau, relativeTau = [0.05, 0.1, 0.2, 0.4], burnIn = 100 }: MeanPlan): MeanEProcess {
    return new MeanEProcess({ side, tau: tau ?? null, relativeTau: [...relativeTau], burnIn });
  }

  static fromJSON(json: unknown): MeanEProcess {
    const state = new StateReader("mean-e-process", json);
    const plan = new StateReader("plan", { kind: "plan", version: 1, ...Object(state.part("plan")) });
    const tau = plan.part("tau") === null ? {} : { tau: plan.number("tau") };
    const process = MeanEProcess.of({
      side: plan.text("side", sides),
      ...tau,
      relativeTau: plan.numbers("relativeTau"),
      burnIn: plan.number("burnIn"),
    });
    process.restoreRecord(state);
    process.a = Moments.fromJSON(state.part("a"));
    process.b = Moments.fromJSON(state.part("b"));
    process.s = state.number("s");
    process.v = nonNegative("mean-e-process.v", state.number("v"));
    process.taus = state.numbers("taus");
    return process;
  }

  get logE(): number {
    if (this.v === 0) return 0;
    switch (this.plan.side) {
      case "two-sided":
        return gaussianLogE({ s: this.s, v: this.v }, this.taus, "two-sided");
      case "greater":
        return gaussianLogE({ s: this.s, v: this.v }, this.taus, "one-sided");
      case "less":
        return gaussianLogE({ s: -this.s, v: this.v }, this.taus, "one-sided");
    }
  }

  /** Information gathered: the inverse variance of the estimate. */
  get information(): number {
    return this.v;
  }

  /** All values of both arms so far. */
  get seen(): MeanBatch {
    return { a: this.a, b: this.b };
  }

  /**
   * Takes the moments of one batch alone and returns ln E. A batch without values in one arm, or before the burn-in is
   * over, or while no value varies, only teaches the variance. Throws StatsError on impossible moments.
   */
  add(batch: MeanBatch): number {
    const [a, b] = [Moments.from(batch.a), Moments.from(batch.b)];
    if (a.n + b.n === 0) return this.logE;
    if (a.n > 0 && b.n > 0) this.bet(a, b);
    this.a.merge(a);
    this.b.merge(b);
    return this.close();
  }

  private bet(a: Moments, b: Moments): void {
    const { burnIn } = this.plan;
    if (this.a.n < burnIn || this.b.n < burnIn) return;
    const known = this.a.variance / a.n + this.b.variance / b.n;
    if (known === 0) return;
    const difference = b.mean - a.mean;
    const variance = difference * difference > 9 * known ? this.doubted(known, a, b) : known;
    if (this.taus.length === 0) this.taus = this.chosenTaus();
    this.s += difference / variance;
    this.v += 1 / variance;
  }

  /**
   * A difference beyond three standard errors is either an effect or a variance that was not yet known, as heavy tails
   * have it: where taking the batch in raises the variance by more than a quarter, the raised one counts.
   */
  private doubted(known: number, a: Moments, b: Moments): number {
    const all = (before: Moments, now: Moments): number => Moments.from(before).merge(now).variance / now.n;
    const raised = all(this.a, a) + all(this.b, b);
    return raised > 1.25 * known ? raised : known;
  }

  /** Fixed once, from what came before the first bet: a mixture that moved with the data would be no martingale. */
  private chosenTaus(): number[] {
    if (this.plan.tau !== null) return [this.plan.tau];
    const scale = Math.abs(this.a.mean) || Math.sqrt(this.a.variance + this.b.variance);
    return this.plan.relativeTau.map((part) => part * scale);
  }

  /**
   * The estimate of B − A with its confidence sequence: it covers the truth at all looks at once with 1 − alpha. A
   * one-sided test has a one-sided interval. Throws StatsError unless 0 < alpha < 1.
   */
  interval(alpha = 0.05): MeanInterval {
    openUnit("alpha", alpha);
    if (this.v === 0) return { estimate: null, low: -Infinity, high: Infinity };
    const estimate = this.s / this.v;
    const { side } = this.plan;
    const radius = gaussianRadius(this.v, this.taus, alpha, side === "two-sided" ? "two-sided" : "one-sided");
    return {
      estimate,
      low: side === "less" ? -Infinity : estimate - radius,
      high: side === "greater" ? Infinity : estimate + radius,
    };
  }

  /**
   * The information at which the test reaches 1/alpha if the estimate stays as it is; undefined while there is none, or
   * where the estimate is not on the test's side. Throws StatsError unless 0 < alpha < 1.
   */
  informationNeeded(alpha = 0.05): number | undefined {
    openUnit("alpha", alpha);
    if (this.v === 0) return undefined;
    const { side } = this.plan;
    const estimate = this.s / this.v;
    const effect = side === "two-sided" ? Math.abs(estimate) : side === "less" ? -estimate : estimate;
    if (!(effect > 0)) return undefined;
    return informationFor(effect, this.taus, alpha, side === "two-sided" ? "two-sided" : "one-sided");
  }

  /** Takes the evidence of an independent stream. Throws StatsError where plans differ, or the effects bet on do. */
  merge(other: MeanEProcess): this {
    samePlan("plan", this.plan, other.plan);
    if (this.taus.length > 0 && other.taus.length > 0) samePlan("taus", this.taus, other.taus);
    this.a.merge(other.a);
    this.b.merge(other.b);
    this.s += other.s;
    this.v += other.v;
    if (this.taus.length === 0) this.taus = other.taus;
    this.mergeRecord(other);
    return this;
  }

  toJSON(): MeanState {
    return {
      kind: "mean-e-process",
      version: 1,
      plan: this.plan,
      ...this.record,
      a: this.a.toJSON(),
      b: this.b.toJSON(),
      s: this.s,
      v: this.v,
      taus: [...this.taus],
    };
  }
}

/** Starts a MeanEProcess. */
export function meanEProcess(plan: MeanPlan): MeanEProcess {
  return MeanEProcess.of(plan);
}
meanEProcess.fromJSON = (json: unknown): MeanEProcess => MeanEProcess.fromJSON(json);
