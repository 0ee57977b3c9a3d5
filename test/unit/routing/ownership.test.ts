import { describe, expect, it } from "@jest/globals";

import type { KubeObject, ManagedFields } from "../../../src/kube/object.js";
import { judgeConflict } from "../../../src/routing/conflict.js";
import { names } from "../../../src/routing/names.js";
import type { RoutemapObject } from "../../../src/routing/observed.js";
import { ownershipOf } from "../../../src/routing/ownership.js";

const routemap = (annotations: Record<string, string> = {}): RoutemapObject => ({
  namespace: "default",
  name: "app",
  uid: "ours",
  labels: {},
  annotations,
  life: "present",
});
const route = (managedFields: readonly ManagedFields[], labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { name: "app", namespace: "default", uid: "r", resourceVersion: "1", labels, managedFields },
});
const applied = (manager: string, time = "2030-01-01T00:00:00Z"): ManagedFields => ({
  manager,
  operation: "Apply",
  time,
});
const status: ManagedFields = { manager: "contour", operation: "Update", subresource: "status" };

describe("an existing route", () => {
  it("is ours if it carries our routemap's uid", () => {
    expect(ownershipOf(route([applied("pointsman"), status], { [names.owner]: "ours" }), routemap())).toEqual({
      kind: "ours",
      sweepIter8: false,
    });
  });

  it("is another routemap's if it carries that one's uid", () => {
    expect(ownershipOf(route([], { [names.owner]: "other" }), routemap())).toEqual({ kind: "taken", uid: "other" });
  });

  it("is somebody's own if anybody but Iter8 manages it", () => {
    expect(ownershipOf(route([applied("kubectl"), applied("iter8-controller")]), routemap())).toEqual({
      kind: "notOurs",
      managers: ["kubectl", "iter8-controller"],
    });
    expect(ownershipOf(route([]), routemap())).toEqual({ kind: "notOurs", managers: [] });
  });

  it("is adopted if only Iter8 and writers of status manage it, or if the user says so", () => {
    expect(ownershipOf(route([applied("iter8-controller"), status]), routemap())).toEqual({
      kind: "adoptable",
      sweepIter8: true,
    });
    expect(ownershipOf(route([applied("kubectl")]), routemap({ [names.adopt]: "true" }))).toEqual({
      kind: "adoptable",
      sweepIter8: false,
    });
  });

  it("is not to be written while Iter8 writes it after us", () => {
    const both = (later: string): KubeObject =>
      route([applied("pointsman"), applied("iter8-controller", later)], { [names.owner]: "ours" });
    expect(ownershipOf(both("2030-01-01T00:00:09Z"), routemap())).toEqual({ kind: "iter8Running" });
    expect(ownershipOf(both("2024-01-01T00:00:00Z"), routemap())).toEqual({ kind: "ours", sweepIter8: true });
  });
});

describe("a conflict over fields", () => {
  it("is drift where the others updated, and names manager and time", () => {
    const verdict = judgeConflict(
      [{ manager: "kubectl-edit", operation: "Update", field: ".spec.rules", time: "2030-01-01T00:00:05Z" }],
      route([]),
    );
    expect(verdict).toEqual({
      kind: "drift",
      message: "kubectl-edit (Update at 2030-01-01T00:00:05Z) set .spec.rules",
    });
  });

  it("is a claim where another manager applied", () => {
    const conflicts = [
      { manager: "kubectl-edit", operation: "Update", field: ".spec.hostnames" },
      { manager: "argocd", operation: "Apply", field: ".spec.rules" },
    ] as const;
    expect(judgeConflict(conflicts, route([applied("argocd")]))).toEqual({
      kind: "claim",
      message: "argocd (Apply at 2030-01-01T00:00:00Z) set .spec.rules",
    });
  });

  it("with what Iter8 left behind is never a claim", () => {
    expect(
      judgeConflict([{ manager: "iter8-controller", operation: "Apply", field: ".spec.rules" }], route([])).kind,
    ).toBe("drift");
  });
});
