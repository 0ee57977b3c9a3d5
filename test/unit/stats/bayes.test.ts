import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Posterior } from "../../../src/stats/index.js";
import {
  betaPosterior,
  expectedLoss,
  gammaPosterior,
  meanPosterior,
  probabilityBest,
  probabilityTop,
} from "../../../src/stats/index.js";
import { bayesVectors, relativeError } from "./vectors.js";

const vectors = bayesVectors();
const beta = (alpha: number, b: number): Posterior => ({ family: "beta", alpha, beta: b });
const normal = (mean: number, sd: number): Posterior => ({ family: "normal", mean, sd });
const student = (df: number, mean: number, scale: number): Posterior => ({ family: "t", df, mean, scale });

describe("closed forms are met to 1e-10", () => {
  test.each(vectors.binary_ab)("two rates %#", (row) => {
    const pair = [beta(row.alphaA, row.betaA), beta(row.alphaB, row.betaB)];
    expect(relativeError(probabilityBest(pair)[1] ?? 0, row.p_B_beats_A)).toBeLessThan(1e-10);
    const [lossA = 0, lossB = 0] = expectedLoss(pair);
    expect(relativeError(lossA, row.expected_loss_choose_A)).toBeLessThan(1e-10);
    expect(relativeError(lossB, row.expected_loss_choose_B)).toBeLessThan(1e-10);
  });

  test.each(vectors.binary_abc)("three rates %#", ({ A, B, C, p_C_best: want }) => {
    expect(relativeError(probabilityBest([beta(...A), beta(...B), beta(...C)])[2] ?? 0, want)).toBeLessThan(1e-10);
  });

  test.each(vectors.poisson_ab)("two event rates %#", (row) => {
    const pair: Posterior[] = [
      { family: "gamma", shape: row.alphaA, rate: row.exposureA },
      { family: "gamma", shape: row.alphaB, rate: row.exposureB },
    ];
    expect(relativeError(probabilityBest(pair)[1] ?? 0, row.p_B_beats_A)).toBeLessThan(1e-10);
  });

  test("two normals: the loss is s(φ(u) − u(1 − Φ(u)))", () => {
    const [worse = 0, better = 0] = expectedLoss([normal(0, 1), normal(1, 1)]);
    expect(better).toBeCloseTo(0.19964122837424542, 12);
    expect(worse).toBeCloseTo(1.1996412283742455, 12);
  });
});

const anyPosterior = fc.oneof(
  fc
    .tuple(fc.double({ min: 0.3, max: 1e5, noNaN: true }), fc.double({ min: 0.3, max: 1e5, noNaN: true }))
    .map(([a, b]) => beta(a, b)),
  fc
    .tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: 0.001, max: 3, noNaN: true }))
    .map(([m, s]) => normal(m, s)),
  fc
    .tuple(
      fc.double({ min: 1.5, max: 500, noNaN: true }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 0.01, max: 3, noNaN: true }),
    )
    .map(([df, m, s]) => student(df, m, s)),
  fc
    .tuple(fc.double({ min: 0.5, max: 1e3, noNaN: true }), fc.double({ min: 0.1, max: 1e3, noNaN: true }))
    .map(([shape, rate]): Posterior => ({ family: "gamma", shape, rate })),
);

test("probabilities sum to 1, reverse with the direction, and losses are at least 0, in any mixture of families", () => {
  fc.assert(
    fc.property(fc.array(anyPosterior, { minLength: 2, maxLength: 4 }), (posteriors) => {
      const best = probabilityBest(posteriors);
      expect(best.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
      for (const p of best) expect(p >= 0 && p <= 1).toBe(true);
      for (const loss of expectedLoss(posteriors)) expect(loss >= 0 && Number.isFinite(loss)).toBe(true);
      if (posteriors.length === 2) {
        const [a = 0, b = 0] = best;
        const [c = 0, d = 0] = probabilityBest(posteriors, { lowerIsBetter: true });
        expect(Math.abs(a - d) + Math.abs(b - c)).toBeLessThan(1e-8);
      }
    }),
    { numRuns: 40, seed: 5 },
  );
});

test("one version is the best and loses nothing", () => {
  expect(probabilityBest([beta(1, 1)])).toEqual([1]);
  expect(expectedLoss([beta(1, 1)])).toEqual([0]);
});

test("widths that differ by nine orders of magnitude do no harm", () => {
  const [wide = 0] = probabilityBest([normal(0, 1), normal(0, 1e-9)]);
  expect(wide).toBeCloseTo(0.5, 9);
  const [flat = 0] = probabilityBest([beta(1, 1), beta(1e6, 9e6)]);
  expect(flat).toBeCloseTo(0.9, 6);
});

test("the chances to be among the k best sum to k and grow with k", () => {
  const posteriors = [beta(11, 91), beta(13, 89), beta(15, 87), beta(9, 93)];
  const top = [1, 2, 3, 4].map((k) => probabilityTop(posteriors, k));
  top.forEach((chances, index) => expect(chances.reduce((sum, p) => sum + p, 0)).toBeCloseTo(index + 1, 9));
  expect(top[0]?.map((p) => p.toFixed(9))).toEqual(probabilityBest(posteriors).map((p) => p.toFixed(9)));
  expect(top[3]).toEqual([1, 1, 1, 1]);
});

test("observations become posteriors", () => {
  expect(betaPosterior({ x: 3, n: 10 })).toEqual(beta(4, 8));
  expect(gammaPosterior({ x: 3, exposure: 10 })).toEqual({ family: "gamma", shape: 3.5, rate: 10 });
  expect(meanPosterior({ n: 4, mean: 2, variance: 9 })).toEqual(student(3, 2, 1.5));
  expect(meanPosterior({ n: 1, mean: 2, variance: 0 })).toBeUndefined();
});

test("a t without a mean has no expected loss", () => {
  expect(() => expectedLoss([student(1, 0, 1), normal(0, 1)])).toThrow("posteriors[0].df is 1");
});
