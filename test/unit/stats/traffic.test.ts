import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Arm, Posterior, Strategy } from "../../../src/stats/index.js";
import {
  allocate,
  exp3Update,
  meanEProcess,
  seededRng,
  stratifiedPosteriors,
  wholeWeights,
} from "../../../src/stats/index.js";

const beta = (alpha: number, b: number): Posterior => ({ family: "beta", alpha, beta: b });
const normal = (mean: number): Posterior => ({ family: "normal", mean, sd: 0.01 });
const arms: readonly Arm[] = [
  { posterior: beta(11, 91), mean: 0.1, n: 100, constraint: normal(0.1) },
  { posterior: beta(13, 89), mean: 0.12, n: 100, constraint: normal(0.5) },
  { posterior: beta(9, 93), mean: 0.08, n: 100, constraint: normal(0.1) },
];
const strategies: readonly Strategy[] = [
  { kind: "uniform" },
  { kind: "fixed", shares: [0.5, 0.3, 0.2] },
  { kind: "ramp", candidate: 1, share: 0.2 },
  { kind: "blue-green", active: 2 },
  { kind: "thompson" },
  { kind: "top-k", k: 2 },
  { kind: "ttts" },
  { kind: "epsilon-greedy", epsilon: 0.1 },
  { kind: "epsilon-decay", t: 4 },
  { kind: "ucb1" },
  { kind: "kl-ucb" },
  { kind: "exp3", logWeights: [0, 1, 2], gamma: 0.1 },
  { kind: "soft-slo", limit: 0.3, sharpness: 5 },
];
const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0);
const free = { floor: 0 };

describe("every strategy", () => {
  test.each(strategies)("gives shares that sum to 1, and says what it wanted: $kind", (strategy) => {
    const { shares, weights, why } = allocate({ strategy, arms });
    expect(sum(shares)).toBeCloseTo(1, 12);
    expect(sum(weights)).toBe(100);
    expect(shares.every((share) => share >= 0.01 - 1e-12)).toBe(true);
    expect(why.strategy).toBe(strategy.kind);
    expect(sum(why.wanted)).toBeCloseTo(1, 9);
  });

  test.each(strategies)("gives nothing to an infeasible version: $kind", (strategy) => {
    const some = arms.map((arm, i) => ({ ...arm, infeasible: i === 1 }));
    expect(allocate({ strategy, arms: some }).shares[1]).toBe(0);
  });

  test.each(strategies.filter(({ kind }) => !["fixed", "exp3", "ramp", "blue-green"].includes(kind)))(
    "gives one version everything: $kind",
    (strategy) => {
      const [only] = arms;
      if (only === undefined) throw new Error("no arm");
      expect(
        allocate({ strategy: strategy.kind === "top-k" ? { kind: "top-k", k: 1 } : strategy, arms: [only] }).weights,
      ).toEqual([100]);
    },
  );
});

test("strategies want what their definitions say", () => {
  const wanted = (strategy: Strategy): string[] =>
    allocate({ strategy, arms, guards: free }).shares.map((share) => share.toFixed(6));
  expect(wanted({ kind: "ramp", candidate: 1, share: 0.2 })).toEqual(["0.800000", "0.200000", "0.000000"]);
  expect(wanted({ kind: "epsilon-greedy", epsilon: 0.3 })).toEqual(["0.100000", "0.800000", "0.100000"]);
  expect(wanted({ kind: "ucb1" })).toEqual(["0.000000", "1.000000", "0.000000"]);
  const p = allocate({ strategy: { kind: "thompson" }, arms, guards: free }).shares;
  const [a = 0, b = 0, c = 0] = p;
  const second = b / (1 - b) + c / (1 - c);
  expect(wanted({ kind: "ttts" })[0]).toBe((0.5 * a + 0.5 * a * second).toFixed(6));
  const soft = allocate({ strategy: { kind: "soft-slo", limit: 0.3, sharpness: 20 }, arms, guards: free }).shares;
  expect(soft[1]).toBeLessThan(p[1] ?? 0);
});

