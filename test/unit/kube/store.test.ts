import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { describe, expect, test } from "@jest/globals";

import { settle } from "../../support/fakeClock.js";
import type { Delta, ReflectorFact } from "../../../src/kube/delta.js";
import { toItem } from "../../../src/kube/item.js";
import type { Item } from "../../../src/kube/item.js";
import type { KubeObject, ObjectMeta } from "../../../src/kube/object.js";
import { ObjectStore } from "../../../src/kube/store.js";

function object(name: string, resourceVersion: number, more: Partial<ObjectMeta> = {}): KubeObject {
  const metadata = { namespace: "shop", name, uid: `uid-${name}`, resourceVersion: String(resourceVersion), ...more };
  return { apiVersion: "v1", kind: "Service", metadata };
}

function item(from: KubeObject): Item<KubeObject> {
  const made = toItem(from, (whole) => whole);
  if (made === undefined) throw new Error("not comparable");
  return made;
}

function event(change: "ADDED" | "MODIFIED" | "DELETED", from: KubeObject): ReflectorFact<KubeObject> {
  return { type: "event", change, item: item(from) };
}

class Harness {
  readonly facts: Delta<KubeObject>[] = [];
  readonly store = new ObjectStore<KubeObject>(
    {
      project: (whole) => whole,
      selects: (whole) => whole.metadata.labels?.["watch"] !== "no",
      indexes: { color: (whole) => [whole.metadata.labels?.["color"] ?? "none"] },
    },
    (delta) => this.facts.push(delta),
  );

  list(resourceVersion: number, objects: readonly KubeObject[], cause: "initial" | "relisted" | "restored"): void {
    this.store.take({ type: "listing", cause });
    this.store.take({ type: "listed", items: objects.map(item) });
    this.store.take({ type: "complete", resourceVersion: BigInt(resourceVersion) });
  }

  /** The facts since the last call, as text. */
  told(): readonly string[] {
    return this.facts.splice(0).map((fact) => {
      if (fact.type === "restarted") return `restarted ${fact.cause}`;
      const version = `${fact.object.metadata.uid}@${fact.object.metadata.resourceVersion}`;
      if (fact.type === "deleted") return `deleted ${version}${fact.final ? " final" : ""}`;
      return `${fact.type} ${version}${fact.gap ? " gap" : ""}`;
    });
  }
}

function listed(objects: readonly KubeObject[] = [object("a", 5)], version = 10): Harness {
  const harness = new Harness();
  harness.list(version, objects, "initial");
  harness.told();
  return harness;
}

