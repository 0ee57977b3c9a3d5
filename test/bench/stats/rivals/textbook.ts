import { normalCdf } from "../../../../src/stats/special/normal.js";
import type { BinaryPair } from "../../../../src/stats/tests/twoProportions.js";
import { twoProportionTest } from "../../../../src/stats/tests/twoProportions.js";

/** A method that looks at all data so far and says whether it calls the versions different. */
export interface Rival {
  readonly name: string;
  /** Takes the totals so far. */
  readonly calls: (totals: BinaryPair) => boolean;
}

/** The pooled two-proportion z test at 5 %, repeated at each look. */
export const repeatedZ: Rival = {
  name: "z test at each look",
  calls: (totals) => twoProportionTest(totals).pValue < 0.05,
};

/** "P(best) above a bound", of the totals, with normal approximations of the posteriors Beta(1 + x, 1 + n − x). */
export function probabilityRule(bound: number): Rival {
  return {
    name: `P(best) > ${bound} at each look`,
    calls: (totals) => {
      const p = approximateProbability(totals);
      return p > bound || p < 1 - bound;
    },
  };
}

/** P(B > A) by the normal approximation. */
export function approximateProbability({ nA, xA, nB, xB }: BinaryPair): number {
  const posterior = (x: number, n: number): { mean: number; variance: number } => {
    const mean = (x + 1) / (n + 2);
    return { mean, variance: (mean * (1 - mean)) / (n + 3) };
  };
  const [a, b] = [posterior(xA, nA), posterior(xB, nB)];
  return normalCdf((b.mean - a.mean) / Math.sqrt(a.variance + b.variance)).cdf;
}
