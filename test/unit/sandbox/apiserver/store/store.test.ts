import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { KubeObject } from "../../../../../src/kube/object.js";
import { ChangeLog } from "../../../../../src/sandbox/apiserver/store/changeLog.js";
import { Store } from "../../../../../src/sandbox/apiserver/store/store.js";
import { objectOf } from "../../../../../src/sandbox/apiserver/store/stored.js";

function configMap(name: string, value: number, owners: readonly string[] = []): KubeObject {
  const ownerReferences = owners.map((uid) => ({ apiVersion: "v1", kind: "ConfigMap", name: uid, uid }));
  const metadata = { name, namespace: "a", uid: `uid-${name}`, resourceVersion: "", ownerReferences };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { value: String(value) } };
}

const operations = fc.array(
  fc.record({ name: fc.constantFrom("a", "b", "c", "d"), value: fc.nat(9), remove: fc.boolean() }),
  { maxLength: 40 },
);

describe("the store", () => {
  it("gives every change a revision of its own, which becomes the object's resourceVersion", () => {
    const store = new Store();
    const first = store.put("configmaps", configMap("a", 1));
    const second = store.put("configmaps", configMap("b", 1));
    expect(second.revision).toBe(first.revision + 1);
    expect(objectOf(second).metadata.resourceVersion).toBe(String(second.revision));
  });

  it("can list as of any revision that its log remembers", () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const store = new Store();
        const snapshots = new Map<number, readonly string[]>();
        const snapshot = (): readonly string[] =>
          store
            .collection("configmaps")
            .list()
            .map((stored) => stored.text);
        store.collection("configmaps");
        for (const { name, value, remove } of steps) {
          const live = store.get("configmaps", "a", name);
          if (!remove) store.put("configmaps", configMap(name, value));
          else if (live !== undefined) store.remove("configmaps", objectOf(live));
          snapshots.set(store.revision, snapshot());
        }
        for (const [revision, texts] of snapshots)
          expect(
            store
              .collection("configmaps")
              .listAt(revision)
              ?.map((stored) => stored.text),
          ).toEqual(texts);
      }),
    );
  });

  it("tells changes that, applied to an old list, make the present one", () => {
    fc.assert(
      fc.property(operations, fc.nat(39), (steps, cut) => {
        const store = new Store();
        const seen = new Map<string, string>();
        let from = store.revision;
        store.collection("configmaps");
        for (const [index, { name, value, remove }] of steps.entries()) {
          const live = store.get("configmaps", "a", name);
          if (!remove) store.put("configmaps", configMap(name, value));
          else if (live !== undefined) store.remove("configmaps", objectOf(live));
          if (index !== cut) continue;
          from = store.revision;
          for (const stored of store.collection("configmaps").list()) seen.set(stored.name, stored.text);
        }
        for (const { type, stored } of store.collection("configmaps").since(from) ?? []) {
          if (type === "DELETED") seen.delete(stored.name);
          else seen.set(stored.name, stored.text);
        }
        const now = store.collection("configmaps").list();
        expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(now.map(({ name, text }) => [name, text])));
      }),
    );
  });

  it("knows the dependents of an owner, through changes of their references", () => {
    const store = new Store();
    store.put("configmaps", configMap("child", 1, ["one", "two"]));
    expect(store.dependentsOf("one").map(({ stored }) => stored.name)).toEqual(["child"]);
    const moved = store.put("configmaps", configMap("child", 1, ["two"]));
    expect(store.dependentsOf("one")).toEqual([]);
    store.remove("configmaps", objectOf(moved));
    expect([store.dependentsOf("two"), store.byUid("uid-child")]).toEqual([[], undefined]);
  });
});

describe("a change log", () => {
  const limits = { changes: 3, characters: 1_000_000 };

  it("forgets the oldest changes beyond its capacity, and says so to who asks for them", () => {
    const store = new Store();
    const log = new ChangeLog(limits, 10);
    const stored = store.put("configmaps", configMap("a", 1));
    for (let revision = 11; revision <= 20; revision += 1) log.append({ type: "MODIFIED", revision, stored });
    expect(log.since(16)).toBeUndefined();
    expect(log.since(17)?.map((change) => change.revision)).toEqual([18, 19, 20]);
    expect(log.since(20)).toEqual([]);
  });

  it("forgets sooner where objects are large, but keeps the last change in any case", () => {
    const stored = new Store().put("configmaps", configMap("a", 1));
    const log = new ChangeLog({ changes: 100, characters: stored.text.length * 2 }, 10);
    for (let revision = 11; revision <= 20; revision += 1) log.append({ type: "MODIFIED", revision, stored });
    expect([log.since(17), log.since(18)?.map((change) => change.revision)]).toEqual([undefined, [19, 20]]);
    const tiny = new ChangeLog({ changes: 100, characters: 1 }, 10);
    tiny.append({ type: "ADDED", revision: 11, stored });
    expect(tiny.since(10)).toHaveLength(1);
  });

  it("knows nothing from before it began", () => {
    expect(new ChangeLog(limits, 10).since(9)).toBeUndefined();
    expect(new ChangeLog(limits, 10).since(10)).toEqual([]);
  });
});
