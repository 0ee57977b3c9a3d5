import { outputKey } from "./observed.js";
import type { Plan } from "./plan.js";
import type { Condition, Phase, Status } from "./status.js";
import type { Survey } from "./survey.js";
import { isConfirmed } from "./track.js";

/** One version of a routemap in numbers. Weights are relative, as the routemap's are. */
export interface VersionSeries {
  readonly name: string;
  readonly phase: Phase;
  /** What spec, annotation and gates ask for. */
  readonly wanted: number;
  /** What the stored routes give it. */
  readonly stored: number;
  /** The same once every parent of every stored route has accepted it; undefined until then. */
  readonly confirmed: number | undefined;
}

/** One routemap in numbers, for metrics. */
export interface RoutemapSeries {
  readonly ready: Condition["status"];
  /** Types of the conditions that hold, Ready left out. */
  readonly conditions: readonly string[];
  readonly versions: readonly VersionSeries[];
}

/** What metrics show of a plan and of the status that it leads to. */
export function routemapSeries(plan: Plan, status: Status): RoutemapSeries {
  const isConfirmed = plan.survey !== undefined && everyRouteConfirmed(plan.survey);
  const held = status.conditions.filter((condition) => condition.type !== "Ready" && condition.status === "True");
  return {
    ready: status.conditions.find((condition) => condition.type === "Ready")?.status ?? "Unknown",
    conditions: held.map((condition) => condition.type),
    versions: status.versions.map(({ name, phase, weight }, index) => {
      const stored = plan.survey?.raw[index] ?? 0;
      return { name, phase, wanted: weight, stored, confirmed: isConfirmed ? stored : undefined };
    }),
  };
}

/**
 * Whether every parent of every stored route has accepted it. False also where nothing is stored: there is nothing that
 * a parent could have accepted.
 */
export function everyRouteConfirmed({ observed, own, stored }: Survey): boolean {
  const routes = own.filter((id) => stored.has(outputKey(id)));
  return (
    routes.length > 0 &&
    routes.every((id) => {
      const track = observed.track(id);
      return track !== undefined && isConfirmed(track);
    })
  );
}
