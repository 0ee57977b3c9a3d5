import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Delta, ReflectorFact } from "../../../src/kube/delta.js";
import type { Item } from "../../../src/kube/item.js";
import { objectKey, toItem } from "../../../src/kube/item.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { Packing } from "../../../src/base/shelf.js";
import { likeTheFirst } from "../../../src/kube/packing.js";
import type { StoreOptions } from "../../../src/kube/store.js";
import { ObjectStore } from "../../../src/kube/store.js";

const colors = ["red", "blue"] as const;

function objectOf(name: string, uid: string, color: string, version: number): KubeObject {
  const metadata = { namespace: "shop", name, uid, resourceVersion: String(version), labels: { color } };
  return { apiVersion: "v1", kind: "Service", metadata };
}

function itemOf(object: KubeObject): Item<KubeObject> {
  const item = toItem(object, (whole) => whole);
  if (item === undefined) throw new Error("not comparable");
  return item;
}

const step = fc.record({
  change: fc.constantFrom("ADDED", "MODIFIED", "DELETED", "reply", "gone", "relist"),
  name: fc.constantFrom("a", "b", "c"),
  life: fc.constantFrom("1", "2"),
  color: fc.constantFrom(...colors),
  lag: fc.integer({ min: 0, max: 2 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A store and everything that it told and showed, step by step. */
function story(steps: readonly Step[], packing?: Packing<KubeObject>): readonly unknown[] {
  const told: Delta<KubeObject>[] = [];
  const options: StoreOptions<KubeObject> = {
    project: (whole) => whole,
    indexes: { color: (whole) => [whole.metadata.labels?.["color"] ?? ""] },
    ...(packing === undefined ? {} : { packing }),
  };
  const store = new ObjectStore<KubeObject>(options, (delta) => told.push(delta));
  return steps.map((wanted, index) => {
    take(store, wanted, 10 * (index + 1) - 5 * wanted.lag);
    const shown = [
      ...colors.map((color) => store.byIndex("color", color)),
      ...["a", "b", "c"].map((n) => store.get(`shop/${n}`)),
    ];
    return { told: told.splice(0), shown, list: store.list() };
  });
}

function take(store: ObjectStore<KubeObject>, { change, name, life, color }: Step, version: number): void {
  const object = objectOf(name, `${name}-${life}`, color, version);
  const facts = (...all: readonly ReflectorFact<KubeObject>[]): void => all.forEach((fact) => store.take(fact));
  switch (change) {
    case "reply":
      store.applyOwnWrite(object);
      return;
    case "gone":
      store.removeIf(objectKey(object.metadata), object.metadata.uid);
      return;
    case "relist":
      facts(
        { type: "listing", cause: "relisted" },
        { type: "listed", items: [itemOf(object)] },
        { type: "complete", resourceVersion: BigInt(version) },
      );
      return;
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      facts({ type: "event", change, item: itemOf(object) });
  }
}

describe("a store that keeps its objects packed", () => {
  test("tells and shows what one tells and shows that keeps them as they are", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat({ max: 3 }), (steps, unpacked) => {
        expect(story(steps, likeTheFirst(unpacked))).toEqual(story(steps));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("refuses a text that is no object", () => {
    const packing = likeTheFirst();
    expect(() => packing.unpack("")).toThrow("nothing was packed yet");
    packing.pack(objectOf("a", "1", "red", 1));
    expect(() => packing.unpack("no packed text")).toThrow();
  });
});
