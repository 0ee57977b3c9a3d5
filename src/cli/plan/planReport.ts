import { stringify } from "yaml";

import { unifiedDiff } from "../../base/diff.js";
import { formatDuration } from "../../base/duration.js";
import type { JsonObject } from "../../base/json.js";
import type { Forecast, ForecastStep, Obstacle } from "../../routing/snapshot/forecast.js";
import type { RouteChange } from "../../routing/snapshot/routeChange.js";
import type { Look, TableCell } from "../table.js";
import { table } from "../table.js";

/** What `plan` found. */
export interface PlanResult {
  readonly against: string;
  readonly assumeReady: boolean;
  /** In the order of namespace and name. */
  readonly routemaps: readonly Forecast[];
  /** What could not be seen, and advice. */
  readonly notes: readonly string[];
}

/** The result for people: for each routemap the steps, what is in their way, and a unified diff of each route. */
export function planText({ routemaps }: PlanResult, look: Look): string {
  if (routemaps.length === 0) return "no routemap is concerned\n";
  return routemaps.map((one) => forecastLines(one, look).join("\n")).join("\n\n") + "\n";
}

function forecastLines(one: Forecast, look: Look): readonly string[] {
  const steps = one.steps.map((step): TableCell[] => ["", whenOf(step), `${step.step} ${step.object}`, detailOf(step)]);
  return [
    look.paint("bold", headline(one)),
    ...table([{}, {}, {}, {}], steps, look),
    ...one.obstacles.map((obstacle) => `  ${look.paint("yellow", "not yet")}  ${obstacleText(obstacle)}`),
    ...one.routes.flatMap((route) => diffLines(route, one, look)),
  ];
}

function headline({ namespace, name, changes, steps, restMs, obstacles }: Forecast): string {
  const what = `routemap ${namespace}/${name}`;
  if (!changes) return `${what}: no change${obstacles.length === 0 ? "" : " as long as this stands in the way"}`;
  const count = `${steps.length} step${steps.length === 1 ? "" : "s"}`;
  if (restMs === undefined) return `${what}: ${count}, not done within an hour`;
  return `${what}: ${count}${restMs === 0 ? "" : `, done after ${roughly(restMs)}`}`;
}

function whenOf({ afterMs }: ForecastStep): string {
  return afterMs === 0 ? "now" : `after ${roughly(afterMs)}`;
}

/** To the tenth of a second. */
function roughly(ms: number): string {
  return formatDuration(Math.ceil(ms / 100) * 100);
}

function detailOf({ version, ground, weights = [] }: ForecastStep): string {
  const shares = weights.map(({ version: name, before, after }) =>
    before === undefined || before === after ? `${name}=${after}` : `${name}=${before}→${after}`,
  );
  const who = version === undefined ? "" : `version ${version}`;
  return [who, ground === undefined ? "" : `(${ground})`, ...shares].filter((part) => part !== "").join(" ");
}

function obstacleText({ about, reason, message }: Obstacle): string {
  return `${about}: ${message} (${reason})`;
}

/** A route's change as a unified diff of YAML; empty where nothing but a note of ours changes. */
export function routeDiff({ id, stored, planned }: RouteChange, namespace: string): string {
  const path = `${id.kind}/${namespace}/${id.name}.yaml`;
  return unifiedDiff(yamlOf(stored), yamlOf(planned), {
    before: stored === undefined ? undefined : `stored/${path}`,
    after: planned === undefined ? undefined : `planned/${path}`,
  });
}

function diffLines(route: RouteChange, { namespace }: Forecast, look: Look): readonly string[] {
  const diff = route.change === "none" ? "" : routeDiff(route, namespace);
  return diff === "" ? [] : diff.split("\n").map((line) => paintLine(line, look));
}

function paintLine(line: string, { paint }: Look): string {
  if (line.startsWith("---") || line.startsWith("+++")) return paint("bold", line);
  if (line.startsWith("@@")) return paint("cyan", line);
  if (line.startsWith("+")) return paint("green", line);
  return line.startsWith("-") ? paint("red", line) : line;
}

function yamlOf(value: JsonObject | undefined): string {
  if (value === undefined) return "";
  return stringify(value, { sortMapEntries: true, aliasDuplicateObjects: false, lineWidth: 0 });
}

/** The result for programs. Fields may be added, none changes its meaning. */
export function planData({ against, assumeReady, routemaps, notes }: PlanResult): object {
  return {
    against,
    assumeReady,
    changes: routemaps.some(({ changes }) => changes),
    notes,
    routemaps: routemaps.map((one) => ({
      ...one,
      routes: one.routes.map(({ id, ...change }) => ({
        ...id,
        ...change,
        diff: change.change === "none" ? "" : routeDiff({ id, ...change }, one.namespace),
      })),
    })),
  };
}
