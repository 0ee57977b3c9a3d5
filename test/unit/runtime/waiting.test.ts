import { describe, expect, it } from "@jest/globals";

import { Waiting } from "../../../src/runtime/waiting.js";

describe("keys that wait", () => {
  it.each([
    [4999, "after all that is urgent", 40],
    [5000, "in the eighth turn", 7],
  ])("what is least urgent and has waited for %i ms is taken %s", (now, _when, place) => {
    const waiting = new Waiting<string>();
    waiting.add("patient", "resync", 0);
    for (let index = 0; index < 40; index += 1) waiting.add(`urgent-${index}`, "deletion", now);
    const taken = Array.from({ length: 41 }, () => waiting.take(now)?.key);
    expect(taken.indexOf("patient")).toBe(place);
    expect(new Set(taken).size).toBe(41);
    expect(waiting.take(now)).toBeUndefined();
  });
});
