import { at } from "../check.js";
import type { Summary } from "../moments.js";
import { Moments } from "../moments.js";
import { MeanEProcess } from "../sequential/mean.js";
import type { ArmBatch, TailArm } from "../sequential/metric.js";

/** The estimated difference candidate − baseline with an interval that may be looked at always; null: not bounded. */
export interface EffectFigures {
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly coverage: number;
}

/** A batch as the moments of its values, zeros and ones for a rate; empty for event counts and tails, which have no single one. */
export function summaryOf(batch: ArmBatch): Summary {
  switch (batch.kind) {
    case "mean":
      return batch;
    case "binary": {
      const p = batch.n === 0 ? 0 : batch.x / batch.n;
      return { n: batch.n, mean: p, variance: batch.n < 2 ? 0 : (p * (1 - p) * batch.n) / (batch.n - 1) };
    }
    case "count":
    case "tail":
      return Moments.of();
  }
}

/** A batch of a tail as the rate of values above one of its edges. */
export function rateAbove({ n, above }: TailArm, edge: number): ArmBatch {
  return { kind: "binary", n, x: at(above, edge) };
}

/** The process behind an effect's interval. */
export function effectProcess(): MeanEProcess {
  return MeanEProcess.of({ side: "two-sided" });
}

/** What the process says now, at 95 %. */
export function effectFigures(process: MeanEProcess): EffectFigures {
  const { estimate, low, high } = process.interval(0.05);
  const bounded = (end: number): number | null => (Number.isFinite(end) ? end : null);
  return { estimate, low: bounded(low), high: bounded(high), coverage: 0.95 };
}
