import { describe, expect, it } from "@jest/globals";

import { PlanWorld } from "../../support/planWorld.js";
import { routeTemplate, versionsOf } from "../../support/routemaps.js";

const spec = versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2");

function running(): PlanWorld {
  const world = new PlanWorld(spec);
  world.up("v1");
  world.up("v2");
  world.pass(10_000);
  world.log.length = 0;
  return world;
}

/** As `kubectl delete --cascade=foreground` leaves an object that has finalizers. */
function deleteInForeground(world: PlanWorld, kind: string, name: string): void {
  const finalizers = world.objects.get(`${kind}/${name}`)?.metadata.finalizers ?? [];
  world.put(kind, name, { metadata: { finalizers: [...finalizers, "foregroundDeletion"] } });
  world.delete(kind, name);
}

describe("a deletion in the foreground", () => {
  it("is turned into one in the background in the same step in which traffic returns", () => {
    const world = running();
    deleteInForeground(world, "deploy", "v2");
    const { stage } = world.look();
    expect(stage.map(({ type }) => type)).toEqual(["strip", "write"]);
    world.settle();
    expect(world.log).toEqual(["strip deploy/v2", "return app 80/0"]);
    expect(world.objects.get("deploy/v2")?.metadata.finalizers).toEqual(["iter8.tools/finalizer"]);
    world.pass(60_000);
    expect(world.objects.has("deploy/v2")).toBe(false);
  });

  it("is left alone where the object may go at once", () => {
    const world = running();
    deleteInForeground(world, "deploy", "v1");
    deleteInForeground(world, "svc", "v1");
    deleteInForeground(world, "deploy", "v2");
    deleteInForeground(world, "svc", "v2");
    world.settle();
    expect(world.log.filter((line) => line.startsWith("strip"))).toEqual([]);
  });

  it("of an object that refuses the patch keeps nothing else waiting", () => {
    const world = running();
    deleteInForeground(world, "deploy", "v2");
    const uid = world.objects.get("deploy/v2")?.metadata.uid ?? "";
    world.memory = { ...world.memory, unstrippable: new Set([uid]) };
    world.settle();
    expect(world.log).toEqual(["return app 80/0"]);
  });

  it("touches no finalizer of anybody else", () => {
    const world = running();
    world.put("deploy", "v2", { metadata: { finalizers: ["iter8.tools/finalizer", "example.com/other"] } });
    deleteInForeground(world, "deploy", "v2");
    world.settle();
    expect(world.objects.get("deploy/v2")?.metadata.finalizers).toEqual(["iter8.tools/finalizer", "example.com/other"]);
  });
});
