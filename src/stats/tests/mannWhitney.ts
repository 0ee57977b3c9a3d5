import { at, openUnit, sample } from "../check.js";
import { StatsError } from "../errors.js";
import type { AlphaOption, Interval } from "../estimate/interval.js";
import { normalCdf, normalQuantile } from "../special/normal.js";
import { median, rank } from "./ranks.js";
import { rankSumDistribution, rankSumWork } from "./rankSum.js";

/** Which way x is to differ from y. */
export type Alternative = "two-sided" | "less" | "greater";

/** Options of the Mann–Whitney test. */
export interface MannWhitneyOptions extends AlphaOption {
  readonly alternative?: Alternative;
  /** Continuity correction of the normal approximation. */
  readonly continuity?: boolean;
  readonly method?: "asymptotic" | "exact";
}

/** `u` = pairs with x > y, ties half; `shift` = Hodges–Lehmann estimate of x − y, with its interval. */
export interface MannWhitneyResult extends Interval {
  readonly u: number;
  readonly pValue: number;
  readonly shift: number;
}

/**
 * The rank test that x and y have the same distribution, with the shift between them.
 * One-sided alternatives have a one-sided interval (the other end infinite). The interval's ends are order statistics of
 * the differences x − y. `exact` enumerates (with ties: given the ties; the interval then is the conservative one without)
 * and is for small samples. Where every value is the same, the p-value is 1 and the shift 0.
 * Throws StatsError on an empty arm, a value that is not finite, and samples too large for `exact`.
 * Source: Mann & Whitney 1947; Hodges & Lehmann 1963; Lehmann 1975 (ties).
 */
export function mannWhitney(
  x: readonly number[],
  y: readonly number[],
  options: MannWhitneyOptions = {},
): MannWhitneyResult {
  const { alpha = 0.05, alternative = "two-sided", continuity = true, method = "asymptotic" } = options;
  sample("x", x, 1);
  sample("y", y, 1);
  openUnit("alpha", alpha);
  if (method === "exact" && rankSumWork(Math.min(x.length, y.length), Math.max(x.length, y.length)) > 4e8)
    throw new StatsError("method", method, `"asymptotic" for samples of ${x.length} and ${y.length}`);
  const { ranks, tieSum } = rank([...x, ...y]);
  const rankSum = ranks.slice(0, x.length).reduce((sum, r) => sum + r, 0);
  const u = rankSum - (x.length * (x.length + 1)) / 2;
  const differences = Float64Array.from(x.flatMap((a) => y.map((b) => a - b))).sort();
  const pValue =
    method === "exact"
      ? exactP(ranks, x.length, rankSum, alternative)
      : normalP(u, x.length, y.length, tieSum, alternative, continuity);
  const below = alternative === "two-sided" ? alpha / 2 : alpha;
  const index = method === "exact" ? exactIndex(x.length, y.length, below) : normalIndex(x, y, below, continuity);
  return { u, pValue, shift: median([...differences]), ...ends(differences, index, alternative) };
}

function ends(differences: Float64Array, index: number, alternative: Alternative): Interval {
  const low = at(differences, index - 1);
  const high = at(differences, differences.length - index);
  switch (alternative) {
    case "two-sided":
      return { low, high };
    case "greater":
      return { low, high: Infinity };
    case "less":
      return { low: -Infinity, high };
  }
}

function normalP(u: number, m: number, n: number, tieSum: number, alternative: Alternative, correct: boolean): number {
  const sd = deviation(m, n, tieSum);
  if (sd === 0) return 1;
  const off = u - (m * n) / 2;
  const half = correct ? 0.5 : 0;
  switch (alternative) {
    case "two-sided":
      return Math.min(1, 2 * normalCdf((Math.abs(off) - half) / sd).sf);
    case "greater":
      return normalCdf((off - half) / sd).sf;
    case "less":
      return normalCdf((off + half) / sd).cdf;
  }
}

function deviation(m: number, n: number, tieSum: number): number {
  const total = m + n;
  return Math.sqrt(Math.max(0, ((m * n) / 12) * (total + 1 - tieSum / (total * (total - 1)))));
}

function exactP(ranks: readonly number[], m: number, rankSum: number, alternative: Alternative): number {
  const distribution = rankSumDistribution(ranks, m);
  const observed = Math.round(2 * rankSum);
  let below = 0;
  let above = 0;
  distribution.forEach((weight, sum) => {
    if (sum <= observed) below += weight;
    if (sum >= observed) above += weight;
  });
  switch (alternative) {
    case "two-sided":
      return Math.min(1, 2 * Math.min(below, above));
    case "greater":
      return Math.min(1, above);
    case "less":
      return Math.min(1, below);
  }
}

/** The order statistic (from 1) at which the interval begins. */
function normalIndex(x: readonly number[], y: readonly number[], below: number, continuity: boolean): number {
  const [m, n] = [x.length, y.length];
  // Shifted by anything but one of the differences, ties remain only within each sample.
  const sd = deviation(m, n, rank(x).tieSum + rank(y).tieSum);
  const reach = (m * n) / 2 - (continuity ? 0.5 : 0) - normalQuantile(below, { upper: true }) * sd;
  return Math.min(Math.max(1, Math.floor(reach) + 1), Math.ceil((m * n) / 2));
}

function exactIndex(m: number, n: number, below: number): number {
  const ranks = Array.from({ length: m + n }, (_, index) => index + 1);
  const distribution = rankSumDistribution(ranks, m);
  const least = m * (m + 1);
  let sum = 0;
  for (let u = 0; u <= m * n; u++) {
    sum += distribution[least + 2 * u] ?? 0;
    if (sum >= below) return Math.max(1, u);
  }
  return 1;
}
