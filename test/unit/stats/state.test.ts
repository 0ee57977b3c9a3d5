import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import {
  CoMoments,
  counterIncrease,
  cupedSummary,
  cupedTheta,
  exceedances,
  Moments,
  quantileInterval,
  QuantileSketch,
  quantileSequence,
  ratioSummary,
  sketchFromClassic,
  sketchFromExponential,
} from "../../../src/stats/index.js";

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const values = fc.array(value, { maxLength: 40 });
const json = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

function sameMoments(a: Moments, b: Moments): void {
  expect(a.n).toBe(b.n);
  expect(Math.abs(a.mean - b.mean)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(b.mean)));
  expect(Math.abs(a.variance - b.variance)).toBeLessThanOrEqual(1e-9 * (1e6 + b.variance));
}

describe("moments", () => {
  test("merged parts are the whole, in any order and grouping", () => {
    fc.assert(
      fc.property(values, values, values, (x, y, z) => {
        const whole = Moments.of([...x, ...y, ...z]);
        sameMoments(Moments.of(x).merge(Moments.of(y)).merge(Moments.of(z)), whole);
        sameMoments(Moments.of(z).merge(Moments.of(x).merge(Moments.of(y))), whole);
        sameMoments(Moments.of().merge(whole), whole);
      }),
      { seed: 8 },
    );
  });

  test("small deviations from a large mean survive", () => {
    // The NIST data set NumAcc4: 1001 values around 10000000.2 with standard deviation 0.1.
    const xs = [10000000.2, ...Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 10000000.1 : 10000000.3))];
    expect(Math.sqrt(Moments.of(xs).variance)).toBeCloseTo(0.1, 7);
  });

  test("a saved state goes on where it stopped", () => {
    const moments = Moments.of([1, 2, 4]);
    const restored = Moments.fromJSON(json(moments)).add(9);
    expect(restored.toJSON()).toEqual(moments.add(9).toJSON());
  });

  test("a summary comes back as it was", () => {
    const { n, mean, variance } = Moments.from({ n: 5, mean: 2, variance: 3 });
    expect([n, mean, variance]).toEqual([5, 2, 3]);
    expect(Moments.from({ n: 0, mean: 0, variance: 0 }).n).toBe(0);
    expect(Moments.of([7]).variance).toBe(0);
  });

  test.each([
    [{ n: -1, mean: 0, variance: 0 }, "summary.n"],
    [{ n: 1.5, mean: 0, variance: 0 }, "summary.n"],
    [{ n: 2, mean: Number.NaN, variance: 0 }, "summary.mean"],
    [{ n: 2, mean: 0, variance: -1 }, "summary.variance"],
  ])("an impossible summary is refused: %j", (summary, field) => {
    expect(() => Moments.from(summary)).toThrow(`${field} is`);
  });

  test("pairs merge like single values, and give covariance, ratios and CUPED", () => {
    const pairs = fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(pairs, pairs, (a, b) => {
        const merged = CoMoments.of(a).merge(CoMoments.of(b));
        const whole = CoMoments.of([...a, ...b]);
        expect(Math.abs(merged.covariance - whole.covariance)).toBeLessThanOrEqual(
          1e-6 * (1e6 + Math.abs(whole.covariance)),
        );
        expect(merged.x.n).toBe(whole.y.n);
      }),
      { seed: 9 },
    );
    const linear = CoMoments.of([
      [1, 3],
      [2, 5],
      [3, 7],
      [4, 9],
    ]);
    expect(cupedTheta([linear])).toBeCloseTo(2, 12);
    expect(cupedSummary(linear, 2, linear.x.mean).variance).toBeCloseTo(0, 12);
    expect(
      ratioSummary(
        CoMoments.of([
          [2, 1],
          [4, 2],
          [6, 3],
        ]),
      ),
    ).toEqual({ n: 3, mean: 0.5, variance: expect.closeTo(0, 12) });
    expect(CoMoments.fromJSON(json(linear)).toJSON()).toEqual(linear.toJSON());
  });
});

