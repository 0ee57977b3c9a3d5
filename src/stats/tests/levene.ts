import { sample } from "../check.js";
import { Moments } from "../moments.js";
import { studentTCdf } from "../special/studentT.js";
import { median } from "./ranks.js";

/** `statistic` > 0 when y spreads more than x. */
export interface SpreadResult {
  readonly statistic: number;
  readonly df: number;
  readonly pValue: number;
}

/**
 * The test that two samples spread equally: a t test of the distances from each sample's median, two-sided.
 * Where no distance varies, the p-value is 1. Throws StatsError below 3 values in an arm.
 * Source: Levene 1960 with the median of Brown & Forsythe 1974; unequal variances as in Welch 1947.
 */
export function levene(x: readonly number[], y: readonly number[]): SpreadResult {
  sample("x", x, 3);
  sample("y", y, 3);
  const [a, b] = [distances(x), distances(y)];
  const [va, vb] = [a.variance / a.n, b.variance / b.n];
  if (va + vb === 0) return { statistic: 0, df: a.n + b.n - 2, pValue: 1 };
  const statistic = (b.mean - a.mean) / Math.sqrt(va + vb);
  const df = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
  return { statistic, df, pValue: Math.min(1, 2 * studentTCdf(df, Math.abs(statistic)).sf) };
}

function distances(xs: readonly number[]): Moments {
  const centre = median(xs);
  return Moments.of(xs.map((x) => Math.abs(x - centre)));
}
