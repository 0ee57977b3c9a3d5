import type { Summary } from "../../../../src/stats/moments.js";
import type { BinaryPair } from "../../../../src/stats/tests/twoProportions.js";

/** A test of two rates, looked at batch by batch. */
export interface PairWatch {
  /** Takes the counts of one batch and those of all so far; true once it calls the versions different. */
  readonly look: (batch: BinaryPair, totals: BinaryPair) => boolean;
}

/** A method that starts a watch of its own for every experiment. */
export interface PairMethod {
  readonly name: string;
  readonly start: () => PairWatch;
}

/** The same for a metric with values. */
export interface MeanMethod {
  readonly name: string;
  readonly start: () => {
    readonly look: (batch: { a: Summary; b: Summary }, totals: { a: Summary; b: Summary }) => boolean;
  };
}

/** A method that only looks at the totals. */
export function pooled(name: string, calls: (totals: BinaryPair) => boolean): PairMethod {
  return { name, start: () => ({ look: (_batch, totals) => calls(totals) }) };
}

/** The same for a metric with values. */
export function pooledMeans(name: string, calls: (a: Summary, b: Summary) => boolean): MeanMethod {
  return { name, start: () => ({ look: (_batch, { a, b }) => calls(a, b) }) };
}

/** Adds two pairs of counts. */
export function plus(a: BinaryPair, b: BinaryPair): BinaryPair {
  return { nA: a.nA + b.nA, xA: a.xA + b.xA, nB: a.nB + b.nB, xB: a.xB + b.xB };
}

/** Nothing counted yet. */
export const nothing: BinaryPair = { nA: 0, xA: 0, nB: 0, xB: 0 };
