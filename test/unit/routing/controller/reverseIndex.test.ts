import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { ReverseIndex } from "../../../../src/routing/controller/reverseIndex.js";

describe("the reverse index", () => {
  it("finds every owner of a key, and forgets keys that an owner gave up", () => {
    const index = new ReverseIndex();
    index.set("a", ["svc", "deploy"]);
    index.set("b", ["svc"]);
    expect([...index.owners("svc")]).toEqual(["a", "b"]);
    index.set("a", ["deploy"]);
    expect([...index.owners("svc")]).toEqual(["b"]);
    index.set("a", []);
    expect([...index.owners("deploy")]).toEqual([]);
  });

  it("agrees with a search through all owners, for any changes", () => {
    const key = fc.constantFrom("k1", "k2", "k3", "k4");
    const change = fc.record({ owner: fc.constantFrom("a", "b", "c"), keys: fc.array(key) });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const index = new ReverseIndex();
        const plain = new Map<string, readonly string[]>();
        for (const { owner, keys } of changes) {
          index.set(owner, keys);
          plain.set(owner, keys);
        }
        for (const wanted of ["k1", "k2", "k3", "k4"]) {
          const expected = [...plain].filter(([, keys]) => keys.includes(wanted)).map(([owner]) => owner);
          expect(new Set(index.owners(wanted))).toEqual(new Set(expected));
        }
      }),
    );
  });
});
