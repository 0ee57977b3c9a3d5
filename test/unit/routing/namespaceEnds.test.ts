import { describe, expect, it } from "@jest/globals";

import { reportStatus } from "../../../src/routing/report.js";
import { PlanWorld } from "../../support/planWorld.js";
import { routeTemplate, versionsOf } from "../../support/routemaps.js";

function running(): PlanWorld {
  const world = new PlanWorld(versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2"));
  world.up("v1");
  world.up("v2");
  world.pass(10_000);
  world.log.length = 0;
  return world;
}

describe("a namespace that is being deleted", () => {
  it("has everything in it let go at once, and nothing written into it", () => {
    const world = running();
    world.terminating.add("default");
    world.settle();
    expect([...world.log].sort()).toEqual([
      "release deploy/v1 (nothing-left)",
      "release deploy/v2 (nothing-left)",
      "release svc/v1 (nothing-left)",
      "release svc/v2 (nothing-left)",
    ]);
    const [ready] = reportStatus(world.look(), undefined).conditions;
    expect(ready).toMatchObject({ type: "Ready", status: "False", reason: "NamespaceTerminating" });
  });

  it("keeps what is held elsewhere", () => {
    const world = running();
    world.terminating.add("other");
    world.settle();
    expect(world.log).toEqual([]);
  });
});
