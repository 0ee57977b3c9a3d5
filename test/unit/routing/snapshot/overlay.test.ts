import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../../src/base/json.js";
import { defaultConfig } from "../../../../src/config/defaults.js";
import type { KubeObject, ObjectMeta } from "../../../../src/kube/object.js";
import { identityOf, overlay } from "../../../../src/routing/snapshot/overlay.js";
import { snapshot } from "../../../../src/routing/snapshot/snapshot.js";

function deployment(metadata: Partial<ObjectMeta> = {}, rest: JsonObject = {}): KubeObject {
  const made = { name: "v1", namespace: "shop", uid: "made-up", resourceVersion: "1", generation: 1 };
  return { apiVersion: "apps/v1", kind: "Deployment", ...rest, metadata: { ...made, ...metadata } };
}

const stored = deployment(
  {
    uid: "u1",
    resourceVersion: "77",
    generation: 4,
    finalizers: ["iter8.tools/finalizer"],
    labels: { a: "1", b: "2" },
  },
  {
    spec: { replicas: 2, revisionHistoryLimit: 10, ports: [{ port: 80, protocol: "TCP" }] },
    status: { availableReplicas: 2 },
  },
);

const only = (objects: readonly KubeObject[]): KubeObject => {
  const [object, ...others] = objects;
  if (object === undefined || others.length > 0) throw new Error(`${objects.length} objects`);
  return object;
};

describe("a manifest over a stored object", () => {
  test("leaves uid, finalizers, status and what it does not mention as they are", () => {
    const manifest = deployment({ labels: { b: "3", c: "4" } }, { spec: { replicas: 5 }, status: {} });
    expect(only(overlay([stored], [manifest]))).toEqual({
      ...stored,
      spec: { ...(stored["spec"] as JsonObject), replicas: 5 },
      metadata: { ...stored.metadata, generation: 5, labels: { a: "1", b: "3", c: "4" }, annotations: {} },
    });
  });

  test("is no change of the spec where it says nothing new, defaults or not", () => {
    const manifest = deployment({}, { spec: { replicas: 2, ports: [{ port: 80 }] } });
    expect(only(overlay([stored], [manifest])).metadata.generation).toBe(4);
  });

  test("takes away a label that it had when it was applied last", () => {
    const last = JSON.stringify({ metadata: { labels: { a: "1", b: "2" } } });
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": last };
    const before = deployment({ labels: { a: "1", b: "2", other: "x" }, annotations });
    expect(only(overlay([before], [deployment({ labels: { b: "2" } })])).metadata.labels).toEqual({
      b: "2",
      other: "x",
    });
  });

  test("of a new name is an object more; of several of one name the last counts", () => {
    const second = deployment({ name: "v2" }, { spec: { replicas: 1 } });
    const third = deployment({ name: "v2" }, { spec: { replicas: 3 } });
    const [, made] = overlay([stored], [second, third]);
    expect(made).toMatchObject({ metadata: { name: "v2" }, spec: { replicas: 3 } });
    expect(overlay([stored], [second, third])).toHaveLength(2);
  });

  test("is the same object in whatever version of its kind, and another in another group", () => {
    const beta = { ...stored, apiVersion: "apps/v1beta2" };
    expect(identityOf(beta)).toBe(identityOf(stored));
    expect(identityOf({ ...stored, apiVersion: "other.example/v1" })).not.toBe(identityOf(stored));
  });

  test("changes nothing when it is the stored object itself, and applied twice no more than once", () => {
    const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonObject[string]>;
    const manifest = fc.record({ spec: fc.dictionary(fc.constantFrom("a", "b", "replicas"), json) });
    fc.assert(
      fc.property(manifest, ({ spec }) => {
        const once = overlay([stored], [deployment({}, { spec })]);
        const [object] = once;
        expect(overlay(once, [deployment({}, { spec })])).toEqual(once);
        expect(object === undefined ? undefined : overlay([object], [object])).toEqual(once);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

test("what is assumed to be ready is so whatever its status says, but not while it is deleting or not there", () => {
  const watch = { "iter8.tools/watch": "true" };
  const strSpec = "versions: [{resources: [{gvrShort: deploy, name: v1}]}]";
  const map: KubeObject = {
    ...deployment({ name: "app", labels: { "iter8.tools/kind": "routemap" } }, { data: { strSpec } }),
    apiVersion: "v1",
    kind: "ConfigMap",
  };
  const answer = (object: readonly KubeObject[]): string | undefined => {
    const assumed = new Set(["deployments.apps/shop/v1"]);
    const now = { monotonic: 0, server: Date.UTC(2030, 0, 1) };
    const shot = snapshot({ objects: [map, ...object], config: defaultConfig(), now, assumed });
    return shot.routemaps[0]?.observed.memory.sightings.get("v0")?.answer;
  };
  expect(answer([deployment({ labels: watch })])).toBe("ready");
  expect(answer([deployment({ labels: watch, deletionTimestamp: "2030-01-01T00:00:00Z" })])).toBe("notReady");
  expect(answer([deployment()])).toBe("notReady");
  expect(answer([])).toBe("notReady");
});
