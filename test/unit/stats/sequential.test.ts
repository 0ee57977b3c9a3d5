import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { ArmBatch } from "../../../src/stats/index.js";
import { BestArm, bestArm, groupSequentialBounds, SloTest, sloTest } from "../../../src/stats/index.js";
import { binomialDraw, normalDraw, seededRng } from "../../../src/stats/index.js";

const equal = (looks: number): number[] => Array.from({ length: looks }, (_, i) => (i + 1) / looks);
const json = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

describe("group sequential bounds are the published ones", () => {
  test.each([
    ["pocock-constant", 5, 0, 2.413],
    ["pocock-constant", 10, 0, 2.555],
    ["obrien-fleming-constant", 5, 4, 2.04],
    ["obrien-fleming-constant", 10, 9, 2.087],
  ] as const)("%s with %i looks", (family, looks, index, want) => {
    const bounds = groupSequentialBounds({ fractions: equal(looks), alpha: 0.05, sides: 2, spending: { family } });
    expect(bounds[index]).toBeCloseTo(want, 3);
  });

  test("spending like O'Brien and Fleming, five looks", () => {
    const bounds = groupSequentialBounds({
      fractions: equal(5),
      alpha: 0.05,
      sides: 2,
      spending: { family: "obrien-fleming" },
    });
    [4.877, 3.357, 2.68, 2.29, 2.031].forEach((want, i) => expect(bounds[i]).toBeCloseTo(want, 3));
  });

  test("one look is the ordinary test", () => {
    for (const family of ["pocock", "obrien-fleming", "pocock-constant", "obrien-fleming-constant"] as const)
      expect(groupSequentialBounds({ fractions: [1], alpha: 0.05, sides: 2, spending: { family } })[0]).toBeCloseTo(
        1.959964,
        5,
      );
    expect(
      groupSequentialBounds({ fractions: [1], alpha: 0.05, sides: 1, spending: { family: "power", rho: 2 } })[0],
    ).toBeCloseTo(1.644854, 5);
  });

  test("a look at which nothing can be spent has no bound, and the others are finite", () => {
    const [first, , , last] = groupSequentialBounds({
      fractions: [1e-4, 2e-4, 0.5, 1],
      alpha: 0.05,
      sides: 2,
      spending: { family: "obrien-fleming" },
    });
    expect(first).toBe(Infinity);
    expect(last).toBeCloseTo(1.9686, 3);
  });

  test("a random walk crosses them with the promised probability", () => {
    const fractions = [0.2, 0.5, 0.6, 1];
    const bounds = groupSequentialBounds({ fractions, alpha: 0.1, sides: 1, spending: { family: "power", rho: 1 } });
    const rng = seededRng(20);
    const runs = 20_000;
    let crossed = 0;
    for (let run = 0; run < runs; run++) {
      let [walk, before] = [0, 0];
      const hit = fractions.some((t, k) => {
        walk += normalDraw(rng) * Math.sqrt(t - before);
        before = t;
        return walk / Math.sqrt(t) >= (bounds[k] ?? Infinity);
      });
      if (hit) crossed += 1;
    }
    expect(Math.abs(crossed / runs - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / runs));
  });

  test("looks that do not ascend are refused", () => {
    const design = { alpha: 0.05, sides: 2, spending: { family: "pocock" } } as const;
    expect(() => groupSequentialBounds({ ...design, fractions: [0.5, 0.5] })).toThrow("fractions[1] is 0.5");
    expect(() => groupSequentialBounds({ ...design, fractions: [1.2] })).toThrow("fractions[0] is 1.2");
    expect(() => groupSequentialBounds({ ...design, fractions: [] })).toThrow("fractions is []");
  });
});

describe("an objective", () => {
  test("without enough requests has no data, which is neither kept nor broken", () => {
    const slo = sloTest({ limit: 0.01, direction: "at-most" });
    expect(slo.verdict).toBe("noData");
    expect(slo.add({ n: 49, bad: 49 }).verdict).toBe("noData");
    expect(slo.requestsNeeded).toBe(1);
    expect(slo.add({ n: 1, bad: 1 }).verdict).toBe("violated");
  });

  test.each([
    ["at-most", 2, "satisfied"],
    ["at-most", 50, "violated"],
    ["at-least", 50, "satisfied"],
    ["at-least", 2, "violated"],
  ] as const)("%s 1 %% with %i in 1000 per batch is %s", (direction, bad, want) => {
    const slo = sloTest({ limit: 0.01, direction });
    for (let i = 0; i < 5; i++) slo.add({ n: 1000, bad });
    expect(slo.verdict).toBe(want);
    expect(slo.requestsNeeded).toBeUndefined();
    expect(slo.probabilitySatisfied).toBeCloseTo(want === "satisfied" ? 1 : 0, 3);
  });

  test("at its limit stays undecided, and one far from it says what is still needed", () => {
    const slo = sloTest({ limit: 0.01, direction: "at-most" });
    expect(slo.add({ n: 1000, bad: 10 }).verdict).toBe("undecided");
    expect(sloTest({ limit: 0.01, direction: "at-most" }).add({ n: 100, bad: 3 }).requestsNeeded).toBeGreaterThan(10);
  });

  test("of 99 % success is as sharp as one of 1 % errors", () => {
    const success = sloTest({ limit: 0.99, direction: "at-least" });
    const errors = sloTest({ limit: 0.01, direction: "at-most" });
    for (const bad of [5, 30, 2, 9]) {
      success.add({ n: 500, bad: 500 - bad });
      errors.add({ n: 500, bad });
      expect(success.evidence.below).toBeCloseTo(errors.evidence.above, 9);
      expect(success.verdict).toBe(errors.verdict);
    }
  });

  test("keeps a verdict, prefers the bad one, and survives saving and merging", () => {
    const slo = sloTest({ limit: 0.01, direction: "at-most" });
    slo.add({ n: 5000, bad: 0 });
    expect(slo.verdict).toBe("satisfied");
    expect(SloTest.fromJSON(json(slo)).toJSON()).toEqual(slo.toJSON());
    slo.add({ n: 5000, bad: 5000 });
    expect(slo.verdict).toBe("violated");
    const halves = [
      sloTest({ limit: 0.01, direction: "at-most" }),
      sloTest({ limit: 0.01, direction: "at-most" }),
    ] as const;
    halves[0].add({ n: 300, bad: 9 });
    halves[1].add({ n: 300, bad: 11 });
    expect(halves[0].merge(halves[1]).totals).toEqual({ n: 600, bad: 20 });
    expect(() => halves[0].merge(sloTest({ limit: 0.02, direction: "at-most" }))).toThrow("plan is");
  });
});

