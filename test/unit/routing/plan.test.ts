import { describe, expect, it } from "@jest/globals";

import { arrayAt, numberAt, objectAt, stringAt } from "../../../src/base/json.js";
import { names } from "../../../src/routing/names.js";
import { reportStatus } from "../../../src/routing/report.js";
import { PlanWorld } from "../../support/planWorld.js";

const versions = (...list: readonly (readonly [string, number])[]): string =>
  list
    .map(
      ([name, weight]) =>
        `- {name: ${name}, weight: ${weight}, resources: [{gvrShort: deploy, name: ${name}}, {gvrShort: svc, name: ${name}}]}`,
    )
    .join("\n");

const httpRoute = (...services: readonly string[]): string => `
routingTemplates:
  http:
    gvrShort: httproute
    template: |
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: app}
      spec:
        parentRefs: [{name: gw}]
        rules:
        - backendRefs:
${services.map((name, index) => `          {{- if gt (index .Weights ${index}) 0 }}\n          - {name: ${name}, port: 80, weight: {{ index .Weights ${index} }}}\n          {{- end }}`).join("\n")}
`;

const blueGreen = `versions:\n${versions(["v1", 80], ["v2", 20])}\n${httpRoute("v1", "v2")}`;

function shares(world: PlanWorld): Record<string, number> {
  const route = [...world.outputs.values()][0];
  const refs = arrayAt(route, "spec", "rules", 0, "backendRefs");
  return Object.fromEntries(refs.map((ref) => [stringAt(ref, "name") ?? "", numberAt(ref, "weight") ?? 1]));
}

function conditions(world: PlanWorld): string[] {
  return reportStatus(world.look(), undefined)
    .conditions.filter((c) => c.type !== "Ready")
    .map((c) => c.type);
}

function running(): PlanWorld {
  const world = new PlanWorld(blueGreen);
  world.up("v1");
  world.up("v2");
  world.pass(10_000);
  world.log.length = 0;
  return world;
}

describe("the first candidate", () => {
  it("is held before it is raised, and the primary with it", () => {
    const world = new PlanWorld(blueGreen);
    world.up("v1");
    world.pass(5000);
    expect(shares(world)).toEqual({ v1: 80 });
    world.log.length = 0;
    world.up("v2");
    world.pass(5000);
    expect(world.log).toEqual(["claim deploy/v2", "claim svc/v2", "raise app 80/20"]);
    expect(shares(world)).toEqual({ v1: 80, v2: 20 });
  });

  it("waits until it has been ready for minStable", () => {
    const world = new PlanWorld(blueGreen);
    world.up("v1");
    world.pass(5000);
    world.up("v2");
    world.settle();
    expect(shares(world)).toEqual({ v1: 80 });
    world.pass(2900, 100);
    expect(shares(world)).toEqual({ v1: 80 });
    world.pass(200, 100);
    expect(shares(world)).toEqual({ v1: 80, v2: 20 });
  });

  it("gets nothing while its Service has no ready endpoint", () => {
    const world = new PlanWorld(blueGreen);
    world.up("v1");
    world.up("v2");
    world.endpoints.set("v2", 0);
    world.pass(10_000);
    expect(shares(world)).toEqual({ v1: 80 });
  });
});

describe("a version that stops being ready", () => {
  it("loses its traffic at once, in one forced write, and gets it back when it is stable again", () => {
    const world = running();
    world.up("v2", false);
    const stage = world.look().stage;
    expect(stage).toMatchObject([{ type: "write", mode: "return", force: true, weights: [80, 0], gains: [] }]);
    world.settle();
    expect(world.log).toEqual(["return app 80/0"]);
    world.up("v2", true);
    world.pass(4000);
    expect(shares(world)).toEqual({ v1: 80, v2: 20 });
  });

  it("hands its traffic to the other versions where it is the primary", () => {
    const world = running();
    world.up("v1", false);
    world.settle();
    expect(shares(world)).toEqual({ v2: 20 });
  });

  it("keeps everything where its kind cannot be seen", () => {
    const world = running();
    world.unseenKinds.add("deploy");
    world.pass(10_000);
    expect(world.log).toEqual([]);
    expect(conditions(world)).toContain("Unseen");
  });

  it("keeps the primary where nothing is ready", () => {
    const world = running();
    world.up("v1", false);
    world.up("v2", false);
    world.settle();
    expect(shares(world)).toEqual({ v1: 1 });
  });
});

