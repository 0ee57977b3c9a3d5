import { readFile } from "node:fs/promises";

import type { Json } from "../../../src/base/json.js";
import { arrayAt, isObject, numberAt, objectAt, stringAt } from "../../../src/base/json.js";

/** Where a panel stands, in units of Grafana's grid, which is 24 wide. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** One panel of the dashboard, those of folded rows included. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly place: Place;
  readonly queries: readonly string[];
}

export const dashboardFile = "config/grafana/pointsman.json";

/** The whole file as JSON. */
export async function readDashboard(): Promise<Json> {
  return JSON.parse(await readFile(dashboardFile, "utf8")) as Json;
}

/** Every panel, rows included. */
export function panelsOf(dashboard: Json): readonly Panel[] {
  return arrayAt(dashboard, "panels").flatMap((panel) => [panelOf(panel), ...panelsOf(panel)]);
}

/** Queries of the dashboard that belong to no panel: its annotations. */
export function annotationQueries(dashboard: Json): readonly string[] {
  return arrayAt(dashboard, "annotations", "list").map((each) => stringAt(each, "expr") ?? "");
}

/** The series that fill the dashboard's variables, as a selector. */
export function variableSelectors(dashboard: Json): readonly string[] {
  return arrayAt(dashboard, "templating", "list").flatMap((variable) => {
    const query = stringAt(variable, "query", "query") ?? "";
    return /^label_values\((.*), \w+\)$/.exec(query)?.slice(1) ?? [];
  });
}

function panelOf(panel: Json): Panel {
  const place = objectAt(panel, "gridPos");
  const length = (name: string): number => numberAt(place, name) ?? NaN;
  return {
    id: numberAt(panel, "id") ?? NaN,
    type: stringAt(panel, "type") ?? "",
    title: stringAt(panel, "title") ?? "",
    description: stringAt(panel, "description") ?? "",
    place: { x: length("x"), y: length("y"), w: length("w"), h: length("h") },
    queries: arrayAt(panel, "targets")
      .filter(isObject)
      .map((target) => stringAt(target, "expr") ?? ""),
  };
}

/** A query as Grafana sends it, with everything chosen and windows of `rate` (a PromQL duration). */
export function filledIn(query: string, rate: string): string {
  return query.replaceAll("$__rate_interval", rate).replace(/\$(job|namespace|routemap)\b/g, ".*");
}
