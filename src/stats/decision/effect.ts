import type { Summary } from "../moments.js";
import { Moments } from "../moments.js";
import { MeanEProcess } from "../sequential/mean.js";
import type { ArmBatch } from "../sequential/pair.js";

/** The estimated difference candidate − baseline with an interval that may be looked at always; null: not bounded. */
export interface EffectFigures {
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly coverage: number;
}

/** A batch as the moments of its values, zeros and ones for a rate; empty for event counts, which have none. */
export function summaryOf(batch: ArmBatch): Summary {
  switch (batch.kind) {
    case "mean":
      return batch;
    case "binary": {
      const p = batch.n === 0 ? 0 : batch.x / batch.n;
      return { n: batch.n, mean: p, variance: batch.n < 2 ? 0 : (p * (1 - p) * batch.n) / (batch.n - 1) };
    }
    case "count":
      return Moments.of();
  }
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