test("the two best of four are found also where lower is better", () => {
  // Means 1, 2, 3, 4 with lower better: the first two share the traffic.
  const four = [1, 2, 3, 4].map((mean) => ({ posterior: normal(mean) }));
  const { shares } = allocate({ strategy: { kind: "top-k", k: 2 }, arms: four, lowerIsBetter: true, guards: free });
  expect(shares.map((share) => share.toFixed(6))).toEqual(["0.500000", "0.500000", "0.000000", "0.000000"]);
});

test("an arm that was never tried comes first", () => {
  const fresh = [
    { mean: 0.9, n: 1000 },
    { mean: 0, n: 0 },
  ];
  for (const kind of ["ucb1", "kl-ucb"] as const)
    expect(allocate({ strategy: { kind }, arms: fresh, guards: free }).weights).toEqual([0, 100]);
});

test("top-two sampling gives half to a version that is certainly best", () => {
  const certain = [{ posterior: normal(1) }, { posterior: normal(9) }, { posterior: normal(2) }];
  expect(allocate({ strategy: { kind: "ttts" }, arms: certain, guards: free }).shares).toEqual([0.25, 0.5, 0.25]);
});

describe("guards", () => {
  const strategy: Strategy = { kind: "fixed", shares: [0.1, 0.9] };
  const two: readonly Arm[] = [{}, {}];

  test("slow a gain and never a loss, the rest goes to the primary", () => {
    const up = allocate({ strategy, arms: two, current: [0.8, 0.2], guards: { floor: 0, maxStep: 0.1 } });
    expect(up.shares.map((share) => share.toFixed(9))).toEqual(["0.700000000", "0.300000000"]);
    expect(up.why.guards).toEqual([{ guard: "max-step", shares: up.shares }]);
    const down = allocate({
      strategy: { kind: "fixed", shares: [1, 0] },
      arms: two,
      current: [0.2, 0.8],
      guards: { floor: 0, maxStep: 0.1 },
    });
    expect(down.shares).toEqual([1, 0]);
  });

  test("cap a candidate, freeze everything, keep a floor", () => {
    expect(allocate({ strategy, arms: two, guards: { maxCandidate: 0.5 } }).weights).toEqual([50, 50]);
    expect(allocate({ strategy, arms: two, current: [0.6, 0.4], guards: { freeze: true } }).shares).toEqual([0.6, 0.4]);
    expect(
      allocate({ strategy: { kind: "blue-green", active: 1 }, arms: two, guards: { floor: 0.05 } }).weights,
    ).toEqual([5, 95]);
  });

  test("do not hold candidates back when the primary is infeasible, and return to it when all are", () => {
    const bad = [{ infeasible: true }, {}];
    const guards = { maxStep: 0.05, maxCandidate: 0.2 };
    expect(allocate({ strategy, arms: bad, current: [1, 0], guards }).shares).toEqual([0, 1]);
    expect(allocate({ strategy, arms: [{ infeasible: true }, { infeasible: true }], guards }).shares).toEqual([1, 0]);
  });

  test("hold for any shares", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(share, share, fc.boolean()), { minLength: 1, maxLength: 6 }),
        share,
        share,
        (rows, maxStep, maxCandidate) => {
          const to1 = (xs: readonly number[]): number[] =>
            sum(xs) > 0 ? xs.map((x) => x / sum(xs)) : xs.map(() => 1 / xs.length);
          const current = to1(rows.map(([, c]) => c));
          const { shares, weights } = allocate({
            strategy: { kind: "fixed", shares: to1(rows.map(([w]) => w)) },
            arms: rows.map(([, , infeasible]) => ({ infeasible })),
            current,
            guards: { floor: 0, maxStep, maxCandidate },
          });
          expect(sum(shares)).toBeCloseTo(1, 9);
          expect(sum(weights)).toBe(100);
          expect([...shares, ...weights].every((x) => x >= 0)).toBe(true);
          if (rows[0]?.[2] === false)
            shares
              .slice(1)
              .forEach((x, i) =>
                expect(x).toBeLessThanOrEqual(Math.min(maxCandidate, (current[i + 1] ?? 0) + maxStep) + 1e-9),
              );
        },
      ),
      { numRuns: 300, seed: 23 },
    );
  });
});

