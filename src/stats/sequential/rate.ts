import { counts, openUnit } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import { samePlan } from "./plan.js";
import { MixtureEProcess } from "./process.js";

/** The plan of a test of one rate against a limit: `greater` looks for a rate above it, `less` for one below. */
export interface RatePlan {
  readonly limit: number;
  readonly side: "greater" | "less";
}

/** A saved RateEProcess. */
export interface RateState extends Saved<"rate-e-process"> {
  readonly limit: number;
  readonly side: "greater" | "less";
  readonly batches: number;
  readonly logs: readonly number[];
  readonly supLogE: number;
}

const rateSides: readonly string[] = ["greater", "less"];

const kind = "rate-e-process";

const above = [1.25, 1.5, 2, 3, 5, 10, 30];
const below = [0.1, 0.25, 0.5, 0.7, 0.8];

/**
 * The exact test of one rate against a limit; the null is a rate of at most (at least) the limit at every trial, which
 * may move below it as it likes. The alternatives bet on are multiples of the limit, of its complement above ½.
 * Assumes independent trials. Source: Wald 1945, mixture of likelihood ratios.
 */
export class RateEProcess extends MixtureEProcess<number> {
  private constructor(private readonly plan: RatePlan) {
    super(kind, alternatives(plan));
  }

  /** Throws StatsError unless 0 < limit < 1. */
  static of({ limit, side }: RatePlan): RateEProcess {
    return new RateEProcess({ limit, side });
  }

  static fromJSON(json: unknown): RateEProcess {
    const state = new StateReader(kind, json);
    const process = RateEProcess.of({ limit: state.number("limit"), side: state.text("side", ["greater", "less"]) });
    process.restoreRecord(state);
    return process;
  }

  /** Takes a batch of `n` trials with `x` events and returns ln E. Throws StatsError on impossible counts. */
  add({ n, x }: { readonly n: number; readonly x: number }): number {
    counts("x", x, "n", n);
    if (n === 0) return this.logE;
    const { limit } = this.plan;
    this.bet((rate) => {
      const yes = x === 0 ? 0 : x * Math.log(rate / limit);
      const no = n === x ? 0 : (n - x) * (Math.log1p(-rate) - Math.log1p(-limit));
      return yes + no;
    });
    return this.close();
  }

  /** Takes the evidence of an independent stream. Throws StatsError where the plans differ. */
  merge(other: RateEProcess): this {
    samePlan("plan", this.plan, other.plan);
    this.mergeBets(other);
    return this;
  }

  toJSON(): RateState {
    return { kind, version: 1, ...this.plan, ...this.record };
  }
}

/** The rates bet on. Above ½ they are those of the complement, so that a limit of 99 % is as sharp as one of 1 %. */
function alternatives({ limit, side }: RatePlan): number[] {
  openUnit("limit", limit);
  if (limit <= 0.5) {
    const rates = (side === "greater" ? above : below).map((multiple) => multiple * limit).filter((rate) => rate < 1);
    return rates;
  }
  const rest = 1 - limit;
  return (side === "greater" ? below : above).map((multiple) => 1 - multiple * rest).filter((rate) => rate > 0);
}

/** Starts a RateEProcess. */
export function rateEProcess(plan: RatePlan): RateEProcess {
  if (!rateSides.includes(plan.side)) throw new StatsError("side", plan.side, "greater or less");
  return RateEProcess.of(plan);
}
rateEProcess.fromJSON = (json: unknown): RateEProcess => RateEProcess.fromJSON(json);
