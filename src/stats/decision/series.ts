import { nonNegative, openUnit, whole } from "../check.js";
import { StatsError } from "../errors.js";
import { brunnerMunzel } from "../tests/brunnerMunzel.js";
import { levene } from "../tests/levene.js";
import { mannWhitney } from "../tests/mannWhitney.js";
import { median } from "../tests/ranks.js";

/** What a canary metric can be found to be, seen from the baseline. */
export type CanaryVerdict = "High" | "Low" | "Pass" | "NoData" | "Undecided";

/** Two scraped time series without counts. Values that are not finite are missing points. */
export interface SeriesQuestion {
  readonly baseline: readonly number[];
  readonly canary: readonly number[];
  /** Which way is bad; default either. */
  readonly direction?: "increase" | "decrease" | "either";
  /** A shift is tolerated up to this part of |median of the baseline|, default 0.25, or up to this much. */
  readonly tolerance?: { readonly kind: "relative" | "absolute"; readonly value: number };
  /** Chance of a false alarm over all looks; default 0.05. */
  readonly alpha?: number;
  /** How often the series is looked at in all, each look an equal part of alpha; default 1, at most 20. */
  readonly looks?: number;
  /** Fewer points than this on either side are no data; default 5. */
  readonly minPoints?: number;
}

/** Why a series was judged so. */
export interface SeriesJudgement {
  readonly verdict: CanaryVerdict;
  readonly rule: "points" | "equal" | "shift" | "shape" | "spread" | "within tolerance" | "not enough evidence";
  readonly points: { readonly baseline: number; readonly canary: number };
  readonly shift: number;
  readonly low: number;
  readonly high: number;
  readonly tolerance: number;
  readonly pShift: number;
  readonly pShape: number;
  readonly pSpread: number;
}

/**
 * Judges one metric of a canary from two series of points against a baseline of the same age.
 * High (Low): the canary is shifted up (down) beyond the tolerance, by Mann–Whitney or Brunner–Munzel, or it spreads much
 * more (Levene). Pass: the interval of the shift lies within the tolerance and nothing else was found. Undecided: neither;
 * few or sparse points end here rather than pass. The three tests share alpha (Bonferroni).
 * Source: Mann & Whitney 1947, Hodges & Lehmann 1963, Brunner & Munzel 2000, Levene 1960.
 */
export function judgeSeries(question: SeriesQuestion): SeriesJudgement {
  const { direction = "either", alpha = 0.05, looks = 1, minPoints = 5 } = question;
  openUnit("alpha", alpha);
  whole("looks", looks, 1);
  if (looks > 20) throw new StatsError("looks", looks, "at most 20 looks; use a test that may be looked at always");
  const baseline = question.baseline.filter(Number.isFinite);
  const canary = question.canary.filter(Number.isFinite);
  const points = { baseline: baseline.length, canary: canary.length };
  if (Math.min(points.baseline, points.canary) < Math.max(3, minPoints)) return without(points, "NoData", "points");
  const level = alpha / looks / 3;
  const tolerance = toleranceOf(question, baseline);
  const ranks = mannWhitney(canary, baseline, { alpha: level });
  const shape = brunnerMunzel(baseline, canary);
  const spread = levene(baseline, canary);
  const figures = {
    points,
    shift: ranks.shift,
    low: ranks.low,
    high: ranks.high,
    tolerance,
    pShift: ranks.pValue,
    pShape: shape.pValue,
    pSpread: spread.pValue,
  };
  const isBad = (verdict: CanaryVerdict): boolean =>
    direction === "either" || verdict === (direction === "increase" ? "High" : "Low");
  const moved = ranks.shift > 0 ? "High" : "Low";
  const beyond = Math.abs(ranks.shift) > tolerance && isBad(moved);
  if (beyond && ranks.pValue <= level) return { verdict: moved, rule: "shift", ...figures };
  if (beyond && shape.pValue <= level) return { verdict: moved, rule: "shape", ...figures };
  if (spread.pValue <= level && spread.statistic > 0) return { verdict: "High", rule: "spread", ...figures };
  if (new Set([...baseline, ...canary]).size === 1) return { verdict: "Pass", rule: "equal", ...figures };
  const inside =
    (direction === "decrease" || ranks.high <= tolerance) && (direction === "increase" || ranks.low >= -tolerance);
  return inside
    ? { verdict: "Pass", rule: "within tolerance", ...figures }
    : { verdict: "Undecided", rule: "not enough evidence", ...figures };
}

function toleranceOf(
  { tolerance = { kind: "relative", value: 0.25 } }: SeriesQuestion,
  baseline: readonly number[],
): number {
  const value = nonNegative("tolerance.value", tolerance.value);
  return tolerance.kind === "absolute" ? value : value * Math.abs(median(baseline));
}

function without(points: SeriesJudgement["points"], verdict: "NoData", rule: "points"): SeriesJudgement {
  return { verdict, rule, points, shift: 0, low: 0, high: 0, tolerance: 0, pShift: 1, pShape: 1, pSpread: 1 };
}
