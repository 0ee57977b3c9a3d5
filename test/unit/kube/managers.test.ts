import { describe, expect, it } from "@jest/globals";

import type { ApiError } from "../../../src/kube/apiError.js";
import { conflictingManagers, otherManagers } from "../../../src/kube/managers.js";

function conflict(messages: readonly string[], reason = "FieldManagerConflict"): ApiError {
  return {
    kind: "status",
    code: 409,
    reason: "Conflict",
    message: "Apply failed",
    causes: messages.map((message) => ({ reason, message, field: ".spec.rules" })),
    verb: "apply",
    path: "/",
  };
}

describe("conflicting managers", () => {
  it("are read with operation, subresource and time from the causes of a 409", () => {
    const messages = [
      'conflict with "kubectl-edit" using gateway.networking.k8s.io/v1 at 2030-01-01T00:00:00Z',
      'conflict with "argocd-controller"',
      'conflict with "a \\"b\\"" with subresource "scale" using apps/v1',
    ];
    expect(conflictingManagers(conflict(messages))).toEqual([
      { manager: "kubectl-edit", operation: "Update", time: "2030-01-01T00:00:00Z", field: ".spec.rules" },
      { manager: "argocd-controller", operation: "Apply", field: ".spec.rules" },
      { manager: 'a "b"', operation: "Update", subresource: "scale", field: ".spec.rules" },
    ]);
  });

  it("are none in a conflict of resourceVersions or uids, nor in another error", () => {
    expect(conflictingManagers(conflict([]))).toEqual([]);
    expect(conflictingManagers(conflict(['conflict with "x"'], "FieldValueInvalid"))).toEqual([]);
    expect(conflictingManagers({ ...conflict(['conflict with "x"']), code: 422 })).toEqual([]);
  });

  it("keep the text of a message in another form and count as an update", () => {
    expect(conflictingManagers(conflict(["conflict of a new kind"]))).toMatchObject([
      { manager: "conflict of a new kind", operation: "Update" },
    ]);
  });
});

describe("other managers", () => {
  it("are all but ours, with operation and subresource", () => {
    const object = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "a",
        uid: "u",
        resourceVersion: "1",
        managedFields: [
          { manager: "pointsman", operation: "Apply" },
          { manager: "pointsman-status", operation: "Apply" },
          { manager: "contour", operation: "Update", subresource: "status", time: "t" },
          { manager: "iter8-controller", operation: "Apply" },
        ],
      },
    };
    expect(otherManagers(object, ["pointsman", "pointsman-status"])).toEqual([
      { manager: "contour", operation: "Update", subresource: "status", time: "t" },
      { manager: "iter8-controller", operation: "Apply" },
    ]);
  });
});
