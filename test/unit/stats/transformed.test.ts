import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import {
  clusteredQuantileInterval,
  CoMoments,
  geometricRatio,
  logMoments,
  meanEProcess,
  normalDraw,
  quantileInterval,
  QuantileSketch,
  ratioOfLogs,
  seededRng,
  winsorise,
  winsorLimits,
} from "../../../src/stats/index.js";

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 50 });

describe("winsorising", () => {
  test("puts values beyond a limit at it and leaves the others, in order", () => {
    expect(winsorise([5, -9, 2, 99], { low: 0, high: 10 })).toEqual([5, 0, 2, 10]);
    expect(winsorise([5, -9, 2, 99], { high: 10 })).toEqual([5, -9, 2, 10]);
    expect(winsorise([], {})).toEqual([]);
    fc.assert(
      fc.property(numbers, fc.integer({ min: -50, max: 0 }), fc.integer({ min: 0, max: 50 }), (xs, low, high) => {
        const once = winsorise(xs, { low, high });
        expect(once.every((x) => x >= low && x <= high)).toBe(true);
        expect(winsorise(once, { low, high })).toEqual(once);
      }),
      { seed: 80 },
    );
    expect(() => winsorise([1], { low: 2, high: 1 })).toThrow("low is 2");
    expect(() => winsorise([NaN], {})).toThrow("values[0] is NaN");
  });

  test("takes its limits from the pooled values, above only unless asked", () => {
    const pooled = new QuantileSketch();
    for (let i = 1; i <= 1000; i++) pooled.add(i);
    const { low, high } = winsorLimits(pooled, { lower: 0.1, upper: 0.1 }) ?? {};
    expect(low).toBeGreaterThan(98);
    expect(low).toBeLessThan(103);
    expect(high).toBeGreaterThan(890);
    expect(high).toBeLessThan(911);
    expect(winsorLimits(pooled)).toEqual({ high: pooled.quantile(0.999) });
    expect(winsorLimits(new QuantileSketch())).toBeUndefined();
    expect(() => winsorLimits(pooled, { lower: 0.6, upper: 0.5 })).toThrow("lower is 0.6");
    expect(() => winsorLimits(pooled, { upper: -1 })).toThrow("upper is -1");
  });
});

describe("logarithms of a metric", () => {
  const lognormal = (seed: number, n: number, factor: number): number[] => {
    const rng = seededRng(seed);
    return Array.from({ length: n }, () => factor * Math.exp(normalDraw(rng)));
  };

  test("give the ratio of geometric means, which is one over itself with the arms turned", () => {
    const [a, b] = [logMoments(lognormal(1, 500, 1)), logMoments(lognormal(2, 500, 1.5))];
    const found = geometricRatio(a, b);
    expect(found.low).toBeLessThan(1.5);
    expect(found.high).toBeGreaterThan(1.5);
    const turned = geometricRatio(b, a);
    expect(turned.ratio * found.ratio).toBeCloseTo(1, 12);
    expect(turned.low * found.high).toBeCloseTo(1, 12);
    expect(turned.pValue).toBe(found.pValue);
  });

  test("do not care in which unit the metric is", () => {
    const [a, b] = [lognormal(3, 50, 1), lognormal(4, 50, 1)];
    const milli = (xs: readonly number[]): number[] => xs.map((x) => 1000 * x);
    const [one, other] = [
      geometricRatio(logMoments(a), logMoments(b)),
      geometricRatio(logMoments(milli(a)), logMoments(milli(b))),
    ];
    expect(other.ratio).toBeCloseTo(one.ratio, 9);
    expect(other.high).toBeCloseTo(one.high, 9);
  });

  test("turn an always-valid difference back into a ratio, open ends and all", () => {
    const process = meanEProcess({ side: "greater", tau: 0.5 });
    expect(ratioOfLogs(process.interval())).toEqual({ ratio: null, low: 0, high: Infinity });
    for (let i = 0; i < 9; i++)
      process.add({ a: logMoments(lognormal(10 + i, 200, 1)), b: logMoments(lognormal(30 + i, 200, 1.5)) });
    const { ratio, low, high } = ratioOfLogs(process.interval());
    expect(ratio).toBeCloseTo(1.5, 0);
    expect(low).toBeGreaterThan(1);
    expect(high).toBe(Infinity);
  });

  test("exist of values above 0 only", () => {
    expect(() => logMoments([1, 0])).toThrow("values is 0; give numbers above 0");
  });
});

describe("a quantile of requests that depend on each other", () => {
  const users = (each: (user: number) => readonly number[]): readonly [QuantileSketch, CoMoments] => {
    const requests = Array.from({ length: 200 }, (_, user) => each(user));
    const sketch = new QuantileSketch();
    for (const xs of requests) for (const x of xs) sketch.add(x);
    const quantile = sketch.quantile(0.5) ?? NaN;
    const below = CoMoments.of(
      requests.map((xs): [number, number] => [xs.length, xs.filter((x) => x <= quantile).length]),
    );
    return [sketch, below];
  };

  test("has the interval of independent ones if they are, and a wider one if each user has his own", () => {
    const rng = seededRng(81);
    const independent = users(() => Array.from({ length: 20 }, () => Math.exp(normalDraw(rng))));
    const own = users(() => new Array<number>(20).fill(Math.exp(normalDraw(rng))));
    const width = ([sketch, below]: readonly [QuantileSketch, CoMoments]): number[] =>
      [quantileInterval(sketch, { q: 0.5 }), clusteredQuantileInterval(sketch, below, { q: 0.5 })].map((found) => {
        if (found.verdict !== "estimate") throw new Error("no estimate");
        return Math.log(found.high / found.low);
      });
    const [plain = 0, clustered = 0] = width(independent);
    expect(clustered / plain).toBeGreaterThan(0.6);
    expect(clustered / plain).toBeLessThan(1.7);
    const [naive = 0, honest = 0] = width(own);
    // Twenty equal requests are worth one: the interval is about √20 times as wide.
    expect(honest / naive).toBeGreaterThan(3);
  });

  test("is undecided for one user, and refused with the users of another sketch", () => {
    const one = CoMoments.of([[3, 2]]);
    const sketch = new QuantileSketch().add(1, 3);
    expect(clusteredQuantileInterval(sketch, one, { q: 0.5 })).toEqual({ verdict: "undecided" });
    expect(clusteredQuantileInterval(new QuantileSketch(), CoMoments.of(), { q: 0.5 })).toEqual({ verdict: "noData" });
    expect(() => clusteredQuantileInterval(sketch.add(2), one, { q: 0.5 })).toThrow("users.x is 3");
  });
});
