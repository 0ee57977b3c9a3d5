import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { isObject } from "../../../../src/base/json.js";
import { checks, inOrder, severities } from "../../../../src/routing/doctor/finding.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import { FactsWorld } from "../../../support/clusterFacts.js";

const runs = { numRuns: 100, seed: 1 };

/** Any JSON object that an API server might send, also what no schema would let in. */
const anything = fc.object({ maxDepth: 4, maxKeys: 4, withNullPrototype: false }).map((value) => {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  return isObject(copy) ? copy : {};
});

/** Parts of objects that the checks look into, each as it should be or as nobody would expect. */
function distorted(world: FactsWorld): fc.Arbitrary<readonly KubeObject[]> {
  const objects = [...world.objects.values()];
  return fc.tuple(
    ...objects.map((object) => fc.option(anything, { nil: object }).map((value) => mixed(object, value))),
  );
}

/** The object with other contents; its name and kind stay, as the API server vouches for them. */
function mixed(object: KubeObject, value: JsonObject): KubeObject {
  return value === object ? object : { ...object, spec: value, status: value, webhooks: [value] };
}

const names = [
  "spec",
  "template",
  "containers",
  "rules",
  "parentRefs",
  "replicas",
  "args",
  "holderIdentity",
  "renewTime",
];

/** Members that exist, with values of the wrong kind. */
const misshapen: fc.Arbitrary<JsonObject> = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, 0, -1, "", "x", true),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(
    fc.constantFrom(...names, "metadata", "image", "command", "lifecycle", "syncPolicy", "resources"),
    tie("value"),
    {
      maxKeys: 5,
      noNullPrototype: true,
    },
  ),
})).object;

describe("an examination", () => {
  it("never fails, whatever objects say", () => {
    fc.assert(
      fc.property(distorted(new FactsWorld()), misshapen, (objects, value) => {
        const world = new FactsWorld();
        for (const object of objects) world.objects.set(keyOf(world, object), object);
        for (const [key, object] of [...world.objects].slice(0, 3)) world.objects.set(key, mixed(object, value));
        for (const finding of world.examine()) {
          expect(severities).toContain(finding.severity);
          expect(Object.keys(checks)).toContain(finding.check);
          expect([finding.object, finding.message, finding.fix]).not.toContain("");
        }
      }),
      runs,
    );
  });

  it("says the same whatever the order in which objects are listed", () => {
    const world = spoiled();
    const expected = world.examine();
    expect(expected.length).toBeGreaterThan(5);
    const entries = [...world.objects];
    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (shuffled) => {
        world.objects.clear();
        for (const [key, object] of shuffled) world.objects.set(key, object);
        expect(world.examine()).toEqual(expected);
      }),
      runs,
    );
  });

  it("does not take for absent what it could not read", () => {
    const kinds = [
      "Deployment",
      "Service",
      "HTTPRoute",
      "Gateway",
      "Lease",
      "Application",
      "ValidatingAdmissionPolicy",
    ];
    fc.assert(
      fc.property(fc.subarray(kinds), (hidden) => {
        const world = new FactsWorld();
        for (const kind of hidden) world.hide(kind);
        expect(world.examine()).toEqual([]);
      }),
      runs,
    );
  });
});

describe("findings in order", () => {
  const finding = fc.record({
    severity: fc.constantFrom(...severities),
    check: fc.constantFrom("labels" as const, "access" as const, "argocd" as const),
    object: fc.constantFrom("a", "b"),
    message: fc.constantFrom("x", "y"),
    fix: fc.constant("z"),
  });

  it("are each there once, whatever the order in which they were found", () => {
    fc.assert(
      fc.property(fc.array(finding), (found) => {
        const ordered = inOrder(found);
        expect(inOrder([...found].reverse())).toEqual(ordered);
        expect(inOrder([...ordered, ...ordered])).toEqual(ordered);
        const texts = (list: typeof ordered): Set<string> => new Set(list.map((one) => JSON.stringify(one)));
        expect(texts(ordered).size).toBe(ordered.length);
        expect(new Set(ordered.map((one) => `${one.check}${one.severity}${one.object}${one.message}`))).toEqual(
          new Set(found.map((one) => `${one.check}${one.severity}${one.object}${one.message}`)),
        );
      }),
      runs,
    );
  });

  it("have the worst of each check first, and checks in the order of their list", () => {
    fc.assert(
      fc.property(fc.array(finding), (found) => {
        const ranks = inOrder(found).map(({ check, severity }) => {
          return Object.keys(checks).indexOf(check) * 10 + severities.indexOf(severity);
        });
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      }),
      runs,
    );
  });
});

/** A world with several things wrong. */
function spoiled(): FactsWorld {
  const world = new FactsWorld();
  world.app("web-v1", { containers: [{ name: "app" }] }, { labels: {} });
  world.app("web-v2", { containers: [{ name: "app" }] }, { labels: {}, finalizers: ["iter8.tools/finalizer"] });
  world.app("old", {}, { finalizers: ["iter8.tools/finalizer"] });
  world.remove("Gateway", "shop/gateway");
  world.remove("Lease", "pointsman-system/pointsman");
  return world;
}

function keyOf(world: FactsWorld, object: KubeObject): string {
  const found = [...world.objects].find(
    ([, other]) => other.kind === object.kind && other.metadata.uid === object.metadata.uid,
  );
  if (found === undefined) throw new Error("every object is one of the world");
  return found[0];
}
