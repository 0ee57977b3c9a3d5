import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import {
  countEProcess,
  eventRateTest,
  newcombe,
  ratioSequence,
  seededRng,
  poissonDraw,
} from "../../../src/stats/index.js";
import { relativeError, testVectors } from "./vectors.js";

const { data } = testVectors();

describe("the difference of two rates", () => {
  test.each(data.diff_proportion_ci95)("agrees with reference values: $x1/$n1 and $x2/$n2", (row) => {
    const got = newcombe({ x: row.x2, n: row.n2 }, { x: row.x1, n: row.n1 });
    expect(relativeError(got.low, row.newcomb[0])).toBeLessThan(1e-9);
    expect(relativeError(got.high, row.newcomb[1])).toBeLessThan(1e-9);
  });

  test("turns round with the arms and stays within −1 and 1", () => {
    const arm = fc.integer({ min: 1, max: 50 }).chain((n) => fc.nat(n).map((x) => ({ x, n })));
    fc.assert(
      fc.property(arm, arm, (a, b) => {
        const [one, other] = [newcombe(a, b), newcombe(b, a)];
        expect(Math.abs(one.low + other.high)).toBeLessThan(1e-12);
        expect(one.low >= -1 && one.low <= one.difference && one.difference <= one.high && one.high <= 1).toBe(true);
      }),
      { seed: 31 },
    );
  });

  test("of an empty arm is refused by field", () => {
    expect(() => newcombe({ x: 0, n: 3 }, { x: 0, n: 0 })).toThrow("b.n is 0; give at least 1 trial");
  });
});

describe("two event rates at one look", () => {
  test("agree with the reference where both tails are alike, and are never more certain than it", () => {
    for (const { c1, e1, c2, e2, exact_cond_p: want } of data.poisson_two_sample) {
      const { pValue } = eventRateTest({ xA: c2, exposureA: e2, xB: c1, exposureB: e1 });
      if (e1 === e2) expect(relativeError(pValue, want)).toBeLessThan(1e-12);
      expect(pValue).toBeGreaterThanOrEqual(want * (1 - 1e-12));
    }
  });

  test("have an interval that leaves 1 out exactly when the test rejects", () => {
    const exposure = fc.double({ min: 0.1, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.nat(60), exposure, fc.nat(60), exposure, (xA, exposureA, xB, exposureB) => {
        const { low, high, pValue } = eventRateTest({ xA, exposureA, xB, exposureB });
        if (Math.abs(pValue - 0.05) > 1e-9) expect(low > 1 || high < 1).toBe(pValue < 0.05);
      }),
      { seed: 32 },
    );
  });

  test("without events or exposure say nothing, without NaN", () => {
    const nothing = { ratio: undefined, low: 0, high: Infinity, pValue: 1 };
    expect(eventRateTest({ xA: 0, exposureA: 1, xB: 0, exposureB: 1 })).toEqual(nothing);
    expect(eventRateTest({ xA: 5, exposureA: 1, xB: 0, exposureB: 0 })).toEqual(nothing);
    expect(eventRateTest({ xA: 0, exposureA: 1, xB: 9, exposureB: 1 })).toMatchObject({
      ratio: Infinity,
      high: Infinity,
    });
    expect(() => eventRateTest({ xA: 1, exposureA: 0, xB: 0, exposureB: 1 })).toThrow("exposureA is 0");
  });
});

describe("the ratio of two event rates by batches", () => {
  const batch = fc.record({
    xA: fc.nat(40),
    exposureA: fc.double({ min: 0.5, max: 20, noNaN: true }),
    xB: fc.nat(40),
    exposureB: fc.double({ min: 0.5, max: 20, noNaN: true }),
  });

  test("has an interval that leaves 1 out exactly when the e-process rejects now", () => {
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 6 }), (batches) => {
        const process = countEProcess({ side: "two-sided" });
        for (const one of batches) process.add(one);
        const { low, high, estimate } = ratioSequence(batches);
        expect(low <= high).toBe(true);
        if (estimate !== undefined) expect(low <= estimate && estimate <= high).toBe(true);
        if (Math.abs(process.logE - Math.log(20)) > 1e-6)
          expect(low > 1 || high < 1).toBe(process.logE >= Math.log(20));
      }),
      { numRuns: 60, seed: 33 },
    );
  });

  test("covers the truth at all looks together, while the common rate drifts and the exposure moves", () => {
    const rng = seededRng(34);
    let missed = 0;
    const runs = 60;
    for (let run = 0; run < runs; run++) {
      const batches = Array.from({ length: 15 }, (_, i) => {
        const [exposureA, exposureB] = [100 - 5 * i, 10 + 5 * i];
        const rate = 0.1 + 0.05 * i;
        return {
          xA: poissonDraw(rng, rate * exposureA),
          exposureA,
          xB: poissonDraw(rng, 1.5 * rate * exposureB),
          exposureB,
        };
      });
      const isMissed = batches.some((_, i) => {
        if (i % 5 !== 4) return false;
        const { low, high } = ratioSequence(batches.slice(0, i + 1), { alpha: 0.1 });
        return low > 1.5 || high < 1.5;
      });
      if (isMissed) missed += 1;
    }
    expect(missed / runs).toBeLessThan(0.1);
  });

  test("is open where there are too few events", () => {
    expect(ratioSequence([])).toEqual({ estimate: undefined, low: 0, high: Infinity });
    expect(ratioSequence([{ xA: 0, exposureA: 10, xB: 50, exposureB: 10 }])).toMatchObject({
      estimate: Infinity,
      high: Infinity,
    });
    expect(() => ratioSequence([], { alpha: 1 })).toThrow("alpha is 1");
  });
});
