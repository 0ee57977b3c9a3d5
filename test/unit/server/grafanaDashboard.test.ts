import { beforeAll, describe, expect, test } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import { arrayAt, at, stringAt } from "../../../src/base/json.js";
import type { Panel, Place } from "../../support/prometheus/dashboard.js";
import { annotationQueries, filledIn, panelsOf, readDashboard } from "../../support/prometheus/dashboard.js";
import { metricNames, metricsIn, unknownMetrics } from "../../support/prometheus/metricNames.js";

let dashboard: Json;
let panels: readonly Panel[];
beforeAll(async () => {
  dashboard = await readDashboard();
  panels = panelsOf(dashboard);
});

const overlap = (a: Place, b: Place): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe("the dashboard", () => {
  test("asks for metrics that the controller has, and for each of its own", async () => {
    const known = await metricNames();
    const queries = [...panels.flatMap((panel) => panel.queries), ...annotationQueries(dashboard)];
    for (const query of queries) expect([query, ...unknownMetrics(query, known)]).toEqual([query]);
    const asked = new Set(queries.flatMap((query) => metricsIn(query)));
    const own = known.filter((name) => name.startsWith("pointsman_"));
    expect(own.filter((name) => !asked.has(name))).toEqual(["pointsman_config_reads_total"]);
  });

  test("has a title, a description and a query in every panel, and ids of their own", () => {
    const drawn = panels.filter(({ type }) => type !== "row");
    expect(drawn.length).toBeGreaterThan(25);
    for (const panel of drawn) {
      expect(panel.title).not.toBe("");
      expect(panel.description.length).toBeGreaterThan(10);
      expect(panel.queries.length).toBeGreaterThan(0);
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  test("has no two panels at one place and none that leaves the grid", () => {
    for (const [index, panel] of panels.entries()) {
      expect(panel.place.x + panel.place.w).toBeLessThanOrEqual(24);
      const covered = panels.slice(index + 1).filter((other) => overlap(panel.place, other.place));
      expect([panel.title, ...covered.map(({ title }) => title)]).toEqual([panel.title]);
    }
  });

  test("takes its data source from a variable, in every panel and query", () => {
    const uids = (value: Json): readonly string[] => [
      ...(stringAt(value, "datasource", "uid") === undefined ? [] : [stringAt(value, "datasource", "uid") ?? ""]),
      ...[...arrayAt(value, "panels"), ...arrayAt(value, "targets")].flatMap((each) => uids(each)),
    ];
    const used = uids(dashboard);
    expect(used.length).toBeGreaterThan(50);
    expect(new Set(used)).toEqual(new Set(["${datasource}"]));
    const names = arrayAt(dashboard, "templating", "list").map((variable) => at(variable, "name"));
    expect(names).toEqual(["datasource", "job", "namespace", "routemap"]);
  });

  test("has no variable in a query that Grafana would not fill in", () => {
    for (const query of panels.flatMap((panel) => panel.queries)) expect(filledIn(query, "1m")).not.toContain("$");
  });
});
