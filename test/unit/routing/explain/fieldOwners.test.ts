import { describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { defaultConfig } from "../../../../src/config/defaults.js";
import type { KubeObject, ManagedFields } from "../../../../src/kube/object.js";
import { explainSnapshot } from "../../../../src/routing/explain/explainSnapshot.js";
import type { Explanation, WriterExplanation } from "../../../../src/routing/explain/explanation.js";
import { withFieldOwners } from "../../../../src/routing/explain/fieldOwners.js";
import { snapshot } from "../../../../src/routing/snapshot/snapshot.js";

const strSpec = `
versions:
- {name: v1, resources: [{gvrShort: svc, name: app-v1}]}
- name: v2
  resources:
  - {gvrShort: deploy, name: app-v2, ready: 'object.status.rounds == 1 && object.metadata.labels["tier"] == "web"'}
  - {gvrShort: svc, name: app-v2}
routes:
- {kind: HTTPRoute, name: app, hostnames: [app.example.com], parentRefs: [{name: gw}], port: 80}
`;

function object(apiVersion: string, kind: string, name: string, metadata: JsonObject, more: JsonObject): KubeObject {
  const own = { name, namespace: "shop", uid: `${kind}/${name}`, resourceVersion: "1", generation: 1 };
  return { apiVersion, kind, metadata: { ...metadata, ...own }, ...more };
}

function entry(manager: string, time: string, fieldsV1: JsonObject, more: JsonObject = {}): ManagedFields {
  return { manager, operation: "Update", time: `2030-01-01T00:00:${time}Z`, fieldsType: "FieldsV1", fieldsV1, ...more };
}

const labels = { "iter8.tools/watch": "true" };
const routeSpec = { "f:hostnames": {}, "f:rules": {} };
const ourLabel = { "f:metadata": { "f:labels": { "f:iter8.tools/routemap-uid": {} } } };

interface Managed {
  readonly deployment?: readonly ManagedFields[];
  readonly route?: readonly ManagedFields[];
}

/** What is told of an app of two versions whose objects were written so. */
function told({ deployment, route }: Managed): Explanation {
  const managed = (entries: Managed["route"]): JsonObject => (entries === undefined ? {} : { managedFields: entries });
  const owner = { "iter8.tools/routemap-uid": "ConfigMap/app" };
  const objects = [
    object("v1", "ConfigMap", "app", { labels: { "iter8.tools/kind": "routemap" } }, { data: { strSpec } }),
    object("apps/v1", "Deployment", "app-v2", { labels, ...managed(deployment) }, { spec: {}, status: {} }),
    object("v1", "Service", "app-v1", { labels, managedFields: [] }, { spec: {} }),
    object("gateway.networking.k8s.io/v1", "HTTPRoute", "app", { labels: owner, ...managed(route) }, { spec: {} }),
    object("gateway.networking.k8s.io/v1", "HTTPRoute", "other", managed([entry("x", "00", {})]), { spec: {} }),
  ];
  const input = { objects, config: defaultConfig(), now: { monotonic: 0, server: Date.UTC(2030, 0, 1) } };
  const [routemap] = snapshot(input).routemaps;
  if (routemap === undefined) throw new Error("a routemap is expected");
  return withFieldOwners(explainSnapshot(routemap, input.now), input);
}

function fieldsOf(writers: readonly WriterExplanation[] | undefined): readonly unknown[] {
  return (writers ?? []).map(({ manager, fields }) => [manager, fields?.paths]);
}

describe("who wrote what of a route", () => {
  it("is told of everybody but us: its spec, and what we own too", () => {
    const { routes } = told({
      route: [
        entry("pointsman", "01", { ...ourLabel, "f:spec": routeSpec }, { operation: "Apply" }),
        entry("kubectl-edit", "03", { "f:spec": { "f:rules": {} }, "f:metadata": { "f:labels": { "f:a": {} } } }),
        entry("gitops", "02", ourLabel, { operation: "Apply" }),
        entry("dns", "04", { "f:metadata": { "f:annotations": { ".": {}, "f:dns": {} } } }),
        entry("gateway", "05", { "f:status": { "f:parents": {} } }, { subresource: "status" }),
      ],
    });
    expect(fieldsOf(routes[0]?.writers)).toEqual([
      ["gateway", []],
      ["dns", []],
      ["kubectl-edit", ["spec.rules"]],
      ["gitops", ["metadata.labels[iter8.tools/routemap-uid]"]],
      ["pointsman", undefined],
    ]);
  });

  it("says nothing where managers were not read", () => {
    expect(told({}).routes[0]?.writers).toEqual([]);
  });
});

describe("who wrote what of a resource", () => {
  const writersOf = (deployment: Managed["deployment"]): readonly WriterExplanation[] | undefined =>
    told(deployment === undefined ? {} : { deployment }).versions[1]?.resources[0]?.writers;

  it("is told of what its gates read and of what we go by, by our own writes as well", () => {
    const writers = writersOf([
      entry("pointsman", "01", { "f:metadata": { "f:finalizers": { ".": {}, 'v:"iter8.tools/finalizer"': {} } } }),
      entry("keda", "03", { "f:spec": { "f:replicas": {} } }, { subresource: "scale" }),
      entry("helm", "02", {
        "f:metadata": {
          "f:annotations": { "f:iter8.tools/weight": {}, "f:note": {} },
          "f:labels": { "f:app.kubernetes.io/name": {}, "f:iter8.tools/watch": {}, "f:team": {}, "f:tier": {} },
        },
        "f:spec": { "f:template": {} },
      }),
      entry("painter", "04", { "f:metadata": { "f:labels": { "f:team": {} } }, "f:spec": { "f:paused": {} } }),
      entry("kube-controller-manager", "05", {
        "f:status": { "f:availableReplicas": {}, "f:rounds": {}, "f:replicas": {} },
      }),
    ]);
    expect(fieldsOf(writers)).toEqual([
      ["kube-controller-manager", ["status.availableReplicas", "status.rounds"]],
      ["keda", ["spec.replicas"]],
      [
        "helm",
        [
          "metadata.annotations[iter8.tools/weight]",
          "metadata.labels[iter8.tools/watch]",
          "metadata.labels.tier",
          "metadata.labels[app.kubernetes.io/name]",
        ],
      ],
      ["pointsman", ["metadata.finalizers[=iter8.tools/finalizer]"]],
    ]);
    expect(writers?.at(-1)?.ours).toBe(true);
  });

  it("is not told where the managers were not read, and not of objects that are not there", () => {
    expect(writersOf(undefined)).toBeUndefined();
    expect(writersOf([])).toEqual([]);
    expect(told({ deployment: [] }).versions[1]?.resources[1]).not.toHaveProperty("writers");
  });
});