describe("the best arm", () => {
  const binary = (rates: readonly number[], n = 400): ArmBatch[] =>
    rates.map((p) => ({ kind: "binary", n, x: Math.round(n * p) }));

  test("is declared once it has beaten every other, and stays after saving", () => {
    const search = bestArm({ kind: "binary", arms: 3 });
    for (let i = 0; i < 30; i++) search.add(binary([0.1, 0.1, 0.16]));
    expect(search.winner()).toBe(2);
    expect(BestArm.fromJSON(json(search)).winner()).toBe(2);
    expect(BestArm.fromJSON(json(search)).toJSON()).toEqual(search.toJSON());
  });

  test("is the lowest where lower is better, also for means and counts", () => {
    const means = bestArm({ kind: "mean", arms: 2, lowerIsBetter: true });
    const counts = bestArm({ kind: "count", arms: 2, lowerIsBetter: true });
    for (let i = 0; i < 40; i++) {
      means.add([
        { kind: "mean", n: 100, mean: 12, variance: 4 },
        { kind: "mean", n: 100, mean: 10, variance: 4 },
      ]);
      counts.add([
        { kind: "count", x: 20, exposure: 10 },
        { kind: "count", x: 10, exposure: 10 },
      ]);
    }
    expect([means.winner(), counts.winner()]).toEqual([1, 1]);
  });

  test("is unknown among equals and with one arm; among the living it is the best of those", () => {
    const search = bestArm({ kind: "binary", arms: 3 });
    for (let i = 0; i < 30; i++) search.add(binary([0.1, 0.16, 0.16]));
    expect(search.winner()).toBeUndefined();
    expect(search.winner([true, true, false])).toBe(1);
    expect(
      bestArm({ kind: "binary", arms: 1 })
        .add(binary([0.5]))
        .winner(),
    ).toBeUndefined();
  });

  test("is rarely wrong, whatever the traffic does", () => {
    const rng = seededRng(21);
    let wrong = 0;
    const runs = 300;
    for (let run = 0; run < runs; run++) {
      const search = bestArm({ kind: "binary", arms: 2, alpha: 0.1 });
      for (let tick = 0; tick < 60; tick++) {
        // All traffic but one part in ten follows whoever leads so far.
        const [up, down] = search.evidence;
        const nA = (up?.logE ?? 0) > (down?.logE ?? 0) ? 90 : 10;
        const draw = (n: number): number => binomialDraw(rng, n, 0.2);
        search.add([
          { kind: "binary", n: nA, x: draw(nA) },
          { kind: "binary", n: 100 - nA, x: draw(100 - nA) },
        ]);
      }
      if (search.winner() !== undefined) wrong += 1;
    }
    expect(wrong / runs).toBeLessThan(0.1);
  });

  test("arms of another kind or number are refused", () => {
    expect(() => bestArm({ kind: "binary", arms: 2 }).add(binary([0.1]))).toThrow("arms.length is 1; give 2 arms");
    expect(() => bestArm({ kind: "mean", arms: 2 }).add(binary([0.1, 0.1]))).toThrow("give batches of kind mean");
  });
});

test("verdicts do not depend on how requests are cut into batches for a single rate", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 8 }), (bads) => {
      const one = sloTest({ limit: 0.05, direction: "at-most", minRequests: 0 });
      const many = sloTest({ limit: 0.05, direction: "at-most", minRequests: 0 });
      one.add({ n: bads.length * 50, bad: bads.reduce((sum, bad) => sum + bad, 0) });
      for (const bad of [...bads].reverse()) many.add({ n: 50, bad });
      expect(many.totals).toEqual(one.totals);
      expect(many.evidence.above).toBeGreaterThanOrEqual(one.evidence.above - 1e-9);
      expect(many.evidence.below).toBeGreaterThanOrEqual(one.evidence.below - 1e-9);
    }),
    { seed: 22 },
  );
});