describe("sketch", () => {
  test("every quantile is within the relative accuracy of the value at its rank", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.double({ min: -1e9, max: 1e9, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-9),
          {
            minLength: 1,
            maxLength: 50,
          },
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (xs, q) => {
          const sketch = new QuantileSketch({ relativeAccuracy: 0.01 });
          for (const x of xs) sketch.add(x);
          const sorted = [...xs].sort((a, b) => a - b);
          const want = sorted[Math.floor(q * (xs.length - 1))] ?? Number.NaN;
          expect(Math.abs((sketch.quantile(q) ?? Number.NaN) - want)).toBeLessThanOrEqual(
            0.01 * Math.abs(want) + 1e-12,
          );
        },
      ),
      { seed: 10 },
    );
  });

  test("merging is adding, in any order", () => {
    fc.assert(
      fc.property(values, values, (x, y) => {
        const fill = (xs: readonly number[]): QuantileSketch => {
          const sketch = new QuantileSketch({ relativeAccuracy: 0.02 });
          for (const v of xs) sketch.add(v);
          return sketch;
        };
        expect(fill(x).merge(fill(y)).toJSON()).toEqual(fill([...y, ...x]).toJSON());
        expect(QuantileSketch.fromJSON(json(fill(x))).toJSON()).toEqual(fill(x).toJSON());
      }),
      { seed: 11 },
    );
  });

  test("an empty sketch has no quantile, and other accuracies do not merge", () => {
    expect(new QuantileSketch().quantile(0.5)).toBeUndefined();
    expect(() =>
      new QuantileSketch({ relativeAccuracy: 0.01 }).merge(new QuantileSketch({ relativeAccuracy: 0.02 })),
    ).toThrow("relativeAccuracy is 0.02");
  });

  test("a classic histogram is imported within its buckets, and counts at its edges are exact", () => {
    const buckets = [
      { le: 0.1, count: 50 },
      { le: 0.5, count: 90 },
      { le: 1, count: 99 },
      { le: Infinity, count: 100 },
    ];
    const sketch = sketchFromClassic(buckets);
    expect(sketch.count).toBeCloseTo(100, 9);
    expect(sketch.quantile(0.25)).toBeCloseTo(0.05, 2);
    expect(sketch.quantile(0.95) ?? 0).toBeGreaterThan(0.5);
    expect(sketch.quantile(1)).toBeCloseTo(1, 1);
    expect(exceedances(buckets, 0.5)).toEqual({ n: 100, bad: 10 });
    expect(() => exceedances(buckets, 0.3)).toThrow(
      "limit is 0.3; give an edge of the histogram (0.1, 0.5, 1, Infinity)",
    );
    expect(() =>
      sketchFromClassic([
        { le: 1, count: 5 },
        { le: 2, count: 4 },
      ]),
    ).toThrow("buckets[1].count is 4");
  });

  test("an exponential histogram keeps its counts at its resolution", () => {
    const sketch = sketchFromExponential({
      scale: 3,
      zeroCount: 2,
      positive: { offset: 0, counts: [1, 2, 3] },
      negative: { offset: 0, counts: [4] },
    });
    expect(sketch.count).toBe(12);
    expect(sketch.quantile(0) ?? 0).toBeCloseTo(-1.04, 1);
    expect(sketch.quantile(1) ?? 0).toBeCloseTo(2 ** (2.5 / 8), 1);
  });

  test("quantile intervals bracket the quantile, or say that there is too little data", () => {
    const sketch = new QuantileSketch();
    expect(quantileInterval(sketch, { q: 0.5 })).toEqual({ verdict: "noData" });
    for (let i = 1; i <= 1000; i++) sketch.add(i);
    const fixed = quantileInterval(sketch, { q: 0.95 });
    const always = quantileSequence(sketch, { q: 0.95 });
    if (fixed.verdict !== "estimate" || always.verdict !== "estimate") throw new Error("no estimate");
    expect(fixed.low).toBeGreaterThan(900);
    expect(fixed.high).toBeLessThan(980);
    expect(always.low).toBeLessThanOrEqual(fixed.low);
    expect(always.high).toBeGreaterThanOrEqual(fixed.high);
    expect(quantileInterval(new QuantileSketch().add(1).add(2), { q: 0.99 })).toEqual({ verdict: "undecided" });
  });
});

test("a counter that restarts counts from zero", () => {
  expect(counterIncrease(undefined, 10)).toBe(0);
  expect(counterIncrease(10, 25)).toBe(15);
  expect(counterIncrease(25, 4)).toBe(4);
  expect(() => counterIncrease(1, -1)).toThrow("current is -1");
});

test("saved states of another kind or version are refused by field", () => {
  expect(() => Moments.fromJSON({ kind: "sketch", version: 1 })).toThrow('moments.kind is "sketch"; give "moments"');
  expect(() => Moments.fromJSON({ kind: "moments", version: 2 })).toThrow("moments.version is 2");
  expect(() => Moments.fromJSON({ kind: "moments", version: 1, n: 1, mean: "x", m2: 0 })).toThrow(
    'moments.mean is "x"',
  );
  expect(() => Moments.fromJSON(null)).toThrow("moments is null");
});
