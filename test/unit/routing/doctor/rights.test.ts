import { beforeEach, describe, expect, it } from "@jest/globals";

import type { RightAnswer } from "../../../../src/routing/doctor/clusterFacts.js";
import type { Finding } from "../../../../src/routing/doctor/finding.js";
import { defaultConfig } from "../../../../src/config/defaults.js";
import type { PermissionScope } from "../../../../src/routing/permissions.js";
import { neededPermissions } from "../../../../src/routing/permissions.js";
import { FactsWorld } from "../../../support/clusterFacts.js";

let world: FactsWorld;
beforeEach(() => {
  world = new FactsWorld();
});

const account = { namespace: "pointsman-system", name: "pointsman" };
const cluster: PermissionScope = { lease: { namespace: "pointsman-system", name: "pointsman" } };

/** All rights the controller needs, of which some are answered otherwise. */
function answers(
  groupResource: string,
  verbs: readonly string[],
  over: Partial<RightAnswer> = { state: "denied" },
  scope = cluster,
): readonly RightAnswer[] {
  return neededPermissions(defaultConfig(), scope).map((permission): RightAnswer => {
    const { group, resource, verb } = permission;
    const isMeant = (group === "" ? resource : `${resource}.${group}`) === groupResource && verbs.includes(verb);
    return { permission, state: "allowed", deniedIn: [], reason: "", ...(isMeant ? over : {}) };
  });
}

function findings(all: readonly RightAnswer[], self = false): readonly Finding[] {
  world.over = { rights: { ...(self ? {} : { account }), answers: all } };
  return world.examine();
}

describe("the rights of the controller", () => {
  it("are fine when all are given, or given in every namespace that needs them", () => {
    expect(findings(answers("", []))).toEqual([]);
    expect(findings(answers("deployments.apps", ["patch"], { state: "near" }))).toEqual([]);
  });

  it("that are missing for something in use are one error for each kind, with the binding that grants them", () => {
    expect(findings(answers("deployments.apps", ["list", "watch"]))).toEqual([
      {
        severity: "error",
        check: "permissions",
        object: "ServiceAccount pointsman-system/pointsman",
        message:
          "pointsman-system/pointsman may not list, watch deployments.apps in all namespaces: needed to see whether versions are there and ready",
        fix: "kubectl create clusterrolebinding pointsman-workloads --clusterrole=pointsman-workloads --serviceaccount=pointsman-system:pointsman",
      },
    ]);
  });

  it("that are missing for a kind that no routemap uses are a note", () => {
    const [finding] = findings(answers("rollouts.argoproj.io", ["get", "list", "watch", "patch"]));
    expect(finding).toMatchObject({ severity: "info", check: "permissions" });
    expect(finding?.message).toContain("no routemap uses it yet");
  });

  it("without which all else goes on are a warning", () => {
    const [finding] = findings(answers("events.events.k8s.io", ["create", "patch"]));
    expect(finding).toMatchObject({ severity: "warning" });
  });

  it("that are missing in some namespaces only are told with these, and granted there", () => {
    const deniedIn = ["blue", "shop"];
    const [finding] = findings(answers("deployments.apps", ["patch"], { state: "denied", deniedIn }));
    expect(finding?.message).toContain("may not patch deployments.apps in blue and shop: needed to hold");
    expect(finding?.fix).toBe(
      "kubectl -n blue create rolebinding pointsman-workloads --role=pointsman-workloads --serviceaccount=pointsman-system:pointsman; " +
        "kubectl -n shop create rolebinding pointsman-workloads --role=pointsman-workloads --serviceaccount=pointsman-system:pointsman",
    );
  });

  it("of a controller for one namespace are granted in that namespace", () => {
    const scope: PermissionScope = { namespace: "shop", lease: { namespace: "shop", name: "pointsman" } };
    const [finding] = findings(answers("leases.coordination.k8s.io", ["update"], { state: "denied" }, scope));
    expect(finding).toMatchObject({ severity: "error" });
    expect(finding?.message).toContain("may not update leases.coordination.k8s.io in shop");
    expect(finding?.fix).toContain("kubectl -n shop create rolebinding pointsman-leases");
  });

  it("that are one's own are told as such", () => {
    const [finding] = findings(answers("httproutes.gateway.networking.k8s.io", ["create"]), true);
    expect(finding?.message).toContain("you may not create httproutes.gateway.networking.k8s.io");
    expect(finding?.fix).toBe("run the controller with an account that is bound to pointsman-routes");
  });

  it("over which the authorizer failed are not known", () => {
    const [finding] = findings(answers("services", ["list"], { state: "unknown", reason: "webhook timed out" }));
    expect(finding).toMatchObject({ severity: "warning" });
    expect(finding?.message).toContain("is not known: webhook timed out");
  });

  it("on kinds of one's own come by a labelled ClusterRole", () => {
    world.config = {
      ...world.config,
      kinds: [...world.config.kinds, { ...widget }],
    };
    world.over = {};
    const all = neededPermissions(world.config, cluster).map((permission): RightAnswer => {
      return { permission, state: permission.resource === "widgets" ? "denied" : "allowed", deniedIn: [], reason: "" };
    });
    const [finding] = findings(all);
    expect(finding?.fix).toBe(
      'write a ClusterRole with get, list, watch on widgets.example.com and the label pointsman.dev/aggregate-to-controller: "true"',
    );
  });
});

const widget = {
  shorthand: "widget",
  group: "example.com",
  version: "v1",
  resource: "widgets",
  conditions: [],
  hold: false,
  carries: true,
  specPaths: [],
};
