import { describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../src/base/json.js";
import { arrayAt, at, numberAt, stringAt } from "../../../src/base/json.js";
import type { Action } from "../../../src/routing/actions.js";
import { arrivalText, send } from "../../support/requests/send.js";
import { PlanWorld } from "../../support/planWorld.js";

const everybody = { called: "anybody", path: "/", headers: {} };

function versions(...names: readonly string[]): string {
  const lines = names.map(
    (name) => `- {name: ${name}, resources: [{gvrShort: deploy, name: ${name}}, {gvrShort: svc, name: ${name}}]}`,
  );
  return `versions:\n${lines.join("\n")}\n`;
}

const httpRoute = (name: string, more = ""): string =>
  `- {kind: HTTPRoute, name: ${name}, hostnames: [app.example.com], parentRefs: [{name: gw}]${more}}\n`;

const canary = ', strategy: canary, match: {v2: [{headers: [{name: x-canary, value: "1"}]}]}';

function routeOf(world: PlanWorld, key: string): JsonObject {
  return world.outputs.get(key) ?? {};
}

const http = (name: string): string => `httproutes.gateway.networking.k8s.io/${name}`;
const mesh = "virtualservices.networking.istio.io/app";
const rule = "destinationrules.networking.istio.io/app";

describe("a route that left the spec", () => {
  it("loses a version that stops being ready while its replacement settles", () => {
    const world = new PlanWorld(`${versions("v1", "v2")}routes:\n${httpRoute("old")}`);
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    world.setSpec(`${versions("v1", "v2")}routes:\n${httpRoute("new")}`);
    world.settle();
    world.up("v2", false);
    world.settle();
    expect(arrivalText(send(routeOf(world, http("new")), everybody))).toBe("v1 100%");
    expect(arrivalText(send(routeOf(world, http("old")), everybody))).toBe("v1 100%");
    world.pass(60_000);
    expect([...world.outputs.keys()]).toEqual([http("new")]);
  });

  it("loses a version that stops being ready while its replacement cannot be written", () => {
    const world = new PlanWorld(`${versions("v1", "v2")}routes:\n${httpRoute("old")}`);
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    const old = routeOf(world, http("old"));
    const foreign = {
      name: "new",
      namespace: "default",
      uid: "foreign",
      resourceVersion: "1",
      managedFields: [{ manager: "helm" }],
    };
    world.outputs.set(http("new"), {
      apiVersion: stringAt(old, "apiVersion") ?? "",
      kind: "HTTPRoute",
      metadata: foreign,
    });
    world.setSpec(`${versions("v1", "v2")}routes:\n${httpRoute("new")}`);
    world.up("v2", false);
    world.pass(60_000);
    expect(arrivalText(send(routeOf(world, http("old")), everybody))).toBe("v1 100%");
  });
});

describe("a canary", () => {
  it("does not inherit everybody's requests where nothing may have them", () => {
    const world = new PlanWorld(`${versions("v1", "v2")}routes:\n${httpRoute("app", canary)}`);
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    expect(arrivalText(send(routeOf(world, http("app")), everybody))).toBe("v1 100%");
    world.up("v1", false);
    world.delete("deploy", "v1");
    world.up("v2", false);
    world.settle();
    expect(world.look().survey?.desire.rule).toBe("fallback-stored");
    expect(arrivalText(send(routeOf(world, http("app")), everybody))).toBe("v1 100%");
  });
});

const subsetsOf = (...names: readonly string[]): string =>
  `{${names.map((name) => `${name}: {app: ${name.replace(/^n/, "v")}}`).join(", ")}}`;

const workloads = (...names: readonly (readonly [string, string, string?])[]): string =>
  `versions:\n${names.map(([name, workload, kind]) => `- {name: ${name}, resources: [{gvrShort: ${kind ?? "deploy"}, name: ${workload}}]}`).join("\n")}\n`;

const subsetRoute = (...names: readonly string[]): string =>
  `routes:\n- {kind: VirtualService, name: app, hostnames: [app.example.com], gateways: [gw], service: app, subsets: ${subsetsOf(...names)}}\n`;

/** Checks after every single write that no stored route leads to a subset that is not defined. */
class SubsetWorld extends PlanWorld {
  readonly undefinedSubsets: string[] = [];

  override settle(): ReturnType<PlanWorld["settle"]> {
    for (let round = 0; round < 50; round += 1) {
      const result = this.look();
      const [first] = result.stage;
      if (first === undefined) return result;
      // As the controller does it: one route, and then it looks again.
      for (const action of first.type === "write" ? [first] : result.stage) this.carryOut(action);
    }
    throw new Error(`does not come to rest: ${this.log.slice(-6).join("; ")}`);
  }

  override carryOut(action: Action): void {
    super.carryOut(action);
    const defined = arrayAt(this.outputs.get(rule), "spec", "subsets").map((subset) => stringAt(subset, "name"));
    for (const list of arrayAt(this.outputs.get(mesh), "spec", "http"))
      for (const share of arrayAt(list, "route")) {
        const subset = at(share, "destination", "subset");
        if (subset === undefined || defined.includes(stringAt(share, "destination", "subset"))) continue;
        this.undefinedSubsets.push(
          `${this.log.at(-1) ?? ""}: subset ${JSON.stringify(subset)} of weight ${numberAt(share, "weight") ?? 0}`,
        );
      }
  }
}

describe("a route to subsets of one Service", () => {
  it("leads to a defined subset after every write where a version is renamed", () => {
    const world = new SubsetWorld(workloads(["v1", "v1"], ["v2", "v2"]) + subsetRoute("v1", "v2"));
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    expect(arrivalText(send(routeOf(world, mesh), everybody))).toBe("v1 50%, v2 50%");
    world.setSpec(workloads(["v1", "v1"], ["n2", "v2"]) + subsetRoute("v1", "n2"));
    world.pass(10_000);
    expect(world.undefinedSubsets).toEqual([]);
    expect(arrivalText(send(routeOf(world, mesh), everybody))).toBe("n2 50%, v1 50%");
    expect(arrayAt(routeOf(world, rule), "spec", "subsets")).toHaveLength(2);
  });

  it("leads to a defined subset after every write where the only version is replaced", () => {
    const world = new SubsetWorld(workloads(["v1", "v1"]) + subsetRoute("v1"));
    world.up("v1");
    world.pass(10_000);
    world.up("v2");
    world.pass(10_000);
    world.setSpec(workloads(["v2", "v2"]) + subsetRoute("v2"));
    world.pass(60_000);
    expect(world.undefinedSubsets).toEqual([]);
    expect(arrivalText(send(routeOf(world, mesh), everybody))).toBe("v2 100%");
  });

  it("leads to a defined subset after every write where all versions are replaced at once", () => {
    const world = new SubsetWorld(workloads(["v1", "v1"], ["v2", "v2"]) + subsetRoute("v1", "v2"));
    for (const name of ["v1", "v2", "v3"]) world.up(name);
    world.pass(10_000);
    world.setSpec(workloads(["v3", "v3"]) + subsetRoute("v3"));
    world.pass(60_000);
    expect(world.undefinedSubsets).toEqual([]);
    expect(arrivalText(send(routeOf(world, mesh), everybody))).toBe("v3 100%");
    expect(arrayAt(routeOf(world, rule), "spec", "subsets")).toHaveLength(1);
  });

  it("leads to a defined subset after every write where a version goes", () => {
    const world = new SubsetWorld(workloads(["v1", "v1"], ["v2", "v2"]) + subsetRoute("v1", "v2"));
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    world.setSpec(workloads(["v1", "v1"]) + subsetRoute("v1"));
    world.pass(60_000);
    expect(world.undefinedSubsets).toEqual([]);
    expect(arrayAt(routeOf(world, rule), "spec", "subsets")).toHaveLength(1);
  });

  it("waits for the subsets where it led to Services before and a version goes down meanwhile", () => {
    const services = `routes:\n- {kind: VirtualService, name: app, hostnames: [app.example.com], gateways: [gw]}\n`;
    const world = new SubsetWorld(versions("v1", "v2") + services);
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    world.setSpec(workloads(["v1", "v1"], ["v2", "v2"]) + subsetRoute("v1", "v2"));
    world.up("v2", false);
    world.pass(10_000);
    expect(world.undefinedSubsets).toEqual([]);
    expect(arrivalText(send(routeOf(world, mesh), everybody))).toBe("v1 100%");
  });

  it("is not written while the DestinationRule under its name is somebody else's and defines none of them", () => {
    const world = new SubsetWorld(workloads(["v1", "v1"]) + subsetRoute("v1"));
    const foreign = {
      name: "app",
      namespace: "default",
      uid: "foreign",
      resourceVersion: "1",
      managedFields: [{ manager: "helm" }],
    };
    world.outputs.set(rule, { apiVersion: "networking.istio.io/v1beta1", kind: "DestinationRule", metadata: foreign });
    world.up("v1");
    world.pass(10_000);
    expect(world.undefinedSubsets).toEqual([]);
    expect(world.outputs.has(mesh)).toBe(false);
  });

  it("keeps a version whose workload cannot be seen", () => {
    const world = new SubsetWorld(workloads(["v1", "v1"], ["v2", "v2", "sts"]) + subsetRoute("v1", "v2"));
    world.up("v1");
    world.put("sts", "v2", {
      spec: { replicas: 1, template: { metadata: { labels: { app: "v2" } } } },
      status: { observedGeneration: 1, replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1 },
    });
    world.pass(10_000);
    expect(arrivalText(send(routeOf(world, mesh), everybody))).toBe("v1 50%, v2 50%");
    world.unseenKinds.add("sts");
    world.pass(10_000);
    expect(arrivalText(send(routeOf(world, mesh), everybody))).toBe("v1 50%, v2 50%");
  });
});

describe("a VirtualService to models of KServe", () => {
  it("stays as it is while InferenceServices cannot be seen", () => {
    const models = ["m1", "m2"].map((name) => `- {name: ${name}, resources: [{gvrShort: isvc, name: ${name}}]}`);
    const route = `routes:\n- {kind: VirtualService, name: app, hostnames: [app.example.com], gateways: [gw]}\n`;
    const world = new PlanWorld(`versions:\n${models.join("\n")}\n${route}`);
    for (const name of ["m1", "m2"])
      world.put("isvc", name, {
        status: {
          observedGeneration: 1,
          deploymentMode: "RawDeployment",
          conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2029-01-01T00:00:00Z" }],
        },
      });
    world.pass(10_000);
    const before = routeOf(world, mesh)["spec"];
    expect(JSON.stringify(before)).toContain("m2-predictor");
    world.unseenKinds.add("isvc");
    world.pass(10_000);
    expect(routeOf(world, mesh)["spec"]).toEqual(before);
  });
});

describe("an app of which every Service is deleted", () => {
  it("comes to rest, its workloads neither held nor claimed again and again", () => {
    const world = new PlanWorld(`${versions("v1", "v2")}routes:\n${httpRoute("app")}`);
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    for (const name of ["v1", "v2"]) world.delete("svc", name);
    world.pass(10_000);
    expect(world.objects.has("svc/v1")).toBe(false);
    expect(world.objects.get("deploy/v1")?.metadata.finalizers).toEqual([]);
  });
});

describe("an app of one version that is replaced in the spec", () => {
  it("keeps its requests until the new version is ready", () => {
    const world = new PlanWorld(`${versions("v1")}routes:\n${httpRoute("app")}`);
    world.up("v1");
    world.pass(10_000);
    world.up("v2", false);
    world.setSpec(`${versions("v2")}routes:\n${httpRoute("app")}`);
    world.pass(10_000);
    expect(arrivalText(send(routeOf(world, http("app")), everybody))).toBe("v1 100%");
    world.up("v2");
    world.pass(10_000);
    expect(arrivalText(send(routeOf(world, http("app")), everybody))).toBe("v2 100%");
  });
});

describe("a version whose last route was deleted", () => {
  it("is kept while the gateway may not have heard of it yet", () => {
    const world = new PlanWorld(`${versions("v1", "v2")}routes:\n${httpRoute("app")}release: {drain: 0s}\n`);
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    world.setSpec(`${versions("v1", "v2")}release: {drain: 0s}\n`);
    world.settle();
    expect(world.outputs.size).toBe(0);
    world.delete("deploy", "v2");
    world.delete("svc", "v2");
    world.pass(1000);
    expect(world.objects.has("deploy/v2")).toBe(true);
    world.pass(60_000);
    expect(world.objects.has("deploy/v2")).toBe(false);
  });
});
