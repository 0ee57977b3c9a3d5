import { nonNegative } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { BinaryPair } from "../tests/twoProportions.js";
import { checkBinaryPair } from "../tests/twoProportions.js";
import { samePlan } from "./plan.js";
import { MixtureEProcess } from "./process.js";
import type { Side } from "./side.js";
import { defaultDeltas, sides, signedDeltas } from "./side.js";

/** The plan of a test of two rates, B against A. */
export interface BinaryPlan {
  readonly side: Side;
  /** Effects bet on, in log-odds, above 0. */
  readonly deltas?: readonly number[];
  /** Weight of a batch in the estimated base rate, per later batch: 1 trusts a constant rate, less follows drift. */
  readonly decay?: number;
}

/** A saved BinaryEProcess. */
export interface BinaryState extends Saved<"binary-e-process"> {
  readonly side: Side;
  readonly deltas: readonly number[];
  readonly decay: number;
  readonly batches: number;
  readonly logs: readonly number[];
  readonly successes: number;
  readonly trials: number;
  readonly supLogE: number;
}

const kind = "binary-e-process";

/**
 * The exact test of two rates, batch by batch: valid with any batch sizes, any split of the traffic that does not look at
 * the batch itself, and any drift of the common rate. The null is p_B = p_A in every batch (one-sided: p_B ≤ p_A, or ≥).
 * Assumes independent trials within a batch and both arms watched over the same time.
 * Source: Turner, Ly & Grünwald 2024 (block e-variables), with a base rate estimated from earlier batches and a mixture
 * over a dyadic grid of effects.
 */
export class BinaryEProcess extends MixtureEProcess<number> {
  private successes = 0;
  private trials = 0;

  private constructor(private readonly plan: Required<BinaryPlan>) {
    super(kind, signedDeltas(plan.side, plan.deltas));
    if (!(plan.decay > 0 && plan.decay <= 1))
      throw new StatsError("decay", plan.decay, "a number above 0 and at most 1");
  }

  /** Throws StatsError on an unknown side, effects not above 0, or a decay outside (0, 1]. */
  static of({ side, deltas = defaultDeltas, decay = 0.8 }: BinaryPlan): BinaryEProcess {
    return new BinaryEProcess({ side, deltas: [...deltas], decay });
  }

  static fromJSON(json: unknown): BinaryEProcess {
    const state = new StateReader(kind, json);
    const process = BinaryEProcess.of({
      side: state.text("side", sides),
      deltas: state.numbers("deltas"),
      decay: state.number("decay"),
    });
    process.restoreRecord(state);
    process.successes = nonNegative(`${kind}.successes`, state.number("successes"));
    process.trials = nonNegative(`${kind}.trials`, state.number("trials"));
    return process;
  }

  /** Takes one batch (counts of this batch alone) and returns ln E. Throws StatsError on impossible counts. */
  add(batch: BinaryPair): number {
    checkBinaryPair(batch);
    const { nA, xA, nB, xB } = batch;
    if (nA + nB === 0) return this.logE;
    if (this.trials > 0 && nA > 0 && nB > 0) {
      const base = (this.successes + 0.5) / (this.trials + 1);
      this.bet((delta) => logFactor(batch, base, delta));
    }
    this.successes = this.successes * this.plan.decay + xA + xB;
    this.trials = this.trials * this.plan.decay + nA + nB;
    return this.close();
  }

  /** Takes the evidence of an independent stream (another cluster). Throws StatsError where the plans differ. */
  merge(other: BinaryEProcess): this {
    samePlan("plan", this.plan, other.plan);
    this.mergeBets(other);
    this.successes += other.successes;
    this.trials += other.trials;
    return this;
  }

  toJSON(): BinaryState {
    const { plan, record, successes, trials } = this;
    return { kind, version: 1, ...plan, ...record, successes, trials };
  }
}

/** ln of the factor by which one batch multiplies the bet on `delta`, given the base rate of earlier batches. */
export function logFactor({ nA, xA, nB, xB }: BinaryPair, base: number, delta: number): number {
  const odds = Math.log(base) - Math.log1p(-base);
  const [a, b] = [chance(odds - (delta * nB) / (nA + nB)), chance(odds + (delta * nA) / (nA + nB))];
  const q0 = (nA * a.yes + nB * b.yes) / (nA + nB);
  const r0 = (nA * a.no + nB * b.no) / (nA + nB);
  return (
    weighted(xA, a.yes / q0) + weighted(nA - xA, a.no / r0) + weighted(xB, b.yes / q0) + weighted(nB - xB, b.no / r0)
  );
}

function chance(logOdds: number): { yes: number; no: number } {
  return { yes: 1 / (1 + Math.exp(-logOdds)), no: 1 / (1 + Math.exp(logOdds)) };
}

function weighted(count: number, ratio: number): number {
  return count === 0 ? 0 : count * Math.log(ratio);
}

/** Starts a BinaryEProcess: `binaryEProcess({side: "greater"}).add({nA, xA, nB, xB})`. */
export function binaryEProcess(plan: BinaryPlan): BinaryEProcess {
  return BinaryEProcess.of(plan);
}
binaryEProcess.fromJSON = (json: unknown): BinaryEProcess => BinaryEProcess.fromJSON(json);
