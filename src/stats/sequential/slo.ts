import { counts, openUnit, whole } from "../check.js";
import { betaPosterior } from "../bayes/observe.js";
import { posteriorCdf } from "../bayes/posterior.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import { rejects } from "./evidence.js";
import { samePlan } from "./plan.js";
import type { RateState } from "./rate.js";
import { RateEProcess } from "./rate.js";

/** What a service level objective can be found to be. */
export type SloVerdict = "satisfied" | "violated" | "undecided" | "noData";

/** The direction of an objective. */
export type SloDirection = "at-most" | "at-least";

/** Both directions, for decoders. */
export const sloDirections: readonly SloDirection[] = ["at-most", "at-least"];

/** An objective on a rate: the counted requests (`bad`) make at most, or at least, `limit` of all. */
export interface SloPlan {
  readonly limit: number;
  readonly direction: SloDirection;
  /** Error rate of each of the two verdicts; default 0.05. */
  readonly alpha?: number;
  /** Below this many requests there is no verdict but noData; default 50. */
  readonly minRequests?: number;
}

/** A saved SloTest. */
export interface SloState extends Saved<"slo-test"> {
  readonly limit: number;
  readonly direction: SloDirection;
  readonly alpha: number;
  readonly minRequests: number;
  readonly n: number;
  readonly bad: number;
  readonly above: RateState;
  readonly below: RateState;
}

/**
 * Whether a rate keeps its limit, as a verdict that may be asked for at every tick. Two exact tests run side by side: one
 * finds the rate above the limit, the other below; each errs with at most alpha over all ticks together. A verdict once
 * reached stays; found both ways at different times, the objective is violated.
 * "p99 ≤ L" is the objective "at most 1 % of requests take longer than L": count those.
 * Source: Wald 1945, as RateEProcess.
 */
export class SloTest {
  private n = 0;
  private bad = 0;
  private above: RateEProcess;
  private below: RateEProcess;

  private constructor(private readonly plan: Required<SloPlan>) {
    if (!sloDirections.includes(plan.direction))
      throw new StatsError("direction", plan.direction, "at-most or at-least");
    openUnit("alpha", plan.alpha);
    whole("minRequests", plan.minRequests);
    this.above = RateEProcess.of({ limit: plan.limit, side: "greater" });
    this.below = RateEProcess.of({ limit: plan.limit, side: "less" });
  }

  /** Throws StatsError unless 0 < limit < 1 (no data can show a rate to be exactly 0 or 1) and 0 < alpha < 1. */
  static of({ limit, direction, alpha = 0.05, minRequests = 50 }: SloPlan): SloTest {
    return new SloTest({ limit, direction, alpha, minRequests });
  }

  static fromJSON(json: unknown): SloTest {
    const state = new StateReader("slo-test", json);
    const test = SloTest.of({
      limit: state.number("limit"),
      direction: state.text("direction", sloDirections),
      alpha: state.number("alpha"),
      minRequests: state.number("minRequests"),
    });
    [test.n, test.bad] = [state.number("n"), state.number("bad")];
    counts("slo-test.bad", test.bad, "slo-test.n", test.n);
    test.above = RateEProcess.fromJSON(state.part("above"));
    test.below = RateEProcess.fromJSON(state.part("below"));
    return test;
  }

  get verdict(): SloVerdict {
    const { alpha, direction, minRequests } = this.plan;
    if (this.n === 0 || this.n < minRequests) return "noData";
    const [good, bad] = direction === "at-most" ? [this.below, this.above] : [this.above, this.below];
    if (rejects(bad, alpha)) return "violated";
    return rejects(good, alpha) ? "satisfied" : "undecided";
  }

  /** Requests so far and those counted. */
  get totals(): { readonly n: number; readonly bad: number } {
    return { n: this.n, bad: this.bad };
  }

  /** ln of the largest e-values: that the rate is above the limit, and below. */
  get evidence(): { readonly above: number; readonly below: number } {
    return { above: this.above.supLogE, below: this.below.supLogE };
  }

  /** The posterior probability that the objective holds (prior Beta(½, ½)); to be shown, not to stop on. */
  get probabilitySatisfied(): number {
    const { cdf, sf } = posteriorCdf(
      betaPosterior({ x: this.bad, n: this.n }, { alpha: 0.5, beta: 0.5 }),
      this.plan.limit,
    );
    return this.plan.direction === "at-most" ? cdf : sf;
  }

  /** Takes one batch. Throws StatsError on impossible counts. */
  add({ n, bad }: { readonly n: number; readonly bad: number }): this {
    counts("bad", bad, "n", n);
    this.n += n;
    this.bad += bad;
    this.above.add({ n, x: bad });
    this.below.add({ n, x: bad });
    return this;
  }

  /** Takes the evidence of an independent stream. Throws StatsError where the plans differ. */
  merge(other: SloTest): this {
    samePlan("plan", this.plan, other.plan);
    this.n += other.n;
    this.bad += other.bad;
    this.above.merge(other.above);
    this.below.merge(other.below);
    return this;
  }

  /**
   * About how many more requests an undecided objective needs if the rate stays as it is; undefined if it is decided, has
   * no data, or lies at the limit. An extrapolation of the evidence per request, not a promise.
   */
  get requestsNeeded(): number | undefined {
    if (this.verdict === "noData") return this.n < this.plan.minRequests ? this.plan.minRequests - this.n : undefined;
    if (this.verdict !== "undecided") return undefined;
    const rate = (this.bad + 0.5) / (this.n + 1);
    const { limit, alpha } = this.plan;
    const perRequest = rate * Math.log(rate / limit) + (1 - rate) * Math.log((1 - rate) / (1 - limit));
    const leading = rate > limit ? this.above : this.below;
    const missing = -Math.log(alpha) - leading.logE;
    return perRequest > 1e-12 ? Math.max(1, Math.ceil(missing / perRequest)) : undefined;
  }

  toJSON(): SloState {
    return {
      kind: "slo-test",
      version: 1,
      ...this.plan,
      n: this.n,
      bad: this.bad,
      above: this.above.toJSON(),
      below: this.below.toJSON(),
    };
  }
}

/** Starts an SloTest. */
export function sloTest(plan: SloPlan): SloTest {
  return SloTest.of(plan);
}
sloTest.fromJSON = (json: unknown): SloTest => SloTest.fromJSON(json);
