import type { JsonObject } from "../../base/json.js";
import { at } from "../../stats/check.js";
import type { ScalarArm, ScalarKind } from "../../stats/sequential/metric.js";
import type { Comparison, Effect, Horizon } from "./compareTest.js";
import { chance, evidence, figure, list, percent, rows, several, signed } from "./format.js";
import type { Observations } from "./observations.js";
import { total } from "./observations.js";
import type { Report } from "./report.js";

/** All there is to tell about a comparison. */
export interface Compared {
  readonly observations: Observations;
  readonly baseline: number;
  readonly horizon: Horizon;
  readonly alpha: number;
  readonly comparisons: readonly Comparison[];
  readonly lowerIsBetter?: boolean;
  /** The version that is certainly best; null: none is; absent: not asked. */
  readonly best?: string | null;
}

/** A comparison as text and JSON. */
export function compareReport(compared: Compared): Report {
  const { observations, comparisons, horizon } = compared;
  const notes = notConcluded(compared);
  return {
    lines: [
      ...comparisons.flatMap((comparison) => describe(compared, comparison)),
      ...(compared.best === undefined ? [] : [`best: ${bestText(compared.best, compared.alpha)}`]),
      `test: ${testName(observations.kind, horizon)}`,
      ...list("not to be concluded:", notes),
    ],
    json: asJson(compared, notes),
  };
}

function describe(compared: Compared, comparison: Comparison): string[] {
  const { observations, baseline, alpha } = compared;
  const { version, verdict, effect, relative, pValue, adjustedP, hint } = comparison;
  const base = at(observations.versions, baseline);
  const totals = [base, version].map((name) => [name, totalText(totalOf(observations, name))] as const);
  const p = adjustedP > pValue ? `p = ${chance(pValue)}, corrected ${chance(adjustedP)}` : `p = ${chance(pValue)}`;
  const covered = `${percent(1 - alpha)} interval`;
  const values = comparison.evidence;
  return [
    `${version} against ${base}: ${verdictText(compared, comparison)}${verdict === "noData" ? "" : ` (${p})`}`,
    ...rows([
      ...totals,
      ...(effect === undefined ? [] : [[effect.scale, effectText(effect, observations.kind, covered)] as const]),
      ...(relative === undefined ? [] : [["ratio", effectText(relative, observations.kind, covered)] as const]),
      ...(values === undefined
        ? []
        : [["evidence", `E = ${evidence(values.logE)} now, ${evidence(values.supLogE)} at its largest`] as const]),
      ...(hint === undefined ? [] : [["note", hint] as const]),
    ]),
  ];
}

function verdictText({ lowerIsBetter }: Compared, { verdict }: Comparison): string {
  switch (verdict) {
    case "noData":
      return "no data";
    case "undecided":
      return "undecided";
    case "higher":
    case "lower":
      return lowerIsBetter === undefined
        ? verdict
        : `${(verdict === "lower") === lowerIsBetter ? "better" : "worse"} (${verdict})`;
  }
}

function totalOf({ versions, batches, kind }: Observations, name: string): ScalarArm {
  const index = versions.indexOf(name);
  return total(
    batches.map((arms) => at(arms, index)),
    kind,
  );
}

function totalText(arm: ScalarArm): string {
  switch (arm.kind) {
    case "binary":
      return arm.n === 0 ? "no trials" : `${percent(arm.x / arm.n)} (${arm.x} of ${arm.n})`;
    case "count":
      return arm.exposure === 0 ? "no exposure" : `${figure(arm.x / arm.exposure)} (${arm.x} in ${arm.exposure})`;
    case "mean": {
      const spread = `sd ${figure(Math.sqrt(arm.variance))}`;
      return arm.n === 0 ? "no values" : `${figure(arm.mean)} (${several(arm.n, "value", "values")}, ${spread})`;
    }
  }
}

function effectText({ scale, estimate, low, high }: Effect, kind: ScalarKind, covered: string): string {
  if (scale === "ratio") return `× ${figure(estimate)}, ${covered} ${figure(low)} to ${figure(high)}`;
  const write = (x: number): string => signed(kind === "binary" ? 100 * x : x);
  const unit = kind === "binary" ? " points" : "";
  return `${write(estimate)}${unit}, ${covered} ${write(low)} to ${write(high)}`;
}

function bestText(best: string | null, alpha: number): string {
  return best === null
    ? "no version is certain to be best"
    : `${best}, certainly (a wrong one is named in at most ${percent(alpha)} of experiments)`;
}

function testName(kind: ScalarKind, horizon: Horizon): string {
  const always = "batch by batch, valid however often one looks and however the traffic is divided";
  const once = "valid for one look at a time that was fixed beforehand";
  switch (kind) {
    case "binary":
      return horizon === "always-valid" ? `e-process of two rates, ${always}` : `Fisher's exact test, ${once}`;
    case "count":
      return horizon === "always-valid"
        ? `e-process of two event rates, ${always}`
        : `exact test of event rates, ${once}`;
    case "mean":
      return horizon === "always-valid" ? `e-process of two means, ${always}` : `Welch's t test, ${once}`;
  }
}

function notConcluded({ observations, comparisons, horizon }: Compared): string[] {
  const found = comparisons.filter(({ verdict }) => verdict === "higher" || verdict === "lower");
  const open = comparisons.filter(({ verdict }) => verdict === "undecided");
  const { length } = observations.batches;
  return [
    ...(open.length === 0 ? [] : ["that undecided versions are equal: all differences in the interval fit the data"]),
    ...(found.length === 0
      ? []
      : ["that a difference is as large as estimated: at the moment of a verdict estimates tend to be too large"]),
    ...(horizon === "fixed-horizon"
      ? ["anything, if this was one of many looks or the traffic shares moved meanwhile: give batches then"]
      : []),
    ...(horizon === "fixed-horizon" && length > 1
      ? [`anything about drift: ${length} batches were added up, as if conditions had been the same in all`]
      : []),
    "anything, if requests depend on each other: with sticky users count users",
  ];
}

function asJson(compared: Compared, notes: readonly string[]): JsonObject {
  const { observations, baseline, horizon, alpha, comparisons, lowerIsBetter, best } = compared;
  const { kind, versions, batches } = observations;
  const interval = (effect: Effect | undefined): JsonObject | undefined =>
    effect && { ...effect, estimate: bounded(effect.estimate), low: bounded(effect.low), high: bounded(effect.high) };
  return {
    command: "compare",
    kind: kind === "binary" ? "rate" : kind,
    test: { name: testName(kind, horizon), horizon },
    alpha,
    batches: batches.length,
    baseline: at(versions, baseline),
    versions: versions.map((name) => ({ name, total: { ...totalOf(observations, name) } })),
    comparisons: comparisons.map(({ effect, relative, evidence: values, verdict, ...rest }) => ({
      ...rest,
      verdict,
      ...(lowerIsBetter === undefined || verdict === "undecided" || verdict === "noData"
        ? {}
        : { better: (verdict === "lower") === lowerIsBetter }),
      effect: interval(effect),
      relative: interval(relative),
      evidence: values && { ...values },
    })),
    best,
    notConcluded: [...notes],
  };
}

/** JSON has no infinity: an open end is null. */
function bounded(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}
