import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { formatDuration, parseDuration } from "../../../src/base/duration.js";

describe("parseDuration", () => {
  test.each([
    ["15m", 900_000],
    ["1h30m", 5_400_000],
    ["500ms", 500],
    ["0", 0],
    ["0s", 0],
    ["+1.5s", 1500],
    [".5s", 500],
    ["1.s", 1000],
    ["1.001s", 1001],
    ["2h45m30.5s", 9_930_500],
    ["250us", 0.25],
    ["250µs", 0.25],
    ["250μs", 0.25],
    ["7ns", 0.000007],
    ["1m1m", 120_000],
  ])("%s is %d ms", (text, expected) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: expected });
  });

  test.each([
    ["", "is no duration"],
    ["15", "lacks a unit"],
    ["1h30", "lacks a unit"],
    ["-1s", "is negative"],
    ["1d", 'unknown unit "d"'],
    ["m", "is no duration"],
    ["1 s", 'unknown unit " s"'],
    [".s", "is no duration"],
    ["+", "is no duration"],
    ["9999999h", "is too long"],
    ["1".repeat(70), "the duration is too long"],
  ])("%j is refused: %s", (text, expected) => {
    const parsed = parseDuration(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? undefined : parsed.error).toEqual({
      message: expect.stringContaining(expected),
      fix: expect.stringContaining('"15m"'),
    });
  });
});

describe("formatDuration", () => {
  test.each([
    [5_400_000, "1h30m"],
    [1500, "1.5s"],
    [500, "500ms"],
    [0, "0s"],
    [0.25, "250us"],
    [0.000007, "7ns"],
    [-90_000, "-1m30s"],
    [3_600_000, "1h"],
  ])("%d ms is %s", (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });

  test("is read back as the same number of milliseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e11 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, value: ms });
      }),
    );
  });
});
