import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { ClassicBucket } from "../../../src/stats/index.js";
import {
  normalDraw,
  quantileDifferenceSequence,
  quantilePairTest,
  QuantileSketch,
  seededRng,
} from "../../../src/stats/index.js";
import { betaBinomialLogE } from "../../../src/stats/sequential/betaBinomial.js";

const exact = 1 + 1e-12;
const sides = ["greater", "less", "two-sided"] as const;

function binomial(n: number, p: number): number[] {
  const weights = [(1 - p) ** n];
  for (let x = 1; x <= n; x++) weights.push(((weights[x - 1] ?? 0) * (n - x + 1) * p) / (x * (1 - p)));
  return weights;
}

type Chances = readonly [number, number, number];

/** All ways in which four values fall on three points. */
const ways = Array.from({ length: 5 }, (_, i) =>
  Array.from({ length: 5 - i }, (_unused, j): Chances => [i, j, 4 - i - j]),
).flat();

const factorial = (m: number): number => (m <= 1 ? 1 : m * factorial(m - 1));

function weight([i, j, k]: Chances, [p, q, r]: Chances): number {
  return (24 / factorial(i) / factorial(j) / factorial(k)) * p ** i * q ** j * r ** k;
}

/** The expected E of the test of medians, over all outcomes of four values in each arm. */
function expectedE(side: (typeof sides)[number]): (a: Chances, b: Chances) => number {
  const sketches = ways.map(([i, j, k]) => new QuantileSketch().add(-3, i).add(1, j).add(8, k));
  const table = sketches.map((a) =>
    sketches.map((b) => Math.exp(quantilePairTest(a, b, { q: 0.5, side, concentration: 20 }).logE)),
  );
  return (a, b) =>
    table.reduce((sum, row, i) => {
      const inner = row.reduce((part, e, j) => part + e * weight(ways[j] ?? [0, 0, 0], b), 0);
      return sum + inner * weight(ways[i] ?? [0, 0, 0], a);
    }, 0);
}

function lognormal(seed: number, n: number, factor: number): QuantileSketch {
  const rng = seededRng(seed);
  const sketch = new QuantileSketch();
  for (let i = 0; i < n; i++) sketch.add(factor * Math.exp(normalDraw(rng)));
  return sketch;
}

describe("the mixture behind the test of two quantiles", () => {
  test("expects to grow by exactly 1 under its null, and by at most 1 on the null's side of it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.01, 0.5, 0.9, 0.99),
        fc.constantFrom(0.5, 3, 150),
        fc.nat(12),
        fc.nat(40),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.02, max: 1, noNaN: true }),
        (q, strength, batch, seen, part, away) => {
          const hits = Math.round(seen * part);
          const growth = (p: number, side?: "above" | "below"): number => {
            const mixture = { q, strength, ...(side === undefined ? {} : { side }) };
            const before = betaBinomialLogE(hits, seen, mixture);
            return binomial(batch, p).reduce(
              (sum, weight, x) => sum + weight * Math.exp(betaBinomialLogE(hits + x, seen + batch, mixture) - before),
              0,
            );
          };
          expect(Math.abs(growth(q) - 1)).toBeLessThan(1e-12);
          expect(growth(q * away, "above")).toBeLessThanOrEqual(exact);
          expect(growth(1 - (1 - q) * away, "below")).toBeLessThanOrEqual(exact);
        },
      ),
      { seed: 60 },
    );
  });
});

