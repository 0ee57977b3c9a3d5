import { describe, expect, test } from "@jest/globals";

import type { AppSpec } from "../../support/sequences/appSpec.js";
import { plainApp } from "../../support/sequences/appSpec.js";
import { comeToRest, problemsAtRest } from "../../support/sequences/atRest.js";
import { happen } from "../../support/sequences/happen.js";
import { SequenceWorld, isHeld } from "../../support/sequences/sequenceWorld.js";
import type { Step } from "../../support/sequences/steps.js";

/** A running app to which these steps happened. */
function after(app: Partial<AppSpec>, ...steps: readonly Step[]): SequenceWorld {
  const world = new SequenceWorld({ ...plainApp, ...app });
  for (const { service } of world.app.versions) world.up(service);
  world.pass(6000);
  for (const step of steps) happen(world, step);
  return world;
}

function expectQuiet(world: SequenceWorld): void {
  const plan = comeToRest(world);
  expect([...world.broken, ...problemsAtRest(world, plan)]).toEqual([]);
}

describe("sequences that once went wrong", () => {
  test("a version that another manager's route keeps from being raised is not held and let go in turns", () => {
    const world = after({ by: "routes" }, { do: "foreign", change: "apply", service: "v1" });
    world.pass(60_000);
    const writes = world.log.length;
    world.pass(300_000);
    expect(world.log.slice(writes)).toEqual([]);
    expectQuiet(world);
  });

  test("the fallback of a canary that another manager keeps from it is not held and let go in turns", () => {
    const world = after(
      { by: "routes", strategy: "canary" },
      { do: "cluster", event: "scaleToZero", service: "v1" },
      { do: "foreign", change: "apply", service: "v1" },
      { do: "foreign", change: "dropRules", service: "v1" },
    );
    expectQuiet(world);
  });

  test("after a restart with an undecodable spec and routes that are gone, what is held is let go all the same", () => {
    const world = after(
      {},
      { edit: "mistake", mistake: "yaml" },
      { do: "restart" },
      { do: "foreign", change: "delete", service: "v1" },
    );
    world.pass(60_000);
    expect([...world.objects.values()].filter(isHeld)).toEqual([]);
  });

  test("a controller that starts while a route waits for its replacement lets the replacement settle", () => {
    const world = after({}, { edit: "kind", kind: "VirtualService" }, { do: "restart" });
    expect([...world.outputs.values()].map(({ kind }) => kind)).toEqual(["HTTPRoute", "VirtualService"]);
    world.pass(30_000);
    expect([...world.outputs.values()].map(({ kind }) => kind)).toEqual(["VirtualService"]);
    expectQuiet(world);
  });

  test("an object that lost its label is not claimed when its app gets a second version", () => {
    const versions = [{ name: "v1", service: "v1" }] as const;
    const world = after(
      { versions, by: "routes" },
      { do: "cluster", event: "loseLabel", service: "v1" },
      { edit: "add", service: "v2-new" },
    );
    expect(world.broken).toEqual([]);
    expect(isHeld(world.objects.get("deploy/v1"))).toBe(false);
  });

  test("a version that left the spec while no other is ready keeps traffic and finalizer until another is", () => {
    const world = after({}, { do: "cluster", event: "delete", service: "v1" }, { edit: "remove", service: "v2" });
    expectQuiet(world);
    expect(isHeld(world.objects.get("deploy/v2"))).toBe(true);
    happen(world, { do: "cluster", event: "ready", service: "v1" });
    expectQuiet(world);
    expect([...world.objects.values()].filter(isHeld)).toEqual([]);
  });

  test("the only version of the spec stays held while a pause keeps traffic on one that left it", () => {
    const world = after({}, { do: "annotate", name: "paused", value: "true" }, { edit: "remove", service: "v1" });
    expectQuiet(world);
    expect(isHeld(world.objects.get("deploy/v2"))).toBe(true);
    happen(world, { do: "annotate", name: "paused", value: undefined });
    expectQuiet(world);
    expect([...world.objects.values()].filter(isHeld)).toEqual([]);
  });

  test("a routemap that is paused says so also while it has other reasons not to write a route", () => {
    const paused: Step = { do: "annotate", name: "paused", value: "true" };
    const nobody = after(
      { versions: [{ name: "v1", service: "v1" }] },
      paused,
      { do: "cluster", event: "deleteService", service: "v1" },
      { do: "foreign", change: "dropRules", service: "v1" },
    );
    expectQuiet(nobody);
    const unrendered = after(
      {},
      paused,
      { edit: "mistake", mistake: "template" },
      { do: "cluster", event: "notReady", service: "v2" },
    );
    expectQuiet(unrendered);
  });

  test("versions whose route went with its kind are let go, though a write of it was still under way", () => {
    const world = after(
      {},
      { do: "fault", fault: "late" },
      { do: "foreign", change: "delete", service: "v1" },
      { do: "crd", kind: "HTTPRoute" },
    );
    world.pass(60_000);
    expect([...world.objects.values()].filter(isHeld)).toEqual([]);
    expectQuiet(world);
  });

  test("a controller that starts while traffic is on what left the spec lets nothing go before it has drained", () => {
    const world = after(
      {},
      { do: "cluster", event: "delete", service: "v1" },
      { edit: "remove", service: "v2" },
      { do: "restart" },
    );
    world.pass(20_000);
    expect(isHeld(world.objects.get("deploy/v1"))).toBe(true);
    expectQuiet(world);
    expect([...world.objects.keys()]).toEqual(["deploy/v2", "svc/v2"]);
  });

  test("a write that was under way when its namespace began to end keeps nothing and is followed by no other", () => {
    const world = after(
      {},
      { do: "fault", fault: "late" },
      { do: "restart" },
      { do: "foreign", change: "delete", service: "v1" },
      { do: "pass", ms: 6000 },
    );
    world.terminating.add("default");
    const writes = world.log.length;
    world.pass(600_000);
    expect([...world.objects.values()].filter(isHeld)).toEqual([]);
    expect(world.log.slice(writes).filter((write) => !write.startsWith("release"))).toEqual(["create app 1/1"]);
    expect(world.broken).toEqual([]);
  });

  test("a version that left the spec drains in full though the finalizer of its Service was taken off unseen", () => {
    const world = after(
      {},
      { do: "blind", kind: "svc" },
      { do: "cluster", event: "clobber", service: "v1" },
      { edit: "remove", service: "v1" },
    );
    expectQuiet(world);
    expect([...world.objects.values()].filter(isHeld)).toEqual([]);
  });

  test("after a restart with an undecodable spec, the only version that the routes tell of is let go", () => {
    const world = after(
      { versions: [{ name: "v1", service: "v1" }], by: "routes" },
      { edit: "add", service: "v2-new" },
      { edit: "mistake", mistake: "yaml" },
      { do: "restart" },
    );
    expectQuiet(world);
    expect([...world.objects.values()].filter(isHeld)).toEqual([]);
  });
});
