import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { MeanSloTest, Summary } from "../../../src/stats/index.js";
import { meanEProcess, meanSloTest, Moments, normalDraw, seededRng } from "../../../src/stats/index.js";

const values = (n: number, mean: number): Summary => ({ n, mean, variance: 4 });

function filled(subject: MeanSloTest, mean: number, batches = 30): MeanSloTest {
  for (let i = 0; i < batches; i++) subject.add(values(100, mean));
  return subject;
}

describe("an objective on a mean", () => {
  const atMost = (): MeanSloTest => meanSloTest({ limit: 10, direction: "at-most" });
  const atLeast = (): MeanSloTest => meanSloTest({ limit: 10, direction: "at-least" });

  test("is satisfied or violated on the right side of the limit, and undecided at it", () => {
    expect(filled(atMost(), 9).verdict).toBe("satisfied");
    expect(filled(atMost(), 11).verdict).toBe("violated");
    expect(filled(atMost(), 10).verdict).toBe("undecided");
    expect(filled(atLeast(), 9).verdict).toBe("violated");
    expect(filled(atLeast(), 11).verdict).toBe("satisfied");
  });

  test("has no verdict before there are data, and none before the spread is known", () => {
    expect(atMost().verdict).toBe("noData");
    expect(atMost().add(values(49, 99)).verdict).toBe("noData");
    const first = atMost().add(values(100, 99));
    expect(first.verdict).toBe("undecided");
    expect(first.interval).toEqual({ estimate: null, low: -Infinity, high: Infinity });
    expect(atMost().probabilitySatisfied).toBeUndefined();
  });

  test("stays violated once it was, whatever comes after", () => {
    const once = filled(atMost(), 11);
    expect(filled(once, 8, 300).verdict).toBe("violated");
  });

  test("agrees with its interval, and is the test of two means where one is the limit", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 8, max: 12, noNaN: true }), { minLength: 1, maxLength: 20 }), (means) => {
        const subject = atMost();
        const pair = meanEProcess({ side: "greater" });
        means.forEach((mean) => {
          subject.add(values(100, mean));
          pair.add({ a: { n: 100, mean: 10, variance: 0 }, b: values(100, mean) });
        });
        expect(subject.evidence.above).toBe(pair.supLogE);
        const { low, high, estimate } = subject.interval;
        if (estimate === null) return;
        expect(low).toBeLessThan(estimate);
        expect(high).toBeGreaterThan(estimate);
        if (low > 10) expect(subject.verdict).toBe("violated");
        if (high < 10) expect(["satisfied", "violated"]).toContain(subject.verdict);
      }),
      { seed: 70 },
    );
  });

  test("tells about how many more values it needs, and decides after about as many", () => {
    const subject = filled(meanSloTest({ limit: 10, direction: "at-most" }), 10.2, 3);
    const needed = subject.requestsNeeded ?? NaN;
    expect(needed).toBeGreaterThan(500);
    expect(filled(subject, 10.2, Math.floor(needed / 100) - 1).verdict).toBe("undecided");
    expect(filled(subject, 10.2, 3).verdict).toBe("violated");
    expect(subject.requestsNeeded).toBeUndefined();
    expect(atMost().add(values(20, 10)).requestsNeeded).toBe(30);
  });

  test("shows the probability that it holds", () => {
    expect(filled(atMost(), 9).probabilitySatisfied).toBeGreaterThan(0.999);
    expect(filled(atLeast(), 9).probabilitySatisfied).toBeLessThan(0.001);
    expect(filled(atMost(), 10).probabilitySatisfied).toBeCloseTo(0.5, 9);
  });

  test("is called violated at the limit itself in at most 5 % of runs with 60 looks", () => {
    const rng = seededRng(71);
    const runs = Array.from({ length: 300 }, () => {
      const subject = meanSloTest({ limit: 1, direction: "at-most" });
      for (let look = 0; look < 60; look++)
        subject.add(Moments.of(Array.from({ length: 50 }, () => Math.exp(0.5 * normalDraw(rng) - 0.125))));
      return subject.verdict;
    });
    // 5 % of 300, and what chance may add to it.
    expect(runs.filter((verdict) => verdict === "violated").length).toBeLessThan(27);
  });

  test("refuses what is no objective", () => {
    expect(() => meanSloTest({ limit: Infinity, direction: "at-most" })).toThrow("limit is Infinity");
    expect(() => meanSloTest({ limit: 1, direction: "at-most", alpha: 1 })).toThrow("alpha is 1");
    expect(() => meanSloTest({ limit: 1, direction: "at-most", tau: 0 })).toThrow("tau is 0");
    expect(() => atMost().add({ n: 3, mean: 1, variance: -1 })).toThrow("batch.variance is -1");
    expect(() => atMost().merge(atLeast())).toThrow("plan is");
  });
});
