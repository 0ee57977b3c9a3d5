import { describe, expect, it } from "@jest/globals";

import { ageOf, humanDuration } from "../../../../../src/sandbox/apiserver/tables/age.js";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

describe("an age", () => {
  it.each([
    [-5, "<invalid>"],
    [-0.5, "0s"],
    [0, "0s"],
    [119, "119s"],
    [2 * minute, "2m"],
    [9 * minute + 59, "9m59s"],
    [10 * minute + 30, "10m"],
    [179 * minute, "179m"],
    [3 * hour, "3h"],
    [7 * hour + 59 * minute, "7h59m"],
    [47 * hour, "47h"],
    [2 * day + hour, "2d1h"],
    [8 * day + hour, "8d"],
    [729 * day, "729d"],
    [730 * day, "2y"],
    [800 * day, "2y70d"],
    [3_000 * day, "8y"],
  ])("of %p seconds is shown as %p", (seconds, text) => {
    expect(humanDuration(seconds * 1_000)).toBe(text);
  });

  it("that nobody knows is shown as unknown", () => {
    expect([ageOf(undefined, 0), ageOf("soon", 0)]).toEqual(["<unknown>", "<unknown>"]);
  });
});
