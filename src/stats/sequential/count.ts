import { at, finite, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { CountPair } from "../tests/eventRates.js";
import { checkCountPair } from "../tests/eventRates.js";
import type { Evidence } from "./evidence.js";
import { evidencePValue, logMeanExp, mergedSup } from "./evidence.js";
import { samePlan } from "./plan.js";
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

/**
 * The exact test of two Poisson rates: given how many events a batch had, how many fell to B is binomial with a known
 * chance, whatever the common rate. Valid under any drift and any split of the exposure. Assumes Poisson events: events
 * in bursts need a coarser unit. Source: Przyborowski & Wilenski 1940 (conditioning); Grünwald, de Heide & Koolen 2024.
 */
export class CountEProcess implements Evidence {
  private batchCount = 0;
  private readonly logs: number[];
  private sup = 0;
  private readonly signed: readonly number[];

  private constructor(private readonly plan: Required<CountPlan>) {
    this.signed = signedDeltas(plan.side, plan.deltas);
    this.logs = this.signed.map(() => 0);
  }

  /** Throws StatsError on an unknown side or effects not above 0. */
  static of({ side, deltas = defaultDeltas }: CountPlan): CountEProcess {
    return new CountEProcess({ side, deltas: [...deltas] });
  }

  static fromJSON(json: unknown): CountEProcess {
    const state = new StateReader("count-e-process", json);
    const process = CountEProcess.of({ side: state.text("side", sides), deltas: state.numbers("deltas") });
    const logs = state.numbers("logs");
    if (logs.length !== process.logs.length) throw new StatsError("count-e-process.logs", logs, "one per effect");
    process.logs.splice(0, logs.length, ...logs);
    process.batchCount = whole("count-e-process.batches", state.number("batches"));
    process.sup = finite("count-e-process.supLogE", state.number("supLogE"));
    return process;
  }

  get logE(): number {
    return logMeanExp(this.logs);
  }

  get supLogE(): number {
    return this.sup;
  }

  get pValue(): number {
    return evidencePValue(this.sup);
  }

  get batches(): number {
    return this.batchCount;
  }

  /** Takes one batch and returns ln E. Throws StatsError on events without exposure and impossible numbers. */
  add(batch: CountPair): number {
    checkCountPair(batch);
    if (batch.exposureA > 0 && batch.exposureB > 0)
      this.signed.forEach((delta, k) => (this.logs[k] = at(this.logs, k) + countLogFactor(batch, delta)));
    this.batchCount += 1;
    const { logE } = this;
    this.sup = Math.max(this.sup, logE);
    return logE;
  }

  /** Takes the evidence of an independent stream. Throws StatsError where the plans differ. */
  merge(other: CountEProcess): this {
    samePlan("plan", this.plan, other.plan);
    other.logs.forEach((log, k) => (this.logs[k] = at(this.logs, k) + log));
    this.sup = mergedSup(this, other, this.logE);
    this.batchCount += other.batchCount;
    return this;
  }

  toJSON(): CountState {
    return {
      kind: "count-e-process",
      version: 1,
      ...this.plan,
      batches: this.batchCount,
      logs: [...this.logs],
      supLogE: this.sup,
    };
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
