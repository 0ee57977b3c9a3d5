import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { projectSlice, readyEndpoints } from "../../../src/routing/endpoints.js";

const readiness = fc.constantFrom<JsonObject>({ conditions: { ready: true } }, { conditions: { ready: false } }, {});
const endpoint = fc
  .record({ addresses: fc.constant(["10.0.0.1"]) })
  .chain((where) => readiness.map((conditions): JsonObject => ({ ...where, ...conditions })));

function sliceOf(endpoints: readonly JsonObject[]): KubeObject {
  const labels = { "kubernetes.io/service-name": "app" };
  const metadata = { name: "app-x", namespace: "shop", uid: "1", resourceVersion: "5", generation: 2, labels };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      ...metadata,
      annotations: { "endpoints.kubernetes.io/last-change-trigger-time": "2030-01-01T00:00:00Z" },
    },
    endpoints,
  };
}

describe("what is kept of an EndpointSlice", () => {
  test("has as many ready endpoints as the slice itself", () => {
    fc.assert(
      fc.property(fc.array(endpoint), (endpoints) => {
        const slice = sliceOf(endpoints);
        expect(readyEndpoints([projectSlice(slice)])).toEqual(readyEndpoints([slice]));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test("is who it is, its labels and nothing of the endpoints' addresses", () => {
    const { metadata, ...content } = projectSlice(sliceOf([{ addresses: ["10.0.0.1"], conditions: { ready: true } }]));
    const labels = { "kubernetes.io/service-name": "app" };
    expect(metadata).toEqual({ name: "app-x", namespace: "shop", uid: "1", resourceVersion: "5", labels });
    expect(JSON.stringify(content)).not.toContain("10.0.0.1");
  });
});
