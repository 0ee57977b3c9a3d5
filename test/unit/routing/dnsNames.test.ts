import { describe, expect, it } from "@jest/globals";

import { isLabelValue, isNamespaceName, isObjectName } from "../../../src/routing/dnsNames.js";

describe("names", () => {
  it.each([
    ["app", true],
    ["app-1.example.com", true],
    ["1", true],
    ["a".repeat(63), true],
    ["a".repeat(64), false],
    [`${"a".repeat(63)}.`.repeat(3) + "a".repeat(61), true],
    [`${"a".repeat(63)}.`.repeat(3) + "a".repeat(62), false],
    ["", false],
    ["-a", false],
    ["a-", false],
    ["a..b", false],
    ["App", false],
    ["a_b", false],
    ["a\n", false],
  ])("%j is a name of an object: %s", (text, expected) => {
    expect(isObjectName(text)).toBe(expected);
  });

  it("of a namespace have no dots and at most 63 characters", () => {
    expect(["shop", "a.b", "a".repeat(63), "a".repeat(64), "A"].map(isNamespaceName)).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it("that are values of a label may have capitals, dots and underscores inside", () => {
    expect(["v1.2_A", "a".repeat(63), "a".repeat(64), "", ".a", "a_", "a b"].map(isLabelValue)).toEqual([
      ...[true, true, false, false, false, false, false],
    ]);
  });
});
