import { finite, openUnit, positive, whole } from "../check.js";
import { meanPosterior } from "../bayes/observe.js";
import { posteriorCdf } from "../bayes/posterior.js";
import { StatsError } from "../errors.js";
import type { Interval } from "../estimate/interval.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { Summary } from "../moments.js";
import { checkSummary } from "../moments.js";
import { rejects } from "./evidence.js";
import type { MeanState } from "./mean.js";
import { MeanEProcess } from "./mean.js";
import { samePlan } from "./plan.js";
import type { SloDirection, SloVerdict } from "./slo.js";
import { sloDirections } from "./slo.js";

/** An objective on a mean: at most, or at least, `limit`, in the units of the metric. */
export interface MeanSloPlan {
  readonly limit: number;
  readonly direction: SloDirection;
  /** Error rate of each of the two verdicts; default 0.05. */
  readonly alpha?: number;
  /** Below this many values there is no verdict but noData; default 50. */
  readonly minRequests?: number;
  /** Size of the effects bet on; default .05, .1, .2 and .4 of |limit|, or of the deviation for a limit of 0. */
  readonly tau?: number;
  /** Values that are seen before the first bet, to know the variance; default 100. */
  readonly burnIn?: number;
}

interface FullPlan extends Required<Omit<MeanSloPlan, "tau">> {
  readonly tau: number | null;
}

/** A saved MeanSloTest. */
export interface MeanSloState extends Saved<"mean-slo-test"> {
  readonly limit: number;
  readonly direction: SloDirection;
  readonly alpha: number;
  readonly minRequests: number;
  readonly tau: number | null;
  readonly burnIn: number;
  readonly above: MeanState;
  readonly below: MeanState;
}

/**
 * Whether a mean keeps its limit, as a verdict that may be asked for at every tick; the counterpart of SloTest for values.
 * Each error holds over all ticks together, approximately: see MeanEProcess, whose arm A is here the limit itself.
 * Winsorise heavy tails, or state the objective as a rate ("at most 1 % above L"), which SloTest decides exactly.
 * Source: Robbins 1970; Howard et al. 2021, eq. 14 (one-sided normal mixture), on batch means less the limit.
 */
export class MeanSloTest {
  private above: MeanEProcess;
  private below: MeanEProcess;

  private constructor(private readonly plan: FullPlan) {
    if (!sloDirections.includes(plan.direction))
      throw new StatsError("direction", plan.direction, "at-most or at-least");
    finite("limit", plan.limit);
    openUnit("alpha", plan.alpha);
    whole("minRequests", plan.minRequests);
    const { tau, burnIn } = plan;
    const rest = { burnIn, ...(tau === null ? {} : { tau: positive("tau", tau) }) };
    this.above = MeanEProcess.of({ ...rest, side: "greater" });
    this.below = MeanEProcess.of({ ...rest, side: "less" });
  }

  /** Throws StatsError unless the limit is finite, 0 < alpha < 1, tau > 0 and burnIn ≥ 2. */
  static of({ limit, direction, alpha = 0.05, minRequests = 50, tau, burnIn = 100 }: MeanSloPlan): MeanSloTest {
    return new MeanSloTest({ limit, direction, alpha, minRequests, tau: tau ?? null, burnIn });
  }

  static fromJSON(json: unknown): MeanSloTest {
    const state = new StateReader("mean-slo-test", json);
    const test = MeanSloTest.of({
      limit: state.number("limit"),
      direction: state.text("direction", sloDirections),
      alpha: state.number("alpha"),
      minRequests: state.number("minRequests"),
      burnIn: state.number("burnIn"),
      ...(state.part("tau") === null ? {} : { tau: state.number("tau") }),
    });
    test.above = MeanEProcess.fromJSON(state.part("above"));
    test.below = MeanEProcess.fromJSON(state.part("below"));
    return test;
  }

  get verdict(): SloVerdict {
    const { alpha, direction, minRequests } = this.plan;
    const { n } = this.totals;
    if (n === 0 || n < minRequests) return "noData";
    const [good, bad] = direction === "at-most" ? [this.below, this.above] : [this.above, this.below];
    if (rejects(bad, alpha)) return "violated";
    return rejects(good, alpha) ? "satisfied" : "undecided";
  }

  /** All values so far. */
  get totals(): Summary {
    const { n, mean, variance } = this.above.seen.b;
    return { n, mean, variance };
  }

  /** ln of the largest e-values: that the mean is above the limit, and below. */
  get evidence(): { readonly above: number; readonly below: number } {
    return { above: this.above.supLogE, below: this.below.supLogE };
  }

  /**
   * The mean with an interval that covers it at every look at once with 1 − 2 alpha, the ends of which agree with the two
   * tests as they stand now; ±Infinity before the first bet. The estimate leaves out what came before it.
   */
  get interval(): Interval & { readonly estimate: number | null } {
    const { limit, alpha } = this.plan;
    const { estimate, low } = this.above.interval(alpha);
    const { high } = this.below.interval(alpha);
    return { estimate: estimate === null ? null : limit + estimate, low: limit + low, high: limit + high };
  }

  /** The posterior probability that the objective holds (flat prior); undefined while nothing varies. Not to stop on. */
  get probabilitySatisfied(): number | undefined {
    const posterior = meanPosterior(this.totals);
    if (posterior === undefined) return undefined;
    const { cdf, sf } = posteriorCdf(posterior, this.plan.limit);
    return this.plan.direction === "at-most" ? cdf : sf;
  }

  /** Takes the moments of one batch. Throws StatsError on impossible ones. */
  add(batch: Summary): this {
    checkSummary("batch", batch);
    const limit = { n: batch.n, mean: this.plan.limit, variance: 0 };
    this.above.add({ a: limit, b: batch });
    this.below.add({ a: limit, b: batch });
    return this;
  }

  /** Takes the evidence of an independent stream. Throws StatsError where the plans, or the effects bet on, differ. */
  merge(other: MeanSloTest): this {
    samePlan("plan", this.plan, other.plan);
    this.above.merge(other.above);
    this.below.merge(other.below);
    return this;
  }

  /**
   * About how many more values an undecided objective needs if the mean stays as it is; undefined if it is decided, or
   * nothing is known of it yet. An extrapolation, not a promise.
   */
  get requestsNeeded(): number | undefined {
    const { n, variance } = this.totals;
    if (this.verdict === "noData") return n < this.plan.minRequests ? this.plan.minRequests - n : undefined;
    if (this.verdict !== "undecided") return undefined;
    const needed = [this.above, this.below].flatMap((test) => test.informationNeeded(this.plan.alpha) ?? []);
    const missing = Math.min(...needed) - this.above.information;
    return Number.isFinite(missing) ? Math.max(1, Math.ceil(missing * variance)) : undefined;
  }

  toJSON(): MeanSloState {
    return {
      kind: "mean-slo-test",
      version: 1,
      ...this.plan,
      above: this.above.toJSON(),
      below: this.below.toJSON(),
    };
  }
}

/** Starts a MeanSloTest: `meanSloTest({limit: 0.3, direction: "at-most"}).add({n, mean, variance})`. */
export function meanSloTest(plan: MeanSloPlan): MeanSloTest {
  return MeanSloTest.of(plan);
}
meanSloTest.fromJSON = (json: unknown): MeanSloTest => MeanSloTest.fromJSON(json);