describe("a version that refuses our finalizer", () => {
  it("keeps no other version from being released", () => {
    const world = running();
    for (const kind of ["deploy", "svc"]) world.put(kind, "v1", { metadata: { finalizers: [] } });
    world.memory = { ...world.memory, unholdable: new Set(["v1"]) };
    world.delete("deploy", "v2");
    let released = false;
    for (let step = 0; step < 120 && !released; step += 1) {
      world.time += 1000;
      for (const action of world.look().stage) {
        if (action.type !== "claim") world.carryOut(action);
        released ||= action.type === "release" && action.version === "v2";
      }
      world.confirm();
    }
    expect(released).toBe(true);
  });

  it("is not raised without it", () => {
    const world = new PlanWorld(blueGreen);
    world.up("v1");
    world.pass(5000);
    world.up("v2");
    world.look();
    world.time += 4000;
    world.memory = { ...world.memory, unholdable: new Set(["v2"]) };
    const stage = world.look().stage;
    expect(stage.map((action) => action.type)).toEqual(["claim", "claim"]);
  });
});

describe("a deleted candidate", () => {
  it("keeps its finalizers until weight 0 is stored, confirmed, settled and drained, the Service last", () => {
    const world = running();
    world.delete("deploy", "v2");
    world.settle();
    expect(world.log).toEqual(["return app 80/0"]);
    world.pass(60_000);
    expect(world.log).toEqual(["return app 80/0", "release deploy/v2 (proof)", "release svc/v2 (proof)"]);
    expect(world.objects.has("deploy/v2")).toBe(false);
  });

  it("is held for confirmation, settle and drain one after the other", () => {
    const world = running();
    world.delete("deploy", "v2");
    world.settle();
    world.pass(24_000, 500);
    expect(world.log).not.toContain("release deploy/v2 (proof)");
    world.pass(2000, 500);
    expect(world.log).toContain("release deploy/v2 (proof)");
  });

  it("is held until the deadline where nothing else is ready", () => {
    const world = running();
    world.up("v1", false);
    world.delete("deploy", "v2");
    world.pass(300_000, 10_000);
    expect(shares(world)).toEqual({ v2: 20 });
    world.pass(400_000, 10_000);
    expect(world.log.some((line) => line === "release deploy/v2 (deadline)")).toBe(true);
  });

  it("is released at once where every version is deleting", () => {
    const world = running();
    for (const name of ["v1", "v2"]) for (const kind of ["deploy", "svc"]) world.delete(kind, name);
    world.settle();
    expect(world.log.filter((line) => line.includes("nothing-left"))).toHaveLength(4);
    expect(world.objects.size).toBe(0);
  });
});

describe("promotion as Iter8 users do it", () => {
  it("releases a version that left the spec by the same proof", () => {
    const world = running();
    world.setSpec(`versions:\n${versions(["v1", 100])}\n${httpRoute("v1")}`);
    world.settle();
    expect(world.log).toEqual(["return app 80/0", "raise app 100/0"]);
    world.delete("deploy", "v2");
    world.delete("svc", "v2");
    expect(world.objects.has("deploy/v2")).toBe(true);
    world.pass(60_000);
    expect(world.objects.has("deploy/v2")).toBe(false);
    expect(shares(world)).toEqual({ v1: 100 });
    expect(world.objects.get("deploy/v1")?.metadata.finalizers ?? []).toEqual([]);
  });
});

describe("hands on the brake", () => {
  it("paused writes nothing, and a deleted version waits", () => {
    const world = running();
    world.annotations[names.paused] = "true";
    world.delete("deploy", "v2");
    world.pass(60_000);
    expect(world.log).toEqual([]);
    expect(conditions(world)).toContain("Paused");
    world.annotations = {};
    world.pass(60_000);
    expect(world.objects.has("deploy/v2")).toBe(false);
  });

  it("force-primary moves everything to the primary now and refuses raises", () => {
    const world = running();
    world.annotations[names.forcePrimary] = "true";
    world.settle();
    expect(shares(world)).toEqual({ v1: 1 });
    expect(conditions(world)).toContain("ForcePrimary");
  });
});

