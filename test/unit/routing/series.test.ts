import { describe, expect, test } from "@jest/globals";

import { reportStatus } from "../../../src/routing/report.js";
import { routemapSeries } from "../../../src/routing/series.js";
import type { Plan } from "../../../src/routing/plan.js";
import { PlanWorld } from "../../support/planWorld.js";
import { routeTemplate, versionsOf } from "../../support/routemaps.js";

const spec = versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2");
const seriesOf = (plan: Plan) => routemapSeries(plan, reportStatus(plan, undefined));

function world(...versions: readonly string[]): PlanWorld {
  const made = new PlanWorld(spec);
  for (const version of versions) made.up(version);
  return made;
}

describe("routemapSeries", () => {
  test("shows what is wanted, stored and confirmed of each version, and its phase", () => {
    const app = world("v1", "v2");
    app.pass(20_000);
    expect(seriesOf(app.look())).toEqual({
      ready: "True",
      conditions: [],
      versions: [
        { name: "v1", phase: "Active", wanted: 80, stored: 80, confirmed: 80 },
        { name: "v2", phase: "Active", wanted: 20, stored: 20, confirmed: 20 },
      ],
    });
  });

  test("has nothing confirmed until every parent has accepted the generation that is stored", () => {
    const app = world("v1", "v2");
    app.pass(20_000);
    app.up("v2", false);
    app.settle();
    const [, returned] = seriesOf(app.look()).versions;
    expect(returned).toEqual({ name: "v2", phase: "Draining", wanted: 0, stored: 0, confirmed: undefined });
    app.confirm();
    expect(seriesOf(app.look()).versions[1]?.confirmed).toBe(0);
  });

  test("has nothing confirmed while there is no route", () => {
    const app = world();
    expect(seriesOf(app.look()).versions.map(({ stored, confirmed }) => [stored, confirmed])).toEqual([
      [0, undefined],
      [0, undefined],
    ]);
  });

  test("shows the stored weights where they are not what is wanted", () => {
    const app = world("v1", "v2");
    app.pass(20_000);
    app.annotations = { "iter8.tools/paused": "true" };
    app.up("v2", false);
    app.settle();
    const series = seriesOf(app.look());
    expect(series.ready).toBe("False");
    expect(series.conditions).toEqual(["Paused"]);
    expect(series.versions[1]).toMatchObject({ phase: "Returning", wanted: 0, stored: 20 });
  });

  test("keeps a version that left the spec for as long as it is held", () => {
    const app = world("v1", "v2");
    app.pass(20_000);
    app.setSpec(versionsOf(["v1", 80]) + routeTemplate("app", "v1"));
    app.settle();
    expect(seriesOf(app.look()).versions.map(({ name }) => name)).toEqual(["v1", "v2"]);
    app.confirm();
    app.pass(60_000);
    expect(seriesOf(app.look()).versions.map(({ name }) => name)).toEqual(["v1"]);
  });

  test("is empty but for its readiness where nothing is known of a spec", () => {
    const plan = new PlanWorld("versions: 1").look();
    expect(routemapSeries(plan, reportStatus(plan, "versions: not a list"))).toEqual({
      ready: "False",
      conditions: ["SpecInvalid"],
      versions: [],
    });
  });
});
