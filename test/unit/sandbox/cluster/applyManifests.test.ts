import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import { systemClock } from "../../../../src/base/clock.js";
import type { Clock } from "../../../../src/base/clock.js";
import { Discovery } from "../../../../src/kube/discovery.js";
import type { GroupVersionResource } from "../../../../src/kube/resource.js";
import { applyManifests } from "../../../../src/sandbox/cluster/applyManifests.js";
import { readManifests } from "../../../../src/sandbox/cluster/manifests.js";
import { embeddedCluster } from "../../../support/embeddedCluster.js";
import type { BareCluster } from "../../../support/workloadControllers.js";

const never = new AbortController().signal;
const configMaps = { group: "", version: "v1", resource: "configmaps" };
const widgets = { group: "example.com", version: "v1", resource: "widgets" };

let cluster: BareCluster;
let discovery: Discovery;

beforeEach(async () => {
  cluster = await embeddedCluster();
  discovery = new Discovery(cluster.api, systemClock);
});

afterEach(() => cluster.close());

/** Applies the documents of a file; the failure, undefined where all were applied. */
async function apply(text: string, signal = never, clock: Clock = systemClock): Promise<string | undefined> {
  const read = readManifests("app.yaml", text);
  if (!read.ok) throw new Error(read.error.join("\n"));
  const applied = await applyManifests({ api: cluster.api, discovery, clock, signal }, read.value);
  return applied.ok ? undefined : applied.error;
}

async function find(resource: GroupVersionResource, namespace: string, name: string) {
  const found = await cluster.api.get(resource, { namespace, name }, never);
  return found.ok ? found.value : undefined;
}

const definition = (group = "example.com"): string => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.${group}}
spec:
  group: ${group}
  scope: Namespaced
  names: {kind: Widget, listKind: WidgetList, plural: widgets, singular: widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;

const widget = (version: string): string =>
  `{apiVersion: example.com/${version}, kind: Widget, metadata: {name: w, namespace: team}, size: 3}`;

const configMap = (name: string, value: string): string =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {a: ${value}}}`;

const file = (...documents: readonly string[]): string => documents.join("\n---\n");

describe("the objects of a file", () => {
  test("are applied whatever their order: namespaces first, and kinds before their objects", async () => {
    const team = "{apiVersion: v1, kind: Namespace, metadata: {name: team}}";
    expect(await apply(file(widget("v1"), definition(), team))).toBeUndefined();
    expect(await find(widgets, "team", "w")).toMatchObject({ size: 3 });
  });

  test("go to the namespace default unless they say another, and those of the cluster to none", async () => {
    const role = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: []}";
    expect(await apply(file(configMap("a", "one"), role))).toBeUndefined();
    expect((await find(configMaps, "default", "a"))?.["data"]).toEqual({ a: "one" });
    const roles = { group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterroles" };
    expect((await cluster.api.get(roles, { name: "r" }, never)).ok).toBe(true);
  });

  test("may be applied again, and take back what somebody else has changed", async () => {
    await apply(configMap("a", "one"));
    const options = { fieldManager: "somebody", force: true };
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { a: "theirs" } };
    await cluster.api.apply(configMaps, { namespace: "default", name: "a" }, body, options, never);
    expect(await apply(configMap("a", "two"))).toBeUndefined();
    expect((await find(configMaps, "default", "a"))?.["data"]).toEqual({ a: "two" });
  });

  test("end at the first that is refused, which is named with its document", async () => {
    expect(await apply(file(configMap("a", "1x"), configMap("B", "x"), configMap("c", "x")))).toMatch(
      /^app\.yaml, document 2: ConfigMap B: ConfigMap "B" is invalid: metadata\.name: /,
    );
    expect(await find(configMaps, "default", "a")).toBeDefined();
    expect(await find(configMaps, "default", "c")).toBeUndefined();
  });

  test("name the first definition that is refused, of several that are", async () => {
    const empty = (plural: string): string =>
      `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: ${plural}.example.com}, spec: {}}`;
    expect(await apply(file(empty("widgets"), empty("gadgets")))).toMatch(
      /^app\.yaml, document 1: CustomResourceDefinition widgets\.example\.com: /,
    );
  });

  test("of kinds or versions that are not served are refused with what to do", async () => {
    expect(await apply(widget("v1"))).toBe(
      "app.yaml, document 1: the sandbox does not serve Widget of example.com/v1; apply its CustomResourceDefinition too",
    );
    const team = "{apiVersion: v1, kind: Namespace, metadata: {name: team}}";
    expect(await apply(file(team, definition(), widget("v2")))).toBe(
      "app.yaml, document 3: Widget is served in version v1, not v2",
    );
  });

  test("are not waited for longer than until the end is asked for", async () => {
    const stop = new AbortController();
    const applying = apply(file(definition("example.org"), configMap("late", "x")), stop.signal);
    stop.abort();
    expect(await applying).toMatch(/^app\.yaml, document 1: /);
    expect(await find(configMaps, "default", "late")).toBeUndefined();
  });
});
