import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { MultiMap } from "../../../src/base/multiMap.js";

const change = fc.record({
  adds: fc.boolean(),
  key: fc.constantFrom("a", "b", ""),
  value: fc.constantFrom("1", "2", "3"),
});

describe("a map of several values", () => {
  test("holds the same as a map of sets, in the same order, for any changes", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const map = new MultiMap();
        const plain = new Map<string, Set<string>>();
        for (const { adds, key, value } of changes) {
          const values = plain.get(key) ?? new Set<string>();
          plain.set(key, values);
          if (adds) {
            map.add(key, value);
            values.add(value);
          } else {
            map.delete(key, value);
            values.delete(value);
          }
          for (const wanted of ["a", "b", ""]) expect(map.find(wanted)).toEqual([...(plain.get(wanted) ?? [])]);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("forgets everything when it is cleared", () => {
    const map = new MultiMap();
    map.add("a", "1");
    map.clear();
    expect(map.find("a")).toEqual([]);
  });
});
