import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { isArray, isObject } from "../../../src/base/json.js";
import { covers, ownEntry, sameFieldSet, uncovered } from "../../../src/kube/fieldset.js";
import type { KubeObject, ManagedFields } from "../../../src/kube/object.js";

function entry(fieldsV1: JsonObject): ManagedFields {
  return { manager: "pointsman", operation: "Apply", fieldsV1 };
}

const route = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { name: "app", namespace: "shop", resourceVersion: "0", labels: { "iter8.tools/routemap-uid": "u" } },
  spec: { hostnames: ["a.example"], rules: [{ backendRefs: [{ name: "v1", weight: 0 }] }] },
};
const owned = {
  "f:metadata": { "f:labels": { "f:iter8.tools/routemap-uid": {} } },
  "f:spec": { "f:hostnames": {}, "f:rules": {} },
};

describe("coverage", () => {
  it("is full when every field sent is owned; an atomic list is one field", () => {
    expect(covers(entry(owned), route)).toBe(true);
    expect(uncovered(entry(owned), route)).toEqual([]);
  });

  it("is short, and names the field, when somebody took one", () => {
    const taken = entry({ ...owned, "f:spec": { "f:hostnames": {} } });
    expect(covers(taken, route)).toBe(false);
    expect(uncovered(taken, route)).toEqual([".spec.rules"]);
  });

  it("is short of everything when the entry is gone", () => {
    expect(uncovered(undefined, route)).toEqual([".spec", ".metadata"]);
  });

  it("does not count the fields that say which object is meant", () => {
    expect(
      covers(undefined, { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "b", uid: "u" } }),
    ).toBe(true);
  });

  it("finds the items of a map list by their keys, and takes a key we left out for a default", () => {
    const fields = {
      "f:spec": {
        "f:ports": {
          'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {}, "f:name": {} },
          'k:{"port":90,"protocol":"UDP"}': { ".": {}, "f:port": {}, "f:protocol": {} },
        },
      },
    };
    expect(covers(entry(fields), { spec: { ports: [{ port: 80, name: "http" }] } })).toBe(true);
    expect(covers(entry(fields), { spec: { ports: [{ port: 90, protocol: "UDP" }] } })).toBe(true);
    expect(uncovered(entry(fields), { spec: { ports: [{ port: 80, targetPort: 8080 }] } })).toEqual([
      ".spec.ports[port=80,protocol=TCP].targetPort",
    ]);
    expect(uncovered(entry(fields), { spec: { ports: [{ port: 80, protocol: "UDP" }] } })).toEqual([
      '.spec.ports[{"port":80,"protocol":"UDP"}]',
    ]);
  });

  it("finds the items of a set by their value", () => {
    const fields = { "f:metadata": { "f:finalizers": { 'v:"ours"': {} } } };
    expect(covers(entry(fields), { metadata: { finalizers: ["ours"] } })).toBe(true);
    expect(uncovered(entry(fields), { metadata: { finalizers: ["ours", "theirs"] } })).toEqual([
      '.metadata.finalizers["theirs"]',
    ]);
  });

  it("takes a map that is owned as a whole as owning its members", () => {
    expect(covers(entry({ "f:spec": { "f:selector": {} } }), { spec: { selector: { app: "a" } } })).toBe(true);
  });

  it("is full for any body and the fields it would own, and short once any one of them is taken away", () => {
    const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string());
    const body = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,4}$/),
      fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), leaf)),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(body, fc.nat(), (spec, pick) => {
        const fields = fieldsOf(spec);
        expect(uncovered(entry({ "f:spec": fields }), { spec })).toEqual([]);
        const keys = Object.keys(fields);
        const taken = keys[pick % keys.length] ?? "";
        const { [taken]: _, ...rest } = fields;
        expect(uncovered(entry({ "f:spec": { ".": {}, ...rest } }), { spec })).toEqual([`.spec.${taken.slice(2)}`]);
      }),
    );
  });
});

/** The field set of an applied map whose lists are atomic. */
function fieldsOf(value: Json): Record<string, Json> {
  if (!isObject(value) || isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [`f:${key}`, fieldsOf(member ?? null)]));
}

describe("a managedFields entry", () => {
  const object: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "a",
      uid: "u",
      resourceVersion: "1",
      managedFields: [
        { manager: "pointsman", operation: "Update", fieldsV1: { "f:data": {} } },
        { manager: "pointsman", operation: "Apply", subresource: "status", fieldsV1: { "f:status": {} } },
        entry(owned),
      ],
    },
  };

  it("is ours if manager, operation Apply and subresource fit", () => {
    expect(ownEntry(object, "pointsman")?.fieldsV1).toEqual(owned);
    expect(ownEntry(object, "pointsman", "status")?.fieldsV1).toEqual({ "f:status": {} });
    expect(ownEntry(object, "kubectl")).toBeUndefined();
    expect(
      ownEntry({ ...object, metadata: { name: "a", uid: "u", resourceVersion: "1" } }, "pointsman"),
    ).toBeUndefined();
  });

  it("has the same fields as another whatever their order and time", () => {
    const turned = { "f:spec": { "f:rules": {}, "f:hostnames": {} }, "f:metadata": owned["f:metadata"] };
    expect(sameFieldSet({ ...entry(owned), time: "t" }, entry(turned))).toBe(true);
    expect(sameFieldSet(entry(owned), entry({ "f:spec": owned["f:spec"] }))).toBe(false);
    expect(sameFieldSet(undefined, undefined)).toBe(true);
    expect(sameFieldSet(undefined, entry({}))).toBe(false);
  });
});
