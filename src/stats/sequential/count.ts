import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { CountPair } from "../tests/eventRates.js";
import { checkCountPair } from "../tests/eventRates.js";
import { samePlan } from "./plan.js";
import { MixtureEProcess } from "./process.js";
import type { Side } from "./side.js";
import { defaultDeltas, sides, signedDeltas } from "./side.js";

/** The plan of a test of two event rates, B against A. */
export interface CountPlan {
  readonly side: Side;
  /** Effects bet on, as logarithms of the ratio of rates, above 0. */
  readonly deltas?: readonly number[];
}

/** A saved CountEProcess. */
export interface CountState extends Saved<"count-e-process"> {
  readonly side: Side;
  readonly deltas: readonly number[];
  readonly batches: number;
  readonly logs: readonly number[];
  readonly supLogE: number;
}

const kind = "count-e-process";

/**
 * The exact test of two Poisson rates: given how many events a batch had, how many fell to B is binomial with a known
 * chance, whatever the common rate. Valid under any drift and any split of the exposure. Assumes Poisson events: events
 * in bursts need a coarser unit. Source: Przyborowski & Wilenski 1940 (conditioning); Grünwald, de Heide & Koolen 2024.
 */
export class CountEProcess extends MixtureEProcess<number> {
  private constructor(private readonly plan: Required<CountPlan>) {
    super(kind, signedDeltas(plan.side, plan.deltas));
  }

  /** Throws StatsError on an unknown side or effects not above 0. */
  static of({ side, deltas = defaultDeltas }: CountPlan): CountEProcess {
    return new CountEProcess({ side, deltas: [...deltas] });
  }

  static fromJSON(json: unknown): CountEProcess {
    const state = new StateReader(kind, json);
    const process = CountEProcess.of({ side: state.text("side", sides), deltas: state.numbers("deltas") });
    process.restoreRecord(state);
    return process;
  }

  /** Takes one batch and returns ln E. Throws StatsError on events without exposure and impossible numbers. */
  add(batch: CountPair): number {
    checkCountPair(batch);
    if (batch.exposureA > 0 && batch.exposureB > 0) this.bet((delta) => countLogFactor(batch, delta));
    return this.close();
  }

  /** Takes the evidence of an independent stream. Throws StatsError where the plans differ. */
  merge(other: CountEProcess): this {
    samePlan("plan", this.plan, other.plan);
    this.mergeBets(other);
    return this;
  }

  toJSON(): CountState {
    return { kind, version: 1, ...this.plan, ...this.record };
  }
}

/** ln of the factor by which one batch with exposure in both arms multiplies the bet on `delta`. */
export function countLogFactor({ xA, exposureA, xB, exposureB }: CountPair, delta: number): number {
  const share = exposureB / (exposureA + exposureB);
  // θ_δ/θ_0 = e^δ / m and (1−θ_δ)/(1−θ_0) = 1 / m, with m = 1 + share (e^δ − 1).
  return xB * delta - (xA + xB) * Math.log1p(share * Math.expm1(delta));
}

/** Starts a CountEProcess. */
export function countEProcess(plan: CountPlan): CountEProcess {
  return CountEProcess.of(plan);
}
countEProcess.fromJSON = (json: unknown): CountEProcess => CountEProcess.fromJSON(json);