describe("a store fed by a reflector", () => {
  test("reports each object of the first list as added with a gap", () => {
    const harness = new Harness();
    harness.list(10, [object("a", 5), object("b", 6)], "initial");
    expect(harness.told()).toEqual(["added uid-a@5 gap", "added uid-b@6 gap"]);
    expect(harness.store.size).toBe(2);
    expect(harness.store.resourceVersion).toBe("10");
    expect(harness.store.get("shop/a")?.metadata.uid).toBe("uid-a");
  });

  test("reports watched changes without a gap, with the state before", () => {
    const { store, facts } = listed();
    store.take(event("MODIFIED", object("a", 11)));
    expect(facts).toMatchObject([{ type: "updated", gap: false, previous: { metadata: { resourceVersion: "5" } } }]);
  });

  test("reports the last state of a deleted object", () => {
    const harness = listed();
    harness.store.take(event("DELETED", object("a", 12)));
    expect(harness.told()).toEqual(["deleted uid-a@12 final"]);
    expect(harness.store.get("shop/a")).toBeUndefined();
  });

  test("a deletion that did not bump the version is taken all the same", () => {
    const harness = listed();
    harness.store.take(event("DELETED", object("a", 5)));
    expect(harness.told()).toEqual(["deleted uid-a@5 final"]);
  });

  test("ignores what is not newer than what it has", () => {
    const harness = listed([object("a", 20)], 20);
    harness.store.take(event("MODIFIED", object("a", 20)));
    harness.store.take(event("MODIFIED", object("a", 19)));
    harness.store.take(event("DELETED", object("a", 19)));
    harness.store.take(event("DELETED", object("a", 19, { uid: "older" })));
    expect(harness.told()).toEqual([]);
  });

  test("another uid under the same name is a deletion and an addition, also when it comes as a modification", () => {
    const harness = listed();
    harness.store.take(event("MODIFIED", object("a", 12, { uid: "next" })));
    expect(harness.told()).toEqual(["deleted uid-a@5", "added next@12 gap"]);
    expect(harness.store.size).toBe(1);
  });

  test("delete and recreate within a gap is a deletion and an addition", () => {
    const harness = listed();
    harness.list(30, [object("a", 25, { uid: "next" })], "relisted");
    expect(harness.told()).toEqual(["restarted relisted", "deleted uid-a@5", "added next@25 gap"]);
  });

  test("a relist reports changed, new and missing objects, and is silent about the rest", () => {
    const harness = listed([object("a", 5), object("b", 6), object("c", 7)]);
    harness.list(30, [object("a", 5), object("b", 20), object("d", 21)], "relisted");
    expect(harness.told()).toEqual([
      "restarted relisted",
      "updated uid-b@20 gap",
      "added uid-d@21 gap",
      "deleted uid-c@7",
    ]);
  });

  test("a list of a restored etcd replaces everything, newer or not", () => {
    const harness = listed([object("a", 500), object("b", 501)], 600);
    harness.list(40, [object("a", 30)], "restored");
    expect(harness.told()).toEqual(["restarted restored", "updated uid-a@30 gap", "deleted uid-b@501"]);
    expect(harness.store.resourceVersion).toBe("40");
  });

  test("an object that enters the selection after its first generation is added with a gap", () => {
    const harness = listed();
    harness.store.take(event("ADDED", object("n", 11, { generation: 1 })));
    harness.store.take(event("ADDED", object("m", 12, { generation: 4 })));
    expect(harness.told()).toEqual(["added uid-n@11", "added uid-m@12 gap"]);
  });

  test("a generation that jumps is a gap", () => {
    const harness = listed([object("a", 5, { generation: 1 })]);
    harness.store.take(event("MODIFIED", object("a", 11, { generation: 2 })));
    harness.store.take(event("MODIFIED", object("a", 12, { generation: 4 })));
    expect(harness.told()).toEqual(["updated uid-a@11", "updated uid-a@12 gap"]);
  });

  test("an absent kind empties it", () => {
    const harness = listed();
    harness.store.take({ type: "emptied" });
    expect(harness.told()).toEqual(["deleted uid-a@5"]);
    expect(harness.store.resourceVersion).toBeUndefined();
  });
});

