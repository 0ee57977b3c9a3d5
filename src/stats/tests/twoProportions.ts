import { counts } from "../check.js";
import { normalCdf } from "../special/normal.js";

/** Trials and events of two arms. */
export interface BinaryPair {
  readonly nA: number;
  readonly xA: number;
  readonly nB: number;
  readonly xB: number;
}

/** Throws a StatsError that names the field unless these are possible counts. */
export function checkBinaryPair({ nA, xA, nB, xB }: BinaryPair): void {
  counts("xA", xA, "nA", nA);
  counts("xB", xB, "nB", nB);
}

/**
 * The pooled z test of two proportions, two-sided, for one look at a time fixed beforehand; z > 0 when B is larger.
 * z = 0 and p = 1 where an arm is empty or nothing varies. Source: the score test of two binomials.
 */
export function twoProportionTest(pair: BinaryPair): { readonly z: number; readonly pValue: number } {
  checkBinaryPair(pair);
  const { nA, xA, nB, xB } = pair;
  const p = (xA + xB) / (nA + nB);
  const variance = p * (1 - p) * (1 / nA + 1 / nB);
  if (nA === 0 || nB === 0 || variance === 0) return { z: 0, pValue: 1 };
  const z = (xB / nB - xA / nA) / Math.sqrt(variance);
  return { z, pValue: 2 * normalCdf(Math.abs(z)).sf };
}
