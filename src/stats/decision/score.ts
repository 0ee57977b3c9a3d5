import { nonNegative } from "../check.js";
import { StatsError } from "../errors.js";
import type { CanaryVerdict } from "./series.js";

/** A judged metric of a canary. */
export interface ScoredMetric {
  readonly name: string;
  readonly verdict: CanaryVerdict;
  /** Default 1. */
  readonly weight?: number;
  /** A High or Low of a critical metric fails the canary at once. */
  readonly critical?: boolean;
}

/** The score of a canary, 0 to 100, and what follows from it. */
export interface CanaryScore {
  readonly outcome: "pass" | "marginal" | "fail" | "noData";
  /** Percent of the weight of judged metrics that passed; undecided ones count as judged, those without data do not. */
  readonly score: number;
  readonly why:
    | { readonly rule: "critical"; readonly metrics: readonly string[] }
    | { readonly rule: "half without data"; readonly metrics: readonly string[] }
    | { readonly rule: "score"; readonly passed: readonly string[]; readonly others: readonly string[] };
}

/**
 * Adds up a canary's metrics. At least half of the metrics without data make the outcome noData, which is not a pass.
 * Throws StatsError on thresholds that are not 0 ≤ marginal ≤ pass ≤ 100, and without metrics.
 */
export function scoreCanary(
  metrics: readonly ScoredMetric[],
  { pass = 95, marginal = 75 }: { readonly pass?: number; readonly marginal?: number } = {},
): CanaryScore {
  if (metrics.length === 0) throw new StatsError("metrics", metrics, "at least one metric");
  if (!(marginal >= 0 && marginal <= pass && pass <= 100))
    throw new StatsError("marginal", marginal, `a number from 0 to pass = ${pass}, at most 100`);
  metrics.forEach(({ weight = 1 }, index) => nonNegative(`metrics[${index}].weight`, weight));
  const names = (list: readonly ScoredMetric[]): string[] => list.map(({ name }) => name);
  const weight = (list: readonly ScoredMetric[]): number => list.reduce((sum, metric) => sum + (metric.weight ?? 1), 0);
  const judged = metrics.filter(({ verdict }) => verdict !== "NoData");
  const passed = judged.filter(({ verdict }) => verdict === "Pass");
  const score = weight(judged) > 0 ? (100 * weight(passed)) / weight(judged) : 0;
  const failed = metrics.filter(
    ({ critical, verdict }) => critical === true && (verdict === "High" || verdict === "Low"),
  );
  if (failed.length > 0) return { outcome: "fail", score: 0, why: { rule: "critical", metrics: names(failed) } };
  const missing = metrics.filter(({ verdict }) => verdict === "NoData");
  if (2 * missing.length >= metrics.length)
    return { outcome: "noData", score, why: { rule: "half without data", metrics: names(missing) } };
  const others = judged.filter(({ verdict }) => verdict !== "Pass");
  const outcome = score >= pass ? "pass" : score >= marginal ? "marginal" : "fail";
  return { outcome, score, why: { rule: "score", passed: names(passed), others: names(others) } };
}
