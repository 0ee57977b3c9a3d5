import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../../../src/base/json.js";
import { applyPatch } from "../../../../../src/sandbox/apiserver/patch/applyPatch.js";

function patched(live: JsonObject, ...operations: readonly JsonObject[]): Json {
  const result = applyPatch(live, { type: "json", body: operations }, undefined);
  return result.ok ? result.value : `${result.error.kind}: ${result.error.detail ?? result.error.message}`;
}

describe("a JSON patch", () => {
  it.each<[string, JsonObject, readonly JsonObject[], Json]>([
    ["adds a member", { a: 1 }, [{ op: "add", path: "/b", value: [1] }], { a: 1, b: [1] }],
    ["replaces a member by add", { a: 1 }, [{ op: "add", path: "/a", value: 2 }], { a: 2 }],
    ["inserts before an item", { a: [1, 3] }, [{ op: "add", path: "/a/1", value: 2 }], { a: [1, 2, 3] }],
    ["appends an item", { a: [1] }, [{ op: "add", path: "/a/-", value: 2 }], { a: [1, 2] }],
    ["counts from the end with negative indices", { a: [1, 2] }, [{ op: "remove", path: "/a/-1" }], { a: [1] }],
    ["reads ~1 as a slash and ~0 as a tilde", {}, [{ op: "add", path: "/a~1b~0c", value: 1 }], { "a/b~c": 1 }],
    ["reads ~01 as ~1", {}, [{ op: "add", path: "/~01", value: 1 }], { "~1": 1 }],
    ["knows the empty member", { "": { a: 1 } }, [{ op: "remove", path: "//a" }], { "": {} }],
    ["moves a member", { a: { b: 1 }, c: {} }, [{ op: "move", from: "/a/b", path: "/c/d" }], { a: {}, c: { d: 1 } }],
    [
      "tests deeply, in any order of members",
      { a: { x: 1, y: [2] } },
      [{ op: "test", path: "/a", value: { y: [2], x: 1 } }],
      { a: { x: 1, y: [2] } },
    ],
    ["takes an absent value for null", {}, [{ op: "add", path: "/a" }], { a: null }],
    ["replaces the whole", { a: 1 }, [{ op: "replace", path: "", value: { b: 1 } }], { b: 1 }],
  ])("%s", (_name, live, operations, expected) => {
    expect(patched(live, ...operations)).toEqual(expected);
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    [
      "a test that fails",
      { a: 1 },
      { op: "test", path: "/a", value: 2 },
      "testFailed: testing value /a failed: test failed",
    ],
    [
      "an index beyond the end",
      { a: [1] },
      { op: "add", path: "/a/2", value: 1 },
      "invalid: add operation does not apply: /a/2: index 2 is out of bounds",
    ],
    [
      "an index with a zero before it",
      { a: [1] },
      { op: "remove", path: "/a/00" },
      "invalid: remove operation does not apply: /a/00: index 00 is out of bounds",
    ],
    [
      "a pointer without a slash",
      { a: 1 },
      { op: "remove", path: "a" },
      'invalid: "a" is no JSON pointer: begin it with "/"',
    ],
    [
      "what stands inside a scalar",
      { a: 1 },
      { op: "add", path: "/a/b", value: 1 },
      "invalid: add operation does not apply: doc is missing path: /a/b: missing value",
    ],
    [
      "what a prototype has",
      {},
      { op: "remove", path: "/constructor" },
      "invalid: remove operation does not apply: doc is missing path: /constructor: missing value",
    ],
    [
      "a result that is no object",
      { a: 1 },
      { op: "replace", path: "", value: [] },
      "invalid: the patch leaves no object",
    ],
  ])("is refused for %s", (_name, live, operation, expected) => {
    expect(patched(live, operation)).toBe(expected);
  });

  it("does nothing at all when a later operation fails", () => {
    const live = { a: [1] };
    patched(live, { op: "add", path: "/a/0", value: 0 }, { op: "remove", path: "/none" });
    expect(live).toEqual({ a: [1] });
  });

  it("never reaches a prototype", () => {
    const made = patched({}, { op: "add", path: "/__proto__", value: { polluted: true } });
    expect(Object.hasOwn(made as JsonObject, "__proto__")).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("adds and removes the same without a trace", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 4 }), fc.nat(), (list, where) => {
        const index = where % (list.length + 1);
        const operations = [
          { op: "add", path: `/a/${index}`, value: "x" },
          { op: "remove", path: `/a/${index}` },
        ];
        expect(patched({ a: list }, ...operations)).toEqual({ a: list });
      }),
    );
  });
});
