import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json } from "../../../../src/base/json.js";
import { describeFields, tellingFields } from "../../../../src/routing/explain/tellingFields.js";

describe("the fields that matter", () => {
  const fields = {
    "f:metadata": {
      "f:annotations": { "f:iter8.tools/weight": {}, "f:note": {} },
      "f:labels": { "f:app.kubernetes.io/name": {}, "f:iter8.tools/watch": {} },
      "f:finalizers": {},
    },
    "f:spec": { "f:replicas": {}, "f:replicasMax": {}, "f:template": { "f:spec": {} } },
    "f:status": { "f:conditions": { 'k:{"type":"Ready"}': { "f:status": {}, "f:reason": {} } } },
  };

  it("are those that are wanted, lie below or hold what is wanted, in the order in which it is wanted", () => {
    const wanted = [
      "status.conditions[type=ready].status",
      "metadata.finalizers[=x]",
      "spec.template",
      "spec.replicas",
    ];
    expect(tellingFields(fields, wanted)).toEqual({
      paths: ["status.conditions[type=Ready].status", "metadata.finalizers", "spec.template.spec", "spec.replicas"],
      more: 0,
    });
  });

  it("are found by what a name begins with where a wanted path ends in a slash", () => {
    expect(tellingFields(fields, ["metadata.labels[app.kubernetes.io/"]).paths).toEqual([
      "metadata.labels[app.kubernetes.io/name]",
    ]);
  });

  it("are told as five at most, the shortest first, and how many more", () => {
    const told = tellingFields(fields, ["spec", "metadata"]);
    expect(told.paths).toEqual([
      "spec.replicas",
      "spec.replicasMax",
      "spec.template.spec",
      "metadata.finalizers",
      "metadata.annotations.note",
    ]);
    expect(describeFields(told)).toBe(`${told.paths.join(", ")} and 3 more`);
    expect(describeFields({ paths: ["spec.rules"], more: 0 })).toBe("spec.rules");
  });

  it("are none, of anything, where nothing is wanted, and all below what is wanted as a whole", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(tellingFields(value as Json, [])).toEqual({ paths: [], more: 0 });
        const { paths, more } = tellingFields({ "f:spec": value as Json }, ["spec"]);
        expect(paths.length + more).toBeGreaterThan(0);
        expect(paths.length).toBeLessThanOrEqual(5);
      }),
    );
  });
});
