import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Resource } from "../../../src/kube/resource.js";
import { describeLeftover, inReleaseOrder, leftoverOf } from "../../../src/routing/uninstall/leftover.js";

const kinds: readonly Resource[] = [
  { group: "", version: "v1", resource: "services", kind: "Service", namespaced: true },
  { group: "serving.knative.dev", version: "v1", resource: "services", kind: "Service", namespaced: true },
  { group: "apps", version: "v1", resource: "deployments", kind: "Deployment", namespaced: true },
];

const metadata = fc.record({
  name: fc.constantFrom("a", "b"),
  namespace: fc.constant("shop"),
  uid: fc.uuid(),
  resourceVersion: fc.constant("1"),
  finalizers: fc.subarray(["example.com/theirs", "iter8.tools/finalizer"]),
  labels: fc.constantFrom<Record<string, string>>({}, { "iter8.tools/routemap-uid": "u" }, { app: "a" }),
});

const found = fc.tuple(fc.constantFrom(...kinds), metadata).map(([resource, meta]) => {
  return { resource, meta, leftover: leftoverOf(resource, { apiVersion: "v1", kind: resource.kind, metadata: meta }) };
});

describe("what is left of ours", () => {
  it("is what carries our finalizer or a routemap's label, and nothing else", () => {
    fc.assert(
      fc.property(found, ({ meta, leftover }) => {
        const held = meta.finalizers.includes("iter8.tools/finalizer");
        const owner = meta.labels["iter8.tools/routemap-uid"];
        expect(leftover === undefined).toBe(!held && owner === undefined);
        expect(leftover?.held ?? false).toBe(held);
        expect(leftover?.owner).toBe(owner);
      }),
    );
  });

  it("is released with every held object once and core Services last, Knative's among the workloads", () => {
    fc.assert(
      fc.property(fc.array(found), (all) => {
        const leftovers = all.flatMap(({ leftover }) => leftover ?? []);
        const order = inReleaseOrder(leftovers);
        expect(new Set(order)).toEqual(new Set(leftovers.filter(({ held }) => held)));
        expect(order).toHaveLength(leftovers.filter(({ held }) => held).length);
        const last = order.map(({ resource }) => resource.group === "" && resource.resource === "services");
        expect(last).toEqual([...last].sort((a, b) => Number(a) - Number(b)));
      }),
    );
  });

  it("is named by kind, namespace and name", () => {
    const [service] = kinds;
    if (service === undefined) throw new Error("there are kinds");
    const held = {
      name: "v1",
      namespace: "shop",
      uid: "u",
      resourceVersion: "1",
      finalizers: ["iter8.tools/finalizer"],
    };
    const leftover = leftoverOf(service, { apiVersion: "v1", kind: "Service", metadata: held });
    expect(leftover === undefined ? "" : describeLeftover(leftover)).toBe("Service shop/v1");
  });
});