describe("whole weights", () => {
  test("are right on average and sum to the total", () => {
    const shares = [0.123, 0.456, 0.421];
    const rng = seededRng(24);
    const totals = [0, 0, 0];
    const runs = 20_000;
    for (let run = 0; run < runs; run++) {
      const weights = wholeWeights(shares, 10, rng.next());
      expect(sum(weights)).toBe(10);
      weights.forEach((weight, i) => (totals[i] = (totals[i] ?? 0) + weight));
    }
    totals.forEach((total, i) => expect(Math.abs(total / runs / 10 - (shares[i] ?? 0))).toBeLessThan(0.002));
  });

  test("without chance round the largest remainders up, ties to the lower index", () => {
    expect(wholeWeights([1 / 3, 1 / 3, 1 / 3], 100)).toEqual([34, 33, 33]);
    expect(wholeWeights([0.005, 0.995], 100)).toEqual([1, 99]);
  });

  test("the same seed gives the same bytes", () => {
    const once = (): string => JSON.stringify(allocate({ strategy: { kind: "thompson" }, arms, rng: seededRng(7) }));
    expect(once()).toBe(once());
  });
});

test("EXP3 moves towards the arm that pays", () => {
  let logWeights: readonly number[] = [0, 0];
  for (let i = 0; i < 100; i++) logWeights = exp3Update(logWeights, [0.1, 0.9], 0.2);
  expect(allocate({ strategy: { kind: "exp3", logWeights, gamma: 0.2 }, arms: [{}, {}] }).shares[1]).toBeGreaterThan(
    0.85,
  );
  expect(exp3Update([1, 2], [undefined, 1], 0.5)).toEqual([1, 2.25]);
});

test("beliefs from effects per batch are not misled by a drift that the ramp follows", () => {
  // The rate of both falls while the candidate's share grows: pooled means say the candidate is worse.
  const test1 = meanEProcess({ side: "two-sided" });
  let [pooledA, pooledB, nAll, mAll] = [0, 0, 0, 0];
  for (let i = 0; i < 20; i++) {
    const level = 100 - 3 * i;
    const [n, m] = [1000 - 45 * i, 100 + 45 * i];
    test1.add({ a: { n, mean: level, variance: 100 }, b: { n: m, mean: level + 1, variance: 100 } });
    pooledA += n * level;
    pooledB += m * (level + 1);
    nAll += n;
    mAll += m;
  }
  expect(pooledB / mAll).toBeLessThan(pooledA / nAll);
  const posteriors = stratifiedPosteriors(test1.seen.a, [test1]);
  const { shares } = allocate({
    strategy: { kind: "thompson" },
    arms: posteriors.map((posterior) => ({ posterior })),
    guards: free,
  });
  expect(shares[1]).toBeGreaterThan(0.95);
});

test.each([
  [{ strategy: { kind: "uniform" }, arms: [] }, "arms"],
  [{ strategy: { kind: "thompson" }, arms: [{}, {}] }, "arms[0].posterior"],
  [{ strategy: { kind: "fixed", shares: [0.5, 0.6] }, arms: [{}, {}] }, "strategy.shares"],
  [{ strategy: { kind: "ramp", candidate: 5, share: 0.1 }, arms: [{}, {}] }, "strategy.candidate"],
  [{ strategy: { kind: "ucb1" }, arms: [{ mean: 3, n: 1 }, {}] }, "arms[0].mean"],
  [{ strategy: { kind: "uniform" }, arms: [{}, {}], guards: { floor: 0.6 } }, "guards.floor"],
  [{ strategy: { kind: "uniform" }, arms: [{}, {}], current: [1, 1] }, "current"],
] as const)("an impossible request is refused by name %#", (request, field) => {
  expect(() => allocate(request)).toThrow(`${field} is`);
});
