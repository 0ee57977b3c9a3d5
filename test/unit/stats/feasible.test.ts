import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Posterior } from "../../../src/stats/index.js";
import {
  betaDraw,
  posteriorCdf,
  probabilityBest,
  probabilityBestFeasible,
  seededRng,
} from "../../../src/stats/index.js";

const beta = (alpha: number, b: number): Posterior => ({ family: "beta", alpha, beta: b });
const arms = [beta(12, 90), beta(15, 88), beta(9, 95)];
const mixed: Posterior[] = [
  beta(12, 90),
  { family: "normal", mean: 0.13, sd: 0.02 },
  { family: "gamma", shape: 9, rate: 80 },
  { family: "t", df: 7, mean: 0.1, scale: 0.02 },
];
const sum = (xs: readonly number[]): number => xs.reduce((all, x) => all + x, 0);
const close = (got: readonly number[], want: readonly number[]): void => {
  expect(got).toHaveLength(want.length);
  got.forEach((x, i) => expect(Math.abs(x - (want[i] ?? NaN))).toBeLessThan(1e-9));
};

describe("the probability to be the best that is feasible", () => {
  test("is that of being best where all are feasible, in both directions and any families", () => {
    for (const lowerIsBetter of [false, true])
      for (const list of [arms, mixed])
        close(probabilityBestFeasible(list, { lowerIsBetter }), probabilityBest(list, { lowerIsBetter }));
    close(probabilityBestFeasible(arms, { limit: { value: -1, direction: "at-least" } }), probabilityBest(arms));
  });

  test("leaves out what is certainly infeasible", () => {
    const [a = 0, c = 0] = probabilityBest([beta(12, 90), beta(9, 95)]);
    close(probabilityBestFeasible(arms, { feasible: [1, 0, 1] }), [a, 0, c]);
  });

  test("sums to the probability that any is feasible", () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(chance, chance, chance), (feasible) => {
        const none = feasible.reduce((product, p) => product * (1 - p), 1);
        expect(Math.abs(sum(probabilityBestFeasible(arms, { feasible })) - (1 - none))).toBeLessThan(1e-9);
      }),
      { numRuns: 20, seed: 82 },
    );
    for (const direction of ["at-most", "at-least"] as const)
      for (const lowerIsBetter of [false, true]) {
        const none = mixed.reduce((product, posterior) => {
          const { cdf, sf } = posteriorCdf(posterior, 0.12);
          return product * (direction === "at-most" ? sf : cdf);
        }, 1);
        const got = probabilityBestFeasible(mixed, { lowerIsBetter, limit: { value: 0.12, direction } });
        expect(Math.abs(sum(got) - (1 - none))).toBeLessThan(1e-8);
      }
  });

  test("agrees with draws, with a limit on the metric and objectives on others", () => {
    const rng = seededRng(83);
    const feasible = [0.9, 0.4, 0.7];
    const wins = [0, 0, 0];
    const draws = 40_000;
    for (let i = 0; i < draws; i++) {
      const values = arms.map((arm) => (arm.family === "beta" ? betaDraw(rng, arm.alpha, arm.beta) : NaN));
      let best = -1;
      values.forEach((x, j) => {
        if (rng.next() < (feasible[j] ?? 0) && x <= 0.13 && (best < 0 || x > (values[best] ?? 0))) best = j;
      });
      if (best >= 0) wins[best] = (wins[best] ?? 0) + 1;
    }
    const got = probabilityBestFeasible(arms, { feasible, limit: { value: 0.13, direction: "at-most" } });
    got.forEach((p, i) => expect(Math.abs(p - (wins[i] ?? 0) / draws)).toBeLessThan(0.012));
  });

  test("refuses probabilities that are none and limits that are none", () => {
    expect(() => probabilityBestFeasible(arms, { feasible: [1, 1] })).toThrow("feasible.length is 2");
    expect(() => probabilityBestFeasible(arms, { feasible: [1, 2, 1] })).toThrow("feasible[1] is 2");
    expect(() => probabilityBestFeasible(arms, { limit: { value: NaN, direction: "at-most" } })).toThrow(
      "limit.value is NaN",
    );
  });
});
