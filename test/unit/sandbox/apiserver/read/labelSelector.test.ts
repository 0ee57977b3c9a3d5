import { describe, expect, it } from "@jest/globals";

import { parseLabelSelector } from "../../../../../src/sandbox/apiserver/read/labelSelector.js";

const shop = { app: "shop", tier: "front", size: "5" };

describe("a label selector", () => {
  it.each([
    ["", true],
    ["app=shop", true],
    ["app == shop , tier=front", true],
    ["app=shop,tier=back", false],
    ["app!=shop", false],
    ["other!=x", true],
    ["tier in (back, front)", true],
    ["tier notin (back,front)", false],
    ["other notin (x)", true],
    ["app", true],
    ["!app", false],
    ["!other", true],
    ["size>4", true],
    ["size<5", false],
    ["toString", false],
    ["example.com/a_b.c=", false],
  ])("%j on the labels of a shop is %p", (text, expected) => {
    const matcher = parseLabelSelector(text);
    expect(matcher.ok && matcher.value(shop)).toBe(expected);
  });

  it.each(["a===b", "a in b", "=x", "a=b=c", "a in (b", "a b"])("%j is refused", (text) => {
    expect(parseLabelSelector(text).ok).toBe(false);
  });
});
