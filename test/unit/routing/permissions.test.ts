import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { resources } from "../../../src/config/config.js";
import { defaultConfig, kind } from "../../../src/config/defaults.js";
import { groupResourceOf } from "../../../src/kube/resource.js";
import { names } from "../../../src/routing/names.js";
import type { MissingPermission } from "../../../src/routing/missing.js";
import { isNamespaceable, missingCondition, namespacesUsing } from "../../../src/routing/missing.js";
import type { Permission } from "../../../src/routing/permissions.js";
import { neededPermissions, permissionKey } from "../../../src/routing/permissions.js";
import { reportStatus } from "../../../src/routing/report.js";
import { PlanWorld } from "../../support/planWorld.js";
import { routeTemplate, versionsOf } from "../../support/routemaps.js";

const config = defaultConfig();
const cluster = neededPermissions(config, {});
const inShop = neededPermissions(config, { namespace: "shop", lease: { namespace: "control", name: "pointsman" } });

function verbsOn(permissions: readonly Permission[], groupResource: string): string {
  const found = permissions.filter((permission) => groupResourceOf(permission) === groupResource);
  return [...new Set(found.map(({ verb }) => verb))].sort().join(" ");
}

function needing(verb: string, groupResource: string, from = cluster): Permission {
  const found = from.find((permission) => permission.verb === verb && groupResourceOf(permission) === groupResource);
  if (found === undefined) throw new Error(`nothing needs ${verb} ${groupResource}`);
  return found;
}

