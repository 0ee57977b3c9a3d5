import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { editDistance, nearest } from "../../../src/base/suggest.js";

describe("nearest", () => {
  test.each([
    ["group", ["Group", "Version"], "Group"],
    ["resuorceTypes", ["release", "resourceTypes"], "resourceTypes"],
    ["wieght", ["weight", "height"], "weight"],
    ["--configg", ["--config", "--kubeconfig"], "--config"],
    ["min-stable", ["minStable"], "minStable"],
  ])("%s among %j is %s", (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  test.each([
    ["banana", ["Group", "Version"]],
    ["a", ["b"]],
    ["", ["x"]],
    ["x".repeat(100), ["x".repeat(99)]],
  ])("%s among %j is nothing", (word, candidates) => {
    expect(nearest(word, candidates)).toBeUndefined();
  });

  test("a word that is itself a candidate is its own nearest", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (word) => {
        expect(nearest(word, [word])).toBe(word);
      }),
    );
  });
});

describe("editDistance", () => {
  test.each([
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["ab", "ba", 1],
    ["ca", "abc", 3],
  ])("%j to %j takes %d edits", (from, to, expected) => {
    expect(editDistance(from, to)).toBe(expected);
  });

  test("is symmetric and at most the longer length", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (from, to) => {
        expect(editDistance(from, to)).toBe(editDistance(to, from));
        expect(editDistance(from, to)).toBeLessThanOrEqual(Math.max(from.length, to.length));
      }),
    );
  });
});