describe("replies to our own requests", () => {
  test("are read at once, and older events and the echo cause no second fact", () => {
    const harness = listed([object("a", 5, { generation: 1 })]);
    harness.store.applyOwnWrite(object("a", 15, { generation: 2 }));
    expect(harness.told()).toEqual(["updated uid-a@15"]);
    harness.store.take(event("MODIFIED", object("a", 14, { generation: 1 })));
    harness.store.take(event("MODIFIED", object("a", 15, { generation: 2 })));
    expect(harness.told()).toEqual([]);
    expect(harness.store.resourceVersion).toBe("15");
  });

  test("a reply that skips a generation, or tells none, is a gap", () => {
    const harness = listed([object("a", 5, { generation: 1 }), object("b", 6)]);
    harness.store.applyOwnWrite(object("a", 15, { generation: 3 }));
    harness.store.applyOwnWrite(object("b", 16));
    harness.store.applyOwnWrite(object("c", 17, { generation: 1 }));
    expect(harness.told()).toEqual(["updated uid-a@15 gap", "updated uid-b@16 gap", "added uid-c@17"]);
  });

  test("a created object survives a list that began before it", () => {
    const harness = listed();
    harness.store.applyOwnWrite(object("new", 15));
    harness.told();
    harness.list(12, [object("a", 5)], "relisted");
    expect(harness.told()).toEqual(["restarted relisted"]);
    expect(harness.store.get("shop/new")).toBeDefined();
  });

  test("a late reply does not bring back an object whose deletion was seen", () => {
    const harness = listed();
    harness.store.take(event("DELETED", object("a", 12)));
    harness.told();
    harness.store.applyOwnWrite(object("a", 11));
    expect(harness.told()).toEqual([]);
    expect(harness.store.size).toBe(0);
  });

  test("a live read replaces an older state, and another uid is two facts", () => {
    const harness = listed();
    harness.store.putLive(object("a", 4));
    expect(harness.told()).toEqual([]);
    harness.store.putLive(object("a", 18, { uid: "next", generation: 1 }));
    expect(harness.told()).toEqual(["deleted uid-a@5", "added next@18 gap"]);
  });

  test("a reply that left the selection removes the object, and late events do not bring it back", () => {
    const harness = listed();
    harness.store.putLive(object("a", 18, { labels: { watch: "no" } }));
    expect(harness.told()).toEqual(["deleted uid-a@18 final"]);
    harness.store.take(event("MODIFIED", object("a", 16)));
    harness.store.take(event("DELETED", object("a", 18)));
    expect(harness.told()).toEqual([]);
    harness.store.take(event("ADDED", object("a", 20)));
    expect(harness.told()).toEqual(["added uid-a@20"]);
  });

  test("an object that left the selection is back as soon as a list has a later version of it", () => {
    const harness = listed();
    harness.store.putLive(object("a", 18, { labels: { watch: "no" } }));
    harness.told();
    harness.list(17, [object("a", 16)], "relisted");
    expect(harness.told()).toEqual(["restarted relisted"]);
    harness.list(21, [object("a", 20)], "relisted");
    expect(harness.told()).toEqual(["restarted relisted", "added uid-a@20 gap"]);
  });

  test("a reply about a successor outside the selection removes the predecessor as it was last known", () => {
    const harness = listed();
    harness.store.putLive(object("a", 18, { uid: "next", labels: { watch: "no" } }));
    expect(harness.told()).toEqual(["deleted uid-a@5"]);
  });

  test("a reply outside the selection is not taken in", () => {
    const harness = listed();
    harness.store.putLive(object("x", 18, { labels: { watch: "no" } }));
    expect(harness.told()).toEqual([]);
  });

  test("removeIf drops exactly the object with this uid, and late events and lists do not bring it back", () => {
    const harness = listed([object("a", 5), object("b", 6)]);
    harness.store.removeIf("shop/a", "unknown");
    harness.store.removeIf("shop/a", "uid-a");
    expect(harness.told()).toEqual(["deleted uid-a@5"]);
    harness.store.take(event("MODIFIED", object("a", 11)));
    harness.list(12, [object("a", 11), object("b", 6)], "relisted");
    harness.store.take(event("MODIFIED", object("a", 13)));
    expect(harness.told()).toEqual(["restarted relisted"]);
    harness.store.take(event("DELETED", object("a", 14)));
    harness.store.take(event("ADDED", object("a", 16, { uid: "next" })));
    expect(harness.told()).toEqual(["added next@16"]);
  });
});

describe("reading a store", () => {
  test("an index follows every change", () => {
    const { store } = listed([object("a", 5, { labels: { color: "red" } }), object("b", 6)]);
    expect(store.byIndex("color", "red").map((found) => found.metadata.name)).toEqual(["a"]);
    store.take(event("MODIFIED", object("a", 11, { labels: { color: "blue" } })));
    expect(store.byIndex("color", "red")).toEqual([]);
    expect(store.byIndex("color", "blue")).toHaveLength(1);
    store.take(event("DELETED", object("a", 12)));
    expect(store.byIndex("color", "blue")).toEqual([]);
    expect(store.byIndex("color", "none")).toEqual(store.list());
  });

  test("an index that does not exist is a bug that says its name", () => {
    expect(() => listed().store.byIndex("size", "x")).toThrow("no index is called size");
  });

  test("a removed object is released from memory", async () => {
    setFlagsFromString("--expose-gc");
    const { store, facts } = listed([]);
    const references = [11, 12, 13].map((version) => {
      const made = object(`o${version}`, version);
      store.take(event("ADDED", made));
      return new WeakRef(made);
    });
    for (const version of [11, 12, 13]) store.take(event("DELETED", object(`o${version}`, version + 10)));
    facts.length = 0;
    await settle();
    runInNewContext("gc()");
    expect(references.map((reference) => reference.deref())).toEqual([undefined, undefined, undefined]);
  });
});
