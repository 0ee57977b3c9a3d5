import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json } from "../../../../../src/base/json.js";
import { at, isObject } from "../../../../../src/base/json.js";
import { mergePatch } from "../../../../../src/sandbox/apiserver/patch/mergePatch.js";

const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, 1, "x", true),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__"), tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

function withoutNulls(from: Json): Json {
  if (!isObject(from)) return from;
  const kept = Object.entries(from).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member ?? null)]));
}

/** The patch that makes `after` of `before`, neither having null members. */
function difference(before: Json, after: Json): Json {
  if (!isObject(before) || !isObject(after)) return after;
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const set = Object.entries(after).map(([name, member]) => [
    name,
    difference(at(before, name) ?? null, member ?? null),
  ]);
  return Object.fromEntries([...gone.map((name) => [name, null]), ...set]) as Json;
}

describe("a JSON merge patch", () => {
  it("done twice is as done once", () => {
    fc.assert(
      fc.property(value, value, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });

  it("of an empty object changes no object, and makes one of anything else", () => {
    fc.assert(fc.property(value, (target) => expect(mergePatch(target, {})).toEqual(isObject(target) ? target : {})));
  });

  it("that is no object takes the target's place", () => {
    fc.assert(
      fc.property(value, fc.constantFrom<Json>(null, 1, "x", []), (target, patch) => {
        expect(mergePatch(target, patch)).toEqual(patch);
      }),
    );
  });

  it("of a difference leads from one value to the other", () => {
    fc.assert(
      fc.property(value.map(withoutNulls), value.map(withoutNulls), (before, after) => {
        expect(mergePatch(before, difference(before, after))).toEqual(after);
      }),
    );
  });

  it("leaves the target alone", () => {
    fc.assert(
      fc.property(value, value, (target, patch) => {
        const text = JSON.stringify(target);
        mergePatch(target, patch);
        expect(JSON.stringify(target)).toBe(text);
      }),
    );
  });
});