describe("the test of two quantiles", () => {
  test("expects an E of at most 1 under every pair that its null allows, ties and all", () => {
    // The median is 1 in all of these; once with much on it, once with little.
    const median = [
      [0.3, 0.4, 0.3],
      [0.49, 0.02, 0.49],
      [0, 1, 0],
      [0.5, 0.1, 0.4],
    ] as const;
    const [lower, higher] = [[0.7, 0.2, 0.1] as const, [0.1, 0.2, 0.7] as const];
    for (const side of sides) {
      const expected = expectedE(side);
      for (const a of median) for (const b of median) expect(expected(a, b)).toBeLessThanOrEqual(exact);
      if (side === "greater")
        for (const a of [...median, higher]) expect(expected(a, lower)).toBeLessThanOrEqual(exact);
      if (side === "less") for (const b of [...median, higher]) expect(expected(lower, b)).toBeLessThanOrEqual(exact);
    }
  });

  test("finds a tail that is a third longer, and on the right side only", () => {
    const [a, b] = [lognormal(1, 6000, 1), lognormal(2, 6000, 1.35)];
    expect(quantilePairTest(a, b, { q: 0.9 }).pValue).toBeLessThan(1e-4);
    expect(quantilePairTest(a, b, { q: 0.9, side: "greater" }).pValue).toBeLessThan(1e-4);
    expect(quantilePairTest(a, b, { q: 0.9, side: "less" }).pValue).toBe(1);
    expect(quantilePairTest(a, lognormal(3, 6000, 1), { q: 0.9 }).pValue).toBe(1);
  });

  test("turns round with the arms", () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 60 });
    fc.assert(
      fc.property(values, values, fc.constantFrom(0.1, 0.5, 0.9), (x, y, q) => {
        const [a, b] = [x, y].map((xs) => xs.reduce((sketch, v) => sketch.add(v), new QuantileSketch()));
        if (a === undefined || b === undefined) throw new Error("two sketches");
        const logE = (side: (typeof sides)[number], turned: boolean): number =>
          quantilePairTest(turned ? b : a, turned ? a : b, { q, side }).logE;
        expect(Math.abs(logE("two-sided", false) - logE("two-sided", true))).toBeLessThan(1e-9);
        expect(Math.abs(logE("greater", false) - logE("less", true))).toBeLessThan(1e-9);
      }),
      { numRuns: 30, seed: 61 },
    );
  });

  test("never has more evidence from buckets than from the values in them", () => {
    const edges = [0.5, 2, 8, 20, Infinity];
    const values = fc.array(fc.double({ min: 0.01, max: 30, noNaN: true }), { maxLength: 80 });
    const bucketed = (xs: readonly number[]): ClassicBucket[] =>
      edges.map((le) => ({ le, count: xs.filter((x) => x <= le).length }));
    const sketched = (xs: readonly number[]): QuantileSketch =>
      xs.reduce((sketch, x) => sketch.add(x), new QuantileSketch({ relativeAccuracy: 1e-6 }));
    fc.assert(
      fc.property(values, values, fc.constantFrom(...sides), (x, y, side) => {
        const question = { q: 0.7, side };
        const fine = quantilePairTest(sketched(x), sketched(y), question).logE;
        expect(quantilePairTest(bucketed(x), bucketed(y), question).logE).toBeLessThanOrEqual(fine + 1e-9);
      }),
      { numRuns: 40, seed: 62 },
    );
  });

  test("says nothing without values, and refuses what is no question", () => {
    const [none, some] = [new QuantileSketch(), new QuantileSketch().add(1, 500)];
    expect(quantilePairTest(none, none, { q: 0.5 })).toEqual({ logE: 0, pValue: 1 });
    expect(quantilePairTest(none, some, { q: 0.5 }).pValue).toBe(1);
    expect(quantileDifferenceSequence(none, some, { q: 0.5 })).toEqual({ verdict: "noData" });
    expect(() => quantilePairTest(some, some, { q: 1 })).toThrow("q is 1");
    expect(() => quantileDifferenceSequence(some, some, { q: 0.5, alpha: 0 })).toThrow("alpha is 0");
    expect(() => quantilePairTest(some, some, { q: 0.5, concentration: 0 })).toThrow("concentration is 0");
  });
});

describe("the sequence of the difference of two quantiles", () => {
  const question = { q: 0.9, alpha: 0.05 };

  test("excludes 0 exactly when the two-sided test rejects", () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 1500 }), fc.double({ min: 1, max: 2, noNaN: true }), (n, factor) => {
        const [a, b] = [lognormal(n, n, 1), lognormal(n + 1, n, factor)];
        const found = quantileDifferenceSequence(a, b, question);
        if (found.verdict !== "estimate") throw new Error("no estimate");
        const { logE } = quantilePairTest(a, b, question);
        expect(found.low).toBeLessThanOrEqual(found.difference);
        expect(found.high).toBeGreaterThanOrEqual(found.difference);
        if (found.low > 0) expect(logE).toBeGreaterThanOrEqual(-Math.log(0.05));
        // Where it rejects, 0 is at most an end: both quantiles may lie in bins that touch.
        if (logE >= -Math.log(0.05)) expect(found.low).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 12, seed: 63 },
    );
  });

  test("is open while there are few values, and shrinks around the truth", () => {
    const few = quantileDifferenceSequence(lognormal(4, 20, 1), lognormal(5, 20, 1), question);
    expect(few).toMatchObject({ verdict: "estimate", low: -Infinity, high: Infinity });
    const many = quantileDifferenceSequence(lognormal(4, 20_000, 1), lognormal(5, 20_000, 1.5), question);
    if (many.verdict !== "estimate") throw new Error("no estimate");
    // The 90 % quantiles of the two are e^1.2816 and 1.5 times that.
    const truth = 0.5 * Math.exp(1.2815515655446004);
    expect(many.low).toBeLessThan(truth);
    expect(many.high).toBeGreaterThan(truth);
    expect(many.high - many.low).toBeLessThan(1.2);
  });

  test("takes histograms, whose buckets it is sure of", () => {
    const cumulative = (counts: readonly number[]): ClassicBucket[] =>
      [0.1, 0.2, 0.4, Infinity].map((le, i) => ({ le, count: counts[i] ?? 0 }));
    const [a, b] = [cumulative([9000, 9900, 10_000, 10_000]), cumulative([1000, 2000, 9900, 10_000])];
    const found = quantileDifferenceSequence(a, b, { q: 0.5 });
    if (found.verdict !== "estimate") throw new Error("no estimate");
    expect(found.low).toBeCloseTo(0.1, 12);
    expect(found.high).toBeCloseTo(0.4, 12);
    expect(quantilePairTest(a, b, { q: 0.5, side: "greater" }).pValue).toBeLessThan(1e-9);
  });
});
