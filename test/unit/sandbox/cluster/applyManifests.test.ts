import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import { systemClock } from "../../../../src/base/clock.js";
import type { JsonObject } from "../../../../src/base/json.js";
import { Discovery } from "../../../../src/kube/discovery.js";
import type { Applying } from "../../../../src/sandbox/cluster/applyManifests.js";
import { applyManifests } from "../../../../src/sandbox/cluster/applyManifests.js";
import { manifestsIn } from "../../../../src/sandbox/cluster/manifests.js";
import { embeddedCluster } from "../../../support/embeddedCluster.js";
import type { BareCluster } from "../../../support/workloadControllers.js";

const { signal } = new AbortController();

function definition(plural: string, kind: string): JsonObject {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural, singular: plural.slice(0, -1), kind, listKind: `${kind}List` },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
}

function custom(kind: string, name: string): JsonObject {
  return { apiVersion: "example.com/v1", kind, metadata: { name, namespace: "apps" } };
}

describe("applying files to a sandbox", () => {
  let cluster: BareCluster;
  let applying: Applying;
  beforeEach(async () => {
    cluster = await embeddedCluster();
    const { api } = cluster;
    applying = { api, discovery: new Discovery(api, systemClock), clock: systemClock, signal };
  });
  afterEach(() => cluster.close());

  function apply(...objects: readonly JsonObject[]) {
    const read = manifestsIn("a.yaml", objects);
    if (!read.ok) throw new Error(read.error.join());
    return applyManifests(applying, read.value);
  }

  test("begins with Namespaces and definitions, wherever they stand, and waits until all kinds are served", async () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "apps" } };
    const definitions = [definition("widgets", "Widget"), definition("gadgets", "Gadget")];
    const applied = await apply(custom("Widget", "w"), custom("Gadget", "g"), namespace, ...definitions);
    expect(applied).toEqual({ ok: true, value: undefined });
    for (const [resource, name] of [
      ["widgets", "w"],
      ["gadgets", "g"],
    ] as const) {
      const found = await cluster.api.get(
        { group: "example.com", version: "v1", resource },
        { namespace: "apps", name },
        signal,
      );
      expect(found).toMatchObject({ ok: true });
    }
  });

  test("tells the first document that fails, of several that do", async () => {
    const wrong = { ...definition("widgets", "Widget"), spec: {} };
    const failed = await apply(wrong, { ...definition("gadgets", "Gadget"), spec: {} });
    expect(failed.ok ? "" : failed.error).toMatch(
      /^a\.yaml, document 1: CustomResourceDefinition widgets\.example\.com: /,
    );
  });

  test("says of a kind that nobody serves what is missing", async () => {
    const failed = await apply(custom("Widget", "w"));
    expect(failed.ok ? "" : failed.error).toBe(
      "a.yaml, document 1: the sandbox does not serve Widget of example.com/v1; apply its CustomResourceDefinition too",
    );
  });
});
