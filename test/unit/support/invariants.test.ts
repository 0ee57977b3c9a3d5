import { describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { modelOf, violations } from "../../support/invariants.js";
import type { Revision } from "../../support/plane/recorder.js";

const finalizer = "iter8.tools/finalizer";
const apps = [modelOf("app", "v1", "v2")];
const watched = { "iter8.tools/watch": "true" };
let version = 0;

function revision(kind: string, name: string, metadata: JsonObject, more: JsonObject, at: number): Revision {
  version += 1;
  const object: KubeObject = {
    apiVersion: "v1",
    kind,
    ...more,
    metadata: { name, uid: `${kind}-${name}`, ...metadata, resourceVersion: String(version) },
  };
  return { type: "MODIFIED", object, stored: version, at };
}

function held(name: string, at = 0, ...finalizers: readonly string[]): Revision[] {
  return ["Deployment", "Service"].map((kind) => revision(kind, name, { labels: watched, finalizers }, {}, at));
}

function route(at: number, ...weights: readonly number[]): Revision {
  const backendRefs = weights.map((weight, index) => ({ name: `v${index + 1}`, weight }));
  const managedFields = [{ manager: "pointsman", operation: "Apply", time: "2026-01-01T00:00:00Z" }];
  return revision("HTTPRoute", "app", { managedFields }, { spec: { rules: [{ backendRefs }] } }, at);
}

const both = (at = 0): Revision[] => [...held("v1", at, finalizer), ...held("v2", at, finalizer)];
const check = (revisions: readonly Revision[], holdMs = 0): readonly string[] =>
  violations(revisions, { apps, holdMs });

describe("the checker of invariants", () => {
  it("finds nothing in a version that is held, raised, returned, and released after its hold", () => {
    expect(check([...both(), route(1, 80, 20), route(10, 80, 0), ...held("v2", 500)], 400)).toEqual([]);
  });

  it("finds a version that is raised without being held", () => {
    const found = check([...held("v1", 0, finalizer), ...held("v2"), route(1, 80, 20)]);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^I1: HTTPRoute\/app .* Deployment\/v2 is not held/);
  });

  it("finds a version that is released while a route leads to it", () => {
    const found = check([...both(), route(1, 80, 20), ...held("v2", 2)]);
    expect(found[0]).toMatch(/^I2: Deployment\/v2 .* while HTTPRoute\/app gives it weight/);
  });

  it("finds a release that comes before the end of the hold", () => {
    const found = check([...both(), route(1, 80, 20), route(10, 80, 0), ...held("v2", 300)], 400);
    expect(found[0]).toMatch(/^I2: Deployment\/v2 .* released 290 ms after/);
  });

  it("finds a rule that gives nobody any weight", () => {
    expect(check([...both(), route(1, 0, 0)])).toEqual([expect.stringMatching(/^I3: .* rule 0/)]);
  });

  it("finds fields of ours on a workload and a finalizer on what lacks the label", () => {
    const fieldsV1 = { "f:metadata": { "f:labels": { "f:a": {} } } };
    const managedFields = [{ manager: "pointsman", operation: "Update", fieldsV1 }];
    const labelled = revision("Deployment", "v1", { managedFields }, {}, 0);
    const bare = revision("Service", "v1", {}, {}, 0);
    const claimed = revision("Service", "v1", { finalizers: [finalizer] }, {}, 1);
    expect(check([labelled, bare, claimed])).toEqual([
      expect.stringMatching(/^I5: Deployment\/v1 .* fields of ours/),
      expect.stringMatching(/^I5: Service\/v1 .* lacks the label/),
    ]);
  });

  it("finds a foreign finalizer that went", () => {
    const before = held("v1", 0, "example.com/keep", finalizer);
    expect(check([...before, ...held("v1", 1, finalizer)])[0]).toMatch(/^I7: .* lost the finalizer example.com\/keep/);
  });
});
