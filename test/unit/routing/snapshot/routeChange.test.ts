import { describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import type { RouteChange } from "../../../../src/routing/snapshot/routeChange.js";
import { routeChange, uidToCome } from "../../../../src/routing/snapshot/routeChange.js";

const id = { kind: "httproute", groupResource: "httproutes.gateway.networking.k8s.io", name: "app" };

function route(backendRefs: readonly JsonObject[], over: JsonObject = {}, managed: JsonObject = ours): KubeObject {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    spec: { parentRefs: [{ name: "gw" }], rules: [{ backendRefs }], ...over },
    status: { parents: [] },
    metadata: {
      namespace: "shop",
      name: "app",
      uid: "u",
      resourceVersion: "9",
      generation: 3,
      labels: { "iter8.tools/routemap-uid": "map-1", theirs: "x" },
      annotations: { "iter8.tools/applied": "{}", "example.com/theirs": "y" },
      managedFields: [{ manager: "pointsman", operation: "Apply", fieldsV1: managed }],
    },
  };
}

const ours: JsonObject = {
  "f:metadata": { "f:labels": { "f:iter8.tools/routemap-uid": {} }, "f:annotations": { "f:iter8.tools/applied": {} } },
  "f:spec": { "f:parentRefs": {}, "f:rules": {} },
};

const change = (before: KubeObject | undefined, after: KubeObject | undefined, madeUp?: string): RouteChange =>
  routeChange({ id, before, after }, madeUp);

describe("the change of a route", () => {
  test("leaves out what is not ours, what tells versions, and our note", () => {
    const stored = route([{ name: "v1", weight: 1 }], { useDefaultGateways: "None" });
    const { stored: shown } = change(stored, route([{ name: "v1", weight: 1 }]));
    expect(shown).toEqual({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "app", namespace: "shop", labels: { "iter8.tools/routemap-uid": "map-1" } },
      spec: { parentRefs: [{ name: "gw" }], rules: [{ backendRefs: [{ name: "v1", weight: 1 }] }] },
    });
  });

  test("shows all of a route that is not ours yet", () => {
    const { stored } = change(route([{ name: "v1" }], {}, {}), route([{ name: "v1" }]));
    expect(stored?.["metadata"]).not.toHaveProperty("labels");
    const foreign = { ...route([{ name: "v1" }]), metadata: { ...route([]).metadata, managedFields: [] } };
    expect(change(foreign, route([{ name: "v1" }])).stored?.["metadata"]).toHaveProperty("labels.theirs", "x");
  });

  test("hides defaults that the API server filled in, but no value that we wrote and take back", () => {
    const filled = { group: "", kind: "Service", name: "v1", port: 80, weight: 1 };
    const matches = [{ path: { type: "PathPrefix", value: "/" } }];
    const before = route([filled]);
    const stored = { ...before, spec: { parentRefs: [{ name: "gw" }], rules: [{ backendRefs: [filled], matches }] } };
    const plain = route([{ name: "v1", port: 80 }]);
    expect(change(stored, plain).stored).toEqual(change(plain, plain).planned);
    const canary = [{ headers: [{ name: "x", value: "1" }] }];
    const narrow = {
      ...before,
      spec: { parentRefs: [{ name: "gw" }], rules: [{ backendRefs: [filled], matches: canary }] },
    };
    expect(JSON.stringify(change(narrow, plain).stored)).toContain('"x"');
    expect(JSON.stringify(change(route([{ ...filled, weight: 5 }]), plain).stored)).toContain('"weight":5');
  });

  test("names what becomes of it, and no uid that is made up", () => {
    const one = route([{ name: "v1" }]);
    expect(change(undefined, one).change).toBe("create");
    expect(change(one, undefined)).toMatchObject({ change: "delete" });
    expect(change(one, undefined).planned).toBeUndefined();
    expect(change(one, one).change).toBe("none");
    expect(change(one, route([{ name: "v2" }])).change).toBe("update");
    expect(change(undefined, one, "map-1").planned).toHaveProperty(["metadata", "labels"], {
      "iter8.tools/routemap-uid": uidToCome,
    });
  });
});
