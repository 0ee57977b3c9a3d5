import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { minimumDetectableEffect, sampleSize, sequentialInformation, timeLeft } from "../../../src/stats/index.js";

const errors = { alpha: 0.05, power: 0.8 };

describe("sample sizes", () => {
  test("of means are 2σ²(z + z)²/δ² per arm, and fewer for one side", () => {
    const question = { kind: "mean", baseline: 0, effect: 0.1, variance: 1, ...errors } as const;
    expect(sampleSize(question).nA).toBeCloseTo((2 * (1.959963984540054 + 0.8416212335729143) ** 2) / 0.01, 6);
    expect(sampleSize({ ...question, sides: 1 }).nA).toBeLessThan(sampleSize(question).nA);
  });

  test("of unequal arms have the ratio asked for, and the least sum where the arms are equal", () => {
    const question = { kind: "proportion", baseline: 0.1, effect: 0.02, ...errors } as const;
    const { nA, nB } = sampleSize({ ...question, ratio: 4 });
    expect(nB / nA).toBeCloseTo(4, 12);
    expect(nA + nB).toBeGreaterThan(2 * sampleSize(question).nA);
  });

  test("and detectable effects are inverse to each other", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 0.9, noNaN: true }),
        fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        fc.constantFrom("increase" as const, "decrease" as const),
        fc.constantFrom("pooled" as const, "arcsine" as const),
        (baseline, part, direction, method) => {
          const effect = direction === "increase" ? part * (1 - baseline) : -part * baseline;
          const question = { kind: "proportion", baseline, method, ...errors } as const;
          const { nA } = sampleSize({ ...question, effect });
          expect(minimumDetectableEffect({ ...question, nA, direction })).toBeCloseTo(effect, 8);
        },
      ),
      { numRuns: 60, seed: 30 },
    );
    const mean = { kind: "mean", baseline: 5, variance: 9, ...errors } as const;
    expect(
      minimumDetectableEffect({ ...mean, nA: sampleSize({ ...mean, effect: -0.3 }).nA, direction: "decrease" }),
    ).toBeCloseTo(-0.3, 12);
  });

  test("no effect is large enough for a handful of requests", () => {
    expect(minimumDetectableEffect({ kind: "proportion", baseline: 0.5, nA: 2, ...errors })).toBeUndefined();
  });

  test.each([
    [{ kind: "proportion", baseline: 0, effect: 0.1, ...errors }, "baseline"],
    [{ kind: "proportion", baseline: 0.9, effect: 0.2, ...errors }, "baseline + effect"],
    [{ kind: "proportion", baseline: 0.9, effect: 0, ...errors }, "effect"],
    [{ kind: "mean", baseline: 0, effect: 1, ...errors }, "variance"],
    [{ kind: "mean", baseline: 0, effect: 1, variance: 1, alpha: 0, power: 0.8 }, "alpha"],
  ] as const)("an impossible question is refused by field %#", (question, field) => {
    expect(() => sampleSize(question)).toThrow(`${field} is`);
  });
});

describe("what is left of a sequential test", () => {
  const question = { effect: 0.1, tau: 0.1, ...errors };

  test("solves the equation of power, and shrinks with the effect", () => {
    const v = sequentialInformation(question);
    const k = 0.01 * v;
    const right = 0.8416212335729143 + Math.sqrt((1 + 1 / k) * (2 * Math.log(20) + Math.log(1 + k)));
    expect(0.1 * Math.sqrt(v)).toBeCloseTo(right, 9);
    expect(sequentialInformation({ ...question, effect: 0.2 })).toBeLessThan(v);
    expect(sequentialInformation({ ...question, effect: -0.1 })).toBe(v);
  });

  test("is the missing information at the rate it arrives", () => {
    const needed = sequentialInformation(question);
    expect(timeLeft({ ...question, information: needed / 2, informationPerTick: needed / 20 }).ticks).toBeCloseTo(
      10,
      9,
    );
    expect(timeLeft({ ...question, information: 2 * needed, informationPerTick: 0 }).ticks).toBe(0);
    expect(timeLeft({ ...question, information: 0, informationPerTick: 0 }).ticks).toBeUndefined();
  });
});
