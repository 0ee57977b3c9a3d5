import { finite, openUnit, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Margin } from "../sequential/margin.js";
import type { ArmBatch, MetricShape, ScalarKind } from "../sequential/metric.js";
import { checkEdges, metricKinds, scalarKinds } from "../sequential/metric.js";
import type { ObjectiveKind } from "./objective.js";

/** What a metric is for. */
export type MetricRole =
  /** Decides which version wins. At most one. */
  | { readonly role: "reward"; readonly kind: ScalarKind }
  /** May not get worse; with a margin, promotion needs the certificate. */
  | (MetricShape & { readonly role: "guardrail"; readonly margin?: Margin })
  /** A rate or mean with a limit that each version must keep; promotion needs "satisfied". */
  | {
      readonly role: "slo";
      readonly kind: ObjectiveKind;
      /** A part of the requests, between 0 and 1, or a mean in the units of the metric. */
      readonly limit: number;
      readonly direction?: "at-most" | "at-least";
    };

/** A metric of an experiment. */
export type MetricPlan = {
  readonly name: string;
  readonly lowerIsBetter?: boolean;
} & MetricRole;

const kindsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ["reward", scalarKinds],
  ["guardrail", metricKinds],
  ["slo", ["binary", "mean"]],
]);

/** What an experiment is to decide; fixed before it starts. */
export interface ExperimentPlan {
  /** Names, the baseline first. */
  readonly versions: readonly string[];
  readonly metrics: readonly MetricPlan[];
  /** Chance of declaring a wrong winner, and of each false certificate or SLO verdict; default 0.05. */
  readonly alpha?: number;
  /** Chance of a false alarm, over all guardrails and candidates; default 0.01. */
  readonly alphaAlarm?: number;
  /** Chance of a false sample ratio alarm; default 0.001. */
  readonly alphaSrm?: number;
  /** Ticks after which the experiment ends one way or other. */
  readonly budget?: number;
  /** What happens then; default "pause", which is reported as inconclusive. */
  readonly atBudget?: "pause" | "promote" | "rollback";
  /** Fewer requests than this per version are no data; default 50. */
  readonly minRequests?: number;
  /** Ticks without any data of a metric after which it is stale and blocks promotion; default 5. */
  readonly staleAfter?: number;
}

/** What happened in one tick. Everything is of this tick alone, over the same time for all versions. */
export interface ExperimentBatch {
  /** First exposures per version, with the shares that were in force; absent: not tested. */
  readonly exposures?: { readonly counts: readonly number[]; readonly shares: readonly number[] };
  /** Per metric what each version did; a metric that could not be fetched is left out, which is not zero. */
  readonly metrics: Readonly<Record<string, readonly ArmBatch[]>>;
}

/** Throws a StatsError that names the field unless the plan can be followed. */
export function checkPlan(plan: ExperimentPlan): void {
  const { versions, metrics } = plan;
  if (versions.length === 0) throw new StatsError("plan.versions", versions, "at least one version");
  if (new Set(versions).size < versions.length) throw new StatsError("plan.versions", versions, "names that differ");
  if (new Set(metrics.map(({ name }) => name)).size < metrics.length)
    throw new StatsError(
      "plan.metrics",
      metrics.map(({ name }) => name),
      "names that differ",
    );
  if (metrics.filter(({ role }) => role === "reward").length > 1)
    throw new StatsError("plan.metrics", "several rewards", "at most one metric of role reward");
  metrics.forEach((metric, index) => checkMetric(`plan.metrics[${index}]`, metric));
  for (const name of ["alpha", "alphaAlarm", "alphaSrm"] as const) {
    const value = plan[name];
    if (value !== undefined) openUnit(`plan.${name}`, value);
  }
  for (const name of ["budget", "minRequests", "staleAfter"] as const) {
    const value = plan[name];
    if (value !== undefined) whole(`plan.${name}`, value);
  }
}

function checkMetric(field: string, metric: MetricPlan): void {
  const kinds = kindsOf.get(metric.role);
  if (kinds === undefined) throw new StatsError(`${field}.role`, metric.role, "reward, guardrail or slo");
  if (!kinds.includes(metric.kind))
    throw new StatsError(`${field}.kind`, metric.kind, `${kinds.join(" or ")} for a ${metric.role}`);
  if (metric.role === "slo" && metric.kind === "binary") openUnit(`${field}.limit`, metric.limit);
  if (metric.role === "slo" && metric.kind === "mean") finite(`${field}.limit`, metric.limit);
  if (metric.kind === "tail") checkEdges(`${field}.edges`, metric.edges);
}
