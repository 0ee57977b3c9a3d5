import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { names } from "../../../src/routing/names.js";
import type { Return } from "../../../src/routing/uninstall/bringBack.js";
import { intentOf, returnOf } from "../../../src/routing/uninstall/bringBack.js";
import { PlanWorld } from "../../support/planWorld.js";
import { routeTemplate, versionsOf } from "../../support/routemaps.js";

const spec = versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2");

/** An app of two versions that both carry. */
function running(): PlanWorld {
  const world = new PlanWorld(spec);
  world.up("v1");
  world.up("v2");
  world.pass(10_000);
  return world;
}

function force(world: PlanWorld, also: Record<string, string> = {}): PlanWorld {
  world.annotations = { [names.forcePrimary]: "true", ...also };
  return world;
}

function stateOf(world: PlanWorld): Return {
  return returnOf(world.observe(), world.look());
}

function isHeld(world: PlanWorld, name: string): boolean {
  const objects = ["deploy", "svc"].map((kind) => world.objects.get(`${kind}/${name}`));
  return objects.some((object) => object?.metadata.finalizers?.includes(names.finalizer) ?? false);
}

describe("the return of a routemap's traffic", () => {
  it("waits until it is written, confirmed, settled and drained, and then is back", () => {
    const world = force(running());
    expect(stateOf(world)).toMatchObject({ state: "waiting", message: expect.stringContaining("still to be written") });
    expect(intentOf(world.look())).toBe("80 % v1, 20 % v2 now, then v1");
    world.settle();
    expect(stateOf(world)).toMatchObject({ state: "waiting", message: expect.stringContaining("no gateway") });
    world.confirm();
    expect(stateOf(world)).toMatchObject({ state: "waiting", message: expect.stringContaining("settles") });
    world.pass(60_000);
    expect(stateOf(world)).toEqual({ state: "back", message: "everything goes to v1" });
    expect(isHeld(world, "v2")).toBe(false);
  });

  it("is to the other version where the primary is not ready", () => {
    const world = force(running());
    world.up("v1", false);
    world.pass(60_000);
    expect(stateOf(world)).toEqual({ state: "back", message: "everything goes to v2" });
  });

  it("is not waited for where the routemap is paused", () => {
    const world = force(running(), { [names.paused]: "true" });
    expect(stateOf(world)).toMatchObject({ state: "left", message: expect.stringContaining("paused") });
  });

  it("is not waited for where the spec was never decoded", () => {
    const world = force(new PlanWorld("versions: 7"));
    expect(stateOf(world)).toMatchObject({ state: "left", message: expect.stringContaining("cannot be decoded") });
  });

  it("is never said to be back while a route leads elsewhere or another version is held", () => {
    const step = fc.constantFrom<(world: PlanWorld) => void>(
      (world) => world.up("v1"),
      (world) => world.up("v1", false),
      (world) => world.up("v2"),
      (world) => world.up("v2", false),
      (world) => world.delete("deploy", "v2"),
      (world) => world.delete("deploy", "v1"),
      (world) => world.confirm(),
      (world) => world.pass(1_000),
      (world) => world.pass(40_000),
      (world) => world.setSpec("versions: 7"),
      (world) => world.setSpec(spec),
    );
    let backs = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const world = force(running());
        for (const change of steps) {
          change(world);
          const observed = world.observe();
          const plan = world.look();
          if (returnOf(observed, plan).state !== "back" || plan.survey === undefined) continue;
          backs += 1;
          const { desire, raw, facts } = plan.survey;
          for (const { index, name } of facts)
            if (desire.weights[index] === 0) expect([raw[index], isHeld(world, name)]).toEqual([0, false]);
        }
      }),
      { numRuns: 30 },
    );
    expect(backs).toBeGreaterThan(0);
  });
});
