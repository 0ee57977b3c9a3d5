import { at, sample } from "../check.js";
import { logGamma } from "../special/logGamma.js";
import { studentTCdf } from "../special/studentT.js";
import { rank } from "./ranks.js";

/** `statistic` > 0 when y tends to be larger than x. */
export interface BrunnerMunzelResult {
  readonly statistic: number;
  readonly df: number;
  readonly pValue: number;
}

/**
 * The rank test of P(x < y) + ½P(x = y) = ½, two-sided, that stands unequal variances and shapes.
 * Samples that do not overlap have statistic ±Infinity and the p-value of the permutation test; where every value is the
 * same the p-value is 1. Throws StatsError below 2 values in an arm. Source: Brunner & Munzel 2000.
 */
export function brunnerMunzel(x: readonly number[], y: readonly number[]): BrunnerMunzelResult {
  sample("x", x, 2);
  sample("y", y, 2);
  const [m, n] = [x.length, y.length];
  const { ranks } = rank([...x, ...y]);
  const [all, other] = [ranks.slice(0, m), ranks.slice(m)];
  const [meanX, meanY] = [mean(all), mean(other)];
  const sx = placementVariance(all, rank(x).ranks, meanX);
  const sy = placementVariance(other, rank(y).ranks, meanY);
  if (sx + sy === 0) return withoutSpread(m, n, meanY - meanX);
  const statistic = (m * n * (meanY - meanX)) / ((m + n) * Math.sqrt(m * sx + n * sy));
  const df = (m * sx + n * sy) ** 2 / ((m * sx) ** 2 / (m - 1) + (n * sy) ** 2 / (n - 1));
  return { statistic, df, pValue: Math.min(1, 2 * studentTCdf(df, Math.abs(statistic)).sf) };
}

function mean(xs: readonly number[]): number {
  return xs.reduce((sum, x) => sum + x, 0) / xs.length;
}

/** The variance of ranks among all less ranks within the sample. */
function placementVariance(all: readonly number[], own: readonly number[], meanRank: number): number {
  const n = all.length;
  const sum = all.reduce((s, r, i) => s + (r - at(own, i) - meanRank + (n + 1) / 2) ** 2, 0);
  return sum / (n - 1);
}

function withoutSpread(m: number, n: number, difference: number): BrunnerMunzelResult {
  const df = m + n - 2;
  if (difference === 0) return { statistic: 0, df, pValue: 1 };
  const logChoose = logGamma(m + n + 1) - logGamma(m + 1) - logGamma(n + 1);
  return { statistic: difference > 0 ? Infinity : -Infinity, df, pValue: Math.min(1, 2 * Math.exp(-logChoose)) };
}