describe("other hands on our output", () => {
  it("weight given to a version that is not ready is forced back", () => {
    const world = running();
    world.up("v2", false);
    world.settle();
    world.log.length = 0;
    world.tamper("app", (spec) => ({ ...spec, rules: [{ backendRefs: [{ name: "v2", port: 80 }] }] }));
    const stage = world.look().stage;
    expect(stage).toMatchObject([{ type: "write", mode: "return", force: true }]);
    world.settle();
    expect(shares(world)).toEqual({ v1: 80 });
  });

  it("a user's own route is never touched", () => {
    const world = new PlanWorld(blueGreen);
    const own = {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: {
        name: "app",
        namespace: "default",
        uid: "users",
        resourceVersion: "1",
        managedFields: [{ manager: "kubectl", operation: "Apply" }],
      },
      spec: {},
    };
    world.outputs.set("httproutes.gateway.networking.k8s.io/app", own);
    world.up("v1");
    world.pass(10_000);
    expect(world.log).toEqual([]);
    expect(conditions(world)).toEqual(["NotOurs"]);
  });

  it("what only Iter8 wrote is adopted, and its leftovers are swept", () => {
    const world = new PlanWorld(blueGreen);
    world.outputs.set("httproutes.gateway.networking.k8s.io/app", {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: {
        name: "app",
        namespace: "default",
        uid: "theirs",
        resourceVersion: "1",
        managedFields: [
          { manager: "iter8-controller", operation: "Apply", time: "2024-01-01T00:00:00Z" },
          { manager: "contour", operation: "Update", subresource: "status" },
        ],
      },
      spec: { rules: [{ backendRefs: [{ name: "v1", port: 80 }] }] },
    });
    world.up("v1");
    world.look();
    world.time += 10_000;
    const writes = world.look().decisions.flatMap((decision) => (decision.kind === "write" ? [decision.action] : []));
    expect(writes).toMatchObject([{ force: true, sweepIter8: true, uid: "theirs" }]);
  });
});

describe("an output that is no longer rendered", () => {
  it("is deleted only after what replaces it has settled", () => {
    const world = running();
    world.setSpec(blueGreen.replace("name: app}", "name: app2}"));
    world.settle();
    expect([...world.outputs.keys()]).toHaveLength(2);
    expect(world.log.some((line) => line.startsWith("prune"))).toBe(false);
    world.pass(60_000);
    expect([...world.outputs.keys()]).toEqual(["httproutes.gateway.networking.k8s.io/app2"]);
  });
});

describe("a plan", () => {
  it("is the same for the same input, and asks for nothing once everything is at rest", () => {
    const world = running();
    expect(world.look().stage).toEqual([]);
    world.pass(3_600_000, 60_000);
    expect(world.log).toEqual([]);
  });

  it("waits without a complaint about templates where no version exists yet", () => {
    const world = new PlanWorld(blueGreen);
    world.settle();
    expect(world.log).toEqual([]);
    expect(conditions(world)).toEqual([]);
    expect(reportStatus(world.look(), undefined).conditions[0]).toMatchObject({ status: "False", reason: "NoVersion" });
  });

  it("keeps the last good routes and says so where the spec cannot be decoded", () => {
    const world = running();
    world.setSpec("versions: []");
    world.up("v2", false);
    world.settle();
    expect(shares(world)).toEqual({ v1: 80 });
  });

  it("leaves the live route alone where a template fails", () => {
    const world = running();
    const before = shares(world);
    world.setSpec(blueGreen.replace("{name: gw}", "{name: {{ index .Weights 9 }}}"));
    world.pass(5000);
    expect(shares(world)).toEqual(before);
    expect(conditions(world)).toContain("TemplateFailed");
    expect(objectAt([...world.outputs.values()][0], "spec")).toBeDefined();
  });

  it("takes traffic from a version that stops being ready even while its template fails", () => {
    const world = running();
    world.setSpec(blueGreen.replace("{name: gw}", "{name: {{ index .Weights 9 }}}"));
    world.settle();
    world.up("v2", false);
    world.settle();
    expect(shares(world)).toEqual({ v1: 80, v2: 0 });
    world.pass(3_600_000, 60_000);
    expect(world.log.filter((line) => line.startsWith("return"))).toHaveLength(1);
    world.setSpec(blueGreen);
    world.up("v2");
    world.pass(10_000);
    expect(shares(world)).toEqual({ v1: 80, v2: 20 });
  });
});
