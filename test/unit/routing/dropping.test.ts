import { describe, expect, it } from "@jest/globals";

import { arrayAt, numberAt, stringAt } from "../../../src/base/json.js";
import { phaseOf } from "../../../src/routing/report.js";
import { PlanWorld } from "../../support/planWorld.js";

const resources = (name: string): string => `[{gvrShort: deploy, name: ${name}}, {gvrShort: svc, name: ${name}}]`;
const route = "routes:\n- {kind: HTTPRoute, name: app, hostnames: [app.example.com], parentRefs: [{name: gw}]}\n";
const spec = `versions:\n- {name: v1, weight: 80, resources: ${resources("v1")}}\n- {name: v2, weight: 20, resources: ${resources("v2")}}\n${route}`;

function running(): PlanWorld {
  const world = new PlanWorld(spec);
  world.up("v1");
  world.up("v2");
  world.pass(10_000);
  world.log.length = 0;
  return world;
}

function named(world: PlanWorld): string {
  const stored = world.outputs.get("httproutes.gateway.networking.k8s.io/app");
  const refs = arrayAt(stored, "spec", "rules", 0, "backendRefs");
  return refs.map((ref) => `${stringAt(ref, "name") ?? ""}=${numberAt(ref, "weight") ?? 1}`).join(" ");
}

function phase(world: PlanWorld): string | undefined {
  const { survey, holdings } = world.look();
  const version = survey?.facts.find(({ name }) => name === "v2");
  return survey === undefined || version === undefined ? undefined : phaseOf(survey, version, holdings);
}

describe("a deleted version", () => {
  it("is named with 0 while requests drain, is dropped from the route once they have, and then goes", () => {
    const world = running();
    for (const kind of ["svc", "deploy"]) world.delete(kind, "v2");
    world.settle();
    expect([named(world), phase(world)]).toEqual(["v1=80 v2=0", "Draining"]);
    world.pass(60_000);
    expect(world.log).toEqual([
      "return app 80/0",
      "reweight app 80/0",
      "release deploy/v2 (proof)",
      "release svc/v2 (proof)",
    ]);
    expect(named(world)).toBe("v1=80");
    expect(world.objects.has("svc/v2")).toBe(false);
  });

  it("stays dropped when the proof begins anew before it has gone", () => {
    const world = running();
    for (const kind of ["svc", "deploy"]) world.delete(kind, "v2");
    world.settle();
    for (let seconds = 0; seconds < 60 && world.look().stage.length === 0; seconds += 1) {
      world.time += 1000;
      world.confirm();
    }
    const [drop] = world.look().stage;
    expect(drop?.type).toBe("write");
    if (drop !== undefined) world.carryOut(drop);
    expect([named(world), phase(world)]).toEqual(["v1=80", "Dropping"]);
    world.tracks.clear();
    world.log.length = 0;
    expect(world.look().stage).toEqual([]);
    world.pass(60_000);
    expect(world.log).toEqual(["release deploy/v2 (proof)", "release svc/v2 (proof)"]);
  });

  it("stays named while only its workload is deleted, so that its successor finds its place", () => {
    const world = running();
    world.delete("deploy", "v2");
    world.pass(60_000);
    expect(world.objects.has("deploy/v2")).toBe(false);
    expect(named(world)).toBe("v1=80 v2=0");
  });
});
