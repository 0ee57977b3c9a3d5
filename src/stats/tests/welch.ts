import { openUnit } from "../check.js";
import { StatsError } from "../errors.js";
import type { AlphaOption, Interval } from "../estimate/interval.js";
import type { Summary } from "../moments.js";
import { checkSummary } from "../moments.js";
import { studentTCdf, studentTQuantile } from "../special/studentT.js";

/** The outcome of a two-sample t test; `difference` = a − b in the units of the metric. */
export interface WelchResult extends Interval {
  readonly difference: number;
  readonly t: number;
  readonly df: number;
  readonly pValue: number;
}

/**
 * The t test for two means with unequal variances, two-sided, for one look at a time fixed beforehand.
 * Throws StatsError below 2 values in an arm, and where neither arm varies.
 * Source: Welch 1947; degrees of freedom by Satterthwaite 1946.
 */
export function welchTest(a: Summary, b: Summary, { alpha = 0.05 }: AlphaOption = {}): WelchResult {
  checkSummary("a", a, 2);
  checkSummary("b", b, 2);
  openUnit("alpha", alpha);
  const va = a.variance / a.n;
  const vb = b.variance / b.n;
  const variance = va + vb;
  if (variance === 0) throw new StatsError("a.variance + b.variance", 0, "samples that vary; a test needs spread");
  const se = Math.sqrt(variance);
  const [fa, fb] = [va / variance, vb / variance];
  const df = 1 / ((fa * fa) / (a.n - 1) + (fb * fb) / (b.n - 1));
  const difference = a.mean - b.mean;
  const t = difference / se;
  const half = studentTQuantile(df, alpha / 2, { upper: true }) * se;
  const pValue = Math.min(1, 2 * studentTCdf(df, Math.abs(t)).sf);
  return { difference, low: difference - half, high: difference + half, t, df, pValue };
}
