import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../../src/base/json.js";
import { defaultConfig } from "../../../../src/config/defaults.js";
import type { KindSettings } from "../../../../src/config/kind.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import { Constancy } from "../../../../src/routing/gates/constancy.js";
import { PlanWorld } from "../../../support/planWorld.js";
import { routeTemplate, versionsOf } from "../../../support/routemaps.js";
import { aDeployment, anObject, condition, kindNamed } from "./objects.js";

const none = { state: "notApplicable" } as const;

function constancyOf(...kinds: readonly KindSettings[]): Constancy {
  return new Constancy(new Map(kinds.map((kind) => [kind.shorthand, kind])));
}

function isSame(previous: KubeObject, next: KubeObject, ...kinds: readonly KindSettings[]): boolean {
  const known = kinds.length === 0 ? [kindNamed("deploy")] : kinds;
  return constancyOf(...known).isSame("deployments.apps", previous, next, none);
}

describe("an update of a Deployment is the same to every plan", () => {
  const before = aDeployment();

  it("when only its version and counts differ that no gate reads", () => {
    const next = aDeployment({ metadata: { resourceVersion: "8" }, status: { updatedReplicas: 3 } });
    expect(isSame(before, next)).toBe(true);
  });

  it("when a condition says the same in other words", () => {
    const told = (message: string): KubeObject =>
      aDeployment({ status: { conditions: [condition("Available", "True", { message })] } });
    expect(isSame(told("one"), told("another"))).toBe(true);
  });
});

describe("an update of a Deployment may change a plan", () => {
  const before = aDeployment();
  const rows: readonly (readonly [string, KubeObject])[] = [
    ["it lost its replicas", aDeployment({ status: { availableReplicas: 0 } })],
    ["a condition changed", aDeployment({ status: { conditions: [condition("Available", "False")] } })],
    [
      "a condition is younger",
      aDeployment({
        status: { conditions: [condition("Available", "True", { lastTransitionTime: "2026-02-01T00:00:00Z" })] },
      }),
    ],
    ["its status is behind, which counts while it carries weight", aDeployment({ status: { observedGeneration: 1 } })],
    ["its spec changed", aDeployment({ spec: { replicas: 2 } })],
    ["a label changed", aDeployment({ metadata: { labels: { any: "label" } } })],
    ["an annotation changed", aDeployment({ metadata: { annotations: { "iter8.tools/weight": "5" } } })],
    ["its finalizers changed", aDeployment({ metadata: { finalizers: [] } })],
    ["it was made anew", aDeployment({ metadata: { uid: "u2" } })],
  ];
  it.each(rows)("when %s", (_, next) => {
    expect(isSame(before, next)).toBe(false);
  });

  it("while it is being deleted, whatever differs", () => {
    const deleting = { deletionTimestamp: "2026-01-01T00:00:00Z" };
    const next = aDeployment({ metadata: { ...deleting, resourceVersion: "8" } });
    expect(isSame(aDeployment({ metadata: deleting }), next)).toBe(false);
  });

  it("when one of two shorthands of its kind reads what differs", () => {
    const strict = kindNamed("deploy", { shorthand: "strict", conditions: ["Warm"] });
    const next = aDeployment({
      status: { conditions: [condition("Available", "True"), condition("Warm", "True")] },
    });
    expect([isSame(before, next), isSame(before, next, kindNamed("deploy"), strict)]).toEqual([true, false]);
  });

  it("when the expression of its kind answers otherwise", () => {
    const asking = kindNamed("deploy", { ready: "object.status.warm == true" });
    expect(isSame(before, aDeployment({ status: { warm: true } }), asking)).toBe(false);
  });
});

it("an InferenceService's status is read by more than its gates", () => {
  const kind = kindNamed("isvc");
  const status = { conditions: [condition("Ready", "True")] };
  const next = anObject({ status: { ...status, deploymentMode: "Serverless" } });
  const group = "inferenceservices.serving.kserve.io";
  expect(constancyOf(kind).isSame(group, anObject({ status }), next, none)).toBe(false);
});

describe("for any two statuses of a version's Deployment", () => {
  const count = fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined });
  const conditions = fc.uniqueArray(
    fc.record({
      type: fc.constantFrom("Available", "Progressing", "ReplicaFailure"),
      status: fc.constantFrom("True", "False", "Unknown"),
      reason: fc.constantFrom("MinimumReplicasAvailable", "ProgressDeadlineExceeded", "Other"),
      lastTransitionTime: fc.constantFrom("2029-01-01T00:00:00Z", "2029-12-31T23:59:58Z"),
    }),
    { selector: ({ type }) => type, maxLength: 3 },
  );
  const status = fc.record({
    observedGeneration: fc.integer({ min: 0, max: 2 }),
    availableReplicas: count,
    readyReplicas: count,
    updatedReplicas: count,
    unavailableReplicas: count,
    conditions,
  });
  const change = fc.record(
    { updatedReplicas: count, unavailableReplicas: count, availableReplicas: count, readyReplicas: count, conditions },
    { requiredKeys: [] },
  );
  const constancy = new Constancy(new Map(defaultConfig().kinds.map((kind) => [kind.shorthand, kind])));
  const seen = { same: 0, other: 0 };

  const decided = (world: PlanWorld, status: JsonObject): JsonObject => {
    const copy = world.copy();
    copy.put("deploy", "v2", { status });
    const { stage, decisions, problems, holdings, again } = copy.look();
    return JSON.parse(JSON.stringify({ stage, decisions, problems, holdings, again })) as JsonObject;
  };

  it("what is the same to every plan is the same to the plan, whatever the version carries", () => {
    fc.assert(
      fc.property(status, change, fc.integer({ min: 0, max: 8 }), (first, changed, seconds) => {
        const world = new PlanWorld(versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2"));
        world.up("v1");
        world.up("v2");
        world.pass(seconds * 1000);
        const clean = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
        const [previous, next] = [clean(first), clean({ ...first, ...changed })];
        const object = world.put("deploy", "v2");
        const same = constancy.isSame(
          "deployments.apps",
          { ...object, status: previous },
          { ...object, status: next },
          none,
        );
        seen[same ? "same" : "other"] += 1;
        if (same) expect(decided(world, next)).toEqual(decided(world, previous));
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(Math.min(seen.same, seen.other)).toBeGreaterThan(30);
  });
});
