import { at } from "../../../../src/stats/check.js";
import { mannWhitney } from "../../../../src/stats/tests/mannWhitney.js";

/** What Kayenta calls a metric. */
export type KayentaVerdict = "High" | "Low" | "Pass" | "NoData";

/** Its settings: confidence of the interval, tolerance as a part of the shift, factor of the interquartile range. */
const [confidence, tolerance, outliers, allowedIncrease] = [0.98, 0.25, 3, 1];

/**
 * Kayenta's judge of one metric from two series: outliers beyond three interquartile ranges go; the interval of the
 * Hodges–Lehmann shift (canary − baseline) has to clear a quarter of the shift itself; and the mean has to have grown
 * (shrunk). The interval is that of order statistics where Kayenta seeks a root; the two agree to about 1e-3.
 */
export function kayenta(baseline: readonly number[], canary: readonly number[]): KayentaVerdict {
  const [control, experiment] = [withoutOutliers(baseline), withoutOutliers(canary)];
  if (control.length === 0 || experiment.length === 0) return "NoData";
  if (new Set([...control, ...experiment]).size === 1) return "Pass";
  const { shift, low, high } = mannWhitney(experiment, control, { alpha: 1 - confidence });
  const critical = tolerance * Math.abs(shift);
  const ratio = mean(experiment) / mean(control);
  if (low > critical && ratio >= allowedIncrease) return "High";
  return high < -critical && ratio <= 1 / allowedIncrease ? "Low" : "Pass";
}

function withoutOutliers(values: readonly number[]): number[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const [q1, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const reach = outliers * (q3 - q1);
  return sorted.filter((value) => value >= q1 - reach && value <= q3 + reach);
}

/** The quantile at p(n + 1), as Apache Commons Math has it. */
function quantile(sorted: readonly number[], p: number): number {
  const position = Math.min(sorted.length, Math.max(1, p * (sorted.length + 1)));
  const below = at(sorted, Math.floor(position) - 1);
  const above = at(sorted, Math.ceil(position) - 1);
  return below + (position - Math.floor(position)) * (above - below);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