describe("the rights that a configuration needs", () => {
  it.each([
    ["deployments.apps", "get list patch watch"],
    ["services", "get list patch watch"],
    ["rollouts.argoproj.io", "get list patch watch"],
    ["configmaps", "get list patch watch"],
    ["httproutes.gateway.networking.k8s.io", "create delete get list patch watch"],
    ["destinationrules.networking.istio.io", "create delete get list patch watch"],
    ["endpointslices.discovery.k8s.io", "list watch"],
    ["gateways.gateway.networking.k8s.io", "list watch"],
    ["customresourcedefinitions.apiextensions.k8s.io", "list watch"],
    ["events.events.k8s.io", "create patch"],
    ["leases.coordination.k8s.io", ""],
  ])("on %s are: %s", (groupResource, verbs) => {
    expect(verbsOn(cluster, groupResource)).toBe(verbs);
  });

  it("in one namespace are all asked for there, but the Lease in its own, and no CRD is watched", () => {
    expect(verbsOn(inShop, "customresourcedefinitions.apiextensions.k8s.io")).toBe("");
    expect(verbsOn(inShop, "leases.coordination.k8s.io")).toBe("create get update");
    const elsewhere = inShop.filter(({ namespace }) => namespace !== "shop");
    expect(elsewhere.map(({ verb, namespace, name }) => [verb, namespace, name])).toEqual([
      ["get", "control", "pointsman"],
      ["create", "control", undefined],
      ["update", "control", "pointsman"],
    ]);
  });

  it("include those on route templates of namespaces that are shared", () => {
    const shared = neededPermissions({ ...config, templateNamespaces: ["shop", "library"] }, { namespace: "shop" });
    const there = shared.filter(({ namespace }) => namespace === "library");
    expect(there.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(["list configmaps", "watch configmaps"]);
  });

  it("are each listed once, with all they are needed for", () => {
    const keys = cluster.map(permissionKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(needing("list", "httproutes.gateway.networking.k8s.io").why).toBe(
      "to see the routes that are stored and to see whether versions are there and ready",
    );
  });

  it("on a kind of one's own come from the role that collects those", () => {
    const own = kind("widget", "example.com", "v1", "widgets", { hold: true });
    const more = neededPermissions({ ...config, kinds: [...config.kinds, own] }, {});
    expect(needing("patch", "widgets.example.com", more).role).toBe("pointsman-custom-kinds");
    expect(needing("patch", "deployments.apps", more).role).toBe("pointsman-workloads");
  });

  it("let patch only what may be held or written, routemaps and Events, whatever the configuration", () => {
    const configurations = fc.record({
      held: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      out: fc.subarray([...config.outputs]),
    });
    fc.assert(
      fc.property(configurations, ({ held, out }) => {
        const kinds = config.kinds.map((settings) => ({
          ...settings,
          hold: held[settings.resource.length % 12] === true,
        }));
        const changed = { ...config, kinds, outputs: out };
        const expected = new Set([
          "configmaps",
          "events.events.k8s.io",
          ...resources(changed)
            .filter(({ hold }) => hold)
            .map(groupResourceOf),
          ...kinds.filter(({ shorthand }) => out.includes(shorthand)).map(groupResourceOf),
        ]);
        const patched = neededPermissions(changed, {})
          .filter(({ verb }) => verb === "patch")
          .map(groupResourceOf);
        expect(new Set(patched)).toEqual(expected);
      }),
    );
  });
});

const twoVersions = versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2");
const oneVersion = versionsOf(["v1", 80]) + routeTemplate("app", "v1");

describe("a missing right", () => {
  const conditionOf = (spec: string, ...missing: readonly MissingPermission[]): ReturnType<typeof missingCondition> => {
    const world = new PlanWorld(spec);
    world.missing = missing;
    return missingCondition(world.observe());
  };

  it("is a condition of a routemap that lists the kind, with verb, resource, place and purpose", () => {
    const permission = needing("list", "deployments.apps");
    expect(conditionOf(oneVersion, { permission })).toEqual({
      type: "MissingPermission",
      status: "True",
      reason: "NoWatch",
      message: "may not list deployments.apps in all namespaces: needed to see whether versions are there and ready",
    });
  });

  it("to patch what is held concerns routemaps of several versions alone", () => {
    const permission = needing("patch", "deployments.apps");
    expect(conditionOf(oneVersion, { permission })).toBeUndefined();
    expect(conditionOf(twoVersions, { permission })).toMatchObject({
      reason: "NoPatch",
      message: "may not patch deployments.apps in default: needed to hold a version until its traffic is back",
    });
  });

  it("to patch what is held concerns a routemap of one version as long as it has a claim", () => {
    const world = new PlanWorld(oneVersion);
    world.missing = [{ permission: needing("patch", "deployments.apps") }];
    world.claims = [{ version: "v2", ref: { kind: "deploy", namespace: "default", name: "v2" }, uid: "u" }];
    expect(missingCondition(world.observe())?.reason).toBe("NoPatch");
  });

  it("to write a kind concerns who renders it", () => {
    const routes = "httproutes.gateway.networking.k8s.io";
    const mesh = "virtualservices.networking.istio.io";
    expect(conditionOf(twoVersions, { permission: needing("create", routes) })?.reason).toBe("NoCreate");
    expect(conditionOf(twoVersions, { permission: needing("create", mesh) })).toBeUndefined();
  });

  it("to delete a kind concerns who still has an object of it", () => {
    const world = new PlanWorld(oneVersion);
    world.missing = [{ permission: needing("delete", "virtualservices.networking.istio.io") }];
    expect(missingCondition(world.observe())).toBeUndefined();
    world.outputs.set("virtualservices.networking.istio.io/app", {
      apiVersion: "networking.istio.io/v1beta1",
      kind: "VirtualService",
      metadata: { name: "app", uid: "u", resourceVersion: "1", labels: { [names.owner]: "map-1" } },
    });
    expect(missingCondition(world.observe())?.reason).toBe("NoDelete");
  });

  it("on EndpointSlices concerns who lists a Service, on Gateways who writes a Gateway API route", () => {
    const slices = needing("watch", "endpointslices.discovery.k8s.io");
    const gateways = needing("list", "gateways.gateway.networking.k8s.io");
    expect(conditionOf(oneVersion, { permission: slices })?.message).toContain("endpointslices.discovery.k8s.io");
    expect(conditionOf(oneVersion, { permission: gateways })?.message).toContain("how fast a Gateway follows");
  });

  it("of the process itself is no condition of any routemap", () => {
    for (const permission of [...cluster, ...inShop].filter(({ resource }) =>
      ["events", "leases", "customresourcedefinitions"].includes(resource),
    ))
      expect(conditionOf(twoVersions, { permission })).toBeUndefined();
  });

  it("that is given in the routemap's namespace is none there", () => {
    const permission = needing("patch", "deployments.apps");
    expect(conditionOf(twoVersions, { permission, deniedIn: new Set(["other"]) })).toBeUndefined();
    expect(conditionOf(twoVersions, { permission, deniedIn: new Set(["default"]) })?.reason).toBe("NoPatch");
  });

  it("is named after what blinds first, and every one is told once", () => {
    const missing = ["patch", "watch", "list"].map((verb) => ({ permission: needing(verb, "services") }));
    const condition = conditionOf(twoVersions, ...missing);
    expect(condition?.reason).toBe("NoWatch");
    expect(condition?.message).toBe(
      "may not patch services in default: needed to hold a version until its traffic is back; " +
        "may not watch, list services in all namespaces: needed to see whether versions are there and ready",
    );
  });

  it("can be given for a single namespace unless a watch over everything needs it", () => {
    expect(isNamespaceable(needing("patch", "services"))).toBe(true);
    expect(isNamespaceable(needing("list", "services"))).toBe(false);
    expect(inShop.filter(isNamespaceable)).toEqual([]);
  });

  it("concerns nobody once the routemap is gone", () => {
    const world = new PlanWorld(twoVersions);
    world.life = "gone";
    expect([...namespacesUsing(needing("patch", "services"), world.observe())]).toEqual([]);
  });

  it("does not change what is Ready, nor what is done", () => {
    const world = new PlanWorld(twoVersions);
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    const before = reportStatus(world.look(), undefined);
    world.missing = [...cluster].map((permission) => ({ permission }));
    const after = reportStatus(world.look(), undefined);
    expect(after.conditions.filter(({ type }) => type !== "MissingPermission")).toEqual(before.conditions);
    expect(after.conditions.map(({ type }) => type)).toContain("MissingPermission");
    expect(world.look().stage).toEqual([]);
  });
});

describe("a version that refused the finalizer", () => {
  it("is told, and the routemap is not Ready while it should have traffic", () => {
    const world = new PlanWorld(twoVersions);
    world.up("v1");
    world.up("v2");
    world.memory = { ...world.memory, unholdable: new Set(["v1"]) };
    const { conditions } = reportStatus(world.look(), undefined);
    expect(conditions.find(({ type }) => type === "Ready")).toMatchObject({ status: "False", reason: "HoldFailed" });
    expect(conditions.find(({ type }) => type === "HoldFailed")?.message).toContain("deploy default/v1");
  });

  it("is not told before it refused", () => {
    const world = new PlanWorld(twoVersions);
    world.up("v1");
    const result = world.look();
    expect(result.stage.map(({ type }) => type)).toContain("claim");
    expect(reportStatus(result, undefined).conditions.map(({ type }) => type)).not.toContain("HoldFailed");
  });

  it("is not told once it is held", () => {
    const world = new PlanWorld(twoVersions);
    world.up("v1");
    world.up("v2");
    world.pass(10_000);
    world.memory = { ...world.memory, unholdable: new Set(["v1"]) };
    expect(reportStatus(world.look(), undefined).conditions.map(({ type }) => type)).not.toContain("HoldFailed");
  });
});
