import { describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { confirmationOf } from "../../../src/routing/confirmation.js";

const route = (parentRefs: readonly JsonObject[], parents: readonly JsonObject[]): KubeObject => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { name: "r", namespace: "default", uid: "u", resourceVersion: "1", generation: 7 },
  spec: { parentRefs },
  status: { parents },
});
const accepted = (observedGeneration: number, status = "True"): JsonObject => ({
  type: "Accepted",
  status,
  observedGeneration,
});
const unresolved = { type: "ResolvedRefs", status: "False", observedGeneration: 7 };

describe("a route is confirmed", () => {
  it("up to the generation that every parent has accepted", () => {
    const refs = [{ name: "a" }, { name: "b" }];
    const parents = [
      { parentRef: { name: "a" }, conditions: [accepted(7)] },
      { parentRef: { name: "b" }, conditions: [accepted(6)] },
    ];
    expect(confirmationOf(route(refs, parents))).toEqual({ kind: "generation", generation: 6 });
  });

  it("not at all while a parent has said nothing, or no", () => {
    expect(
      confirmationOf(route([{ name: "a" }, { name: "b" }], [{ parentRef: { name: "a" }, conditions: [accepted(7)] }])),
    ).toEqual({ kind: "generation", generation: 0 });
    expect(
      confirmationOf(route([{ name: "a" }], [{ parentRef: { name: "a" }, conditions: [accepted(7, "False")] }])),
    ).toEqual({ kind: "generation", generation: 0 });
  });

  it("whether or not its references resolve", () => {
    expect(
      confirmationOf(route([{ name: "a" }], [{ parentRef: { name: "a" }, conditions: [unresolved, accepted(7)] }])),
    ).toEqual({ kind: "generation", generation: 7 });
  });

  it("by a parent that spells its defaults out", () => {
    const spelled = { group: "gateway.networking.k8s.io", kind: "Gateway", namespace: "default", name: "a" };
    expect(confirmationOf(route([{ name: "a" }], [{ parentRef: spelled, conditions: [accepted(7)] }]))).toEqual({
      kind: "generation",
      generation: 7,
    });
  });

  it("by nobody where it has no parents, or is a VirtualService without status", () => {
    expect(confirmationOf(route([], []))).toEqual({ kind: "none" });
    expect(confirmationOf({ ...route([], []), kind: "VirtualService", status: {} })).toEqual({ kind: "none" });
  });

  it("by Istio's Reconciled where that is written", () => {
    const reconciled = { conditions: [{ type: "Reconciled", status: "True", observedGeneration: 5 }] };
    expect(confirmationOf({ ...route([], []), kind: "VirtualService", status: reconciled })).toEqual({
      kind: "generation",
      generation: 5,
    });
  });
});
