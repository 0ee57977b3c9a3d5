import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import {
  BinaryEProcess,
  binaryEProcess,
  countEProcess,
  marginEProcess,
  meanEProcess,
  Moments,
  normalMixtureBound,
  normalMixtureRho,
  posteriorOfEffect,
  rateEProcess,
  rateSequence,
  SrmDirichlet,
  srmDirichlet,
  SrmEProcess,
  srmEProcess,
  TailEProcess,
  tailEProcess,
} from "../../../src/stats/index.js";
import { processVectors } from "./vectors.js";

const json = (state: unknown): unknown => JSON.parse(JSON.stringify(state));
const exact = 1 + 1e-12;

function binomial(n: number, p: number): number[] {
  const weights = [(1 - p) ** n];
  for (let x = 1; x <= n; x++) weights.push(((weights[x - 1] ?? 0) * (n - x + 1) * p) / (x * (1 - p)));
  return weights;
}

/** The expected growth of a process by one batch, over all outcomes of two binomials. */
function expectedGrowth(process: BinaryEProcess, nA: number, pA: number, nB: number, pB: number): number {
  let sum = 0;
  const before = process.logE;
  binomial(nA, pA).forEach((wA, xA) =>
    binomial(nB, pB).forEach((wB, xB) => {
      const next = BinaryEProcess.fromJSON(json(process));
      sum += wA * wB * Math.exp(next.add({ nA, xA, nB, xB }) - before);
    }),
  );
  return sum;
}

const size = fc.integer({ min: 0, max: 12 });
const chance = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const batch = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), chance, chance)
  .map(([nA, nB, a, b]) => ({ nA, xA: Math.floor(nA * a), nB, xB: Math.floor(nB * b) }));
const batches = fc.array(batch, { maxLength: 5 });
const side = fc.constantFrom("greater" as const, "less" as const, "two-sided" as const);

describe("the test of two rates", () => {
  const vectors = processVectors();

  test.each([
    ["greater", vectors.log_e_one_sided_b_greater],
    ["two-sided", vectors.log_e_two_sided],
  ] as const)("agrees with the 50-digit reference: %s", (which, want) => {
    const process = binaryEProcess({ side: which, deltas: vectors.deltas_one_sided, decay: 1 });
    const got = vectors.rows.map(([nA, xA, nB, xB]) => process.add({ nA, xA, nB, xB }));
    got.forEach((logE, i) => expect(Math.abs(logE - (want[i] ?? Number.NaN))).toBeLessThan(1e-12));
  });

  test("expects to grow by at most 1 under the null, whatever came before, any sizes and any common rate", () => {
    fc.assert(
      fc.property(batches, side, size, size, chance, (history, which, nA, nB, p) => {
        const process = binaryEProcess({ side: which });
        for (const past of history) process.add(past);
        expect(expectedGrowth(process, nA, p, nB, p)).toBeLessThanOrEqual(exact);
      }),
      { numRuns: 60, seed: 12 },
    );
  });

  test("expects to grow by at most 1 under every rate that its one-sided null allows", () => {
    fc.assert(
      fc.property(batches, size, size, chance, chance, (history, nA, nB, p, q) => {
        const [low, high] = [Math.min(p, q), Math.max(p, q)];
        const up = binaryEProcess({ side: "greater" });
        const down = binaryEProcess({ side: "less" });
        for (const past of history) {
          up.add(past);
          down.add(past);
        }
        expect(expectedGrowth(up, nA, high, nB, low)).toBeLessThanOrEqual(exact);
        expect(expectedGrowth(down, nA, low, nB, high)).toBeLessThanOrEqual(exact);
      }),
      { numRuns: 60, seed: 13 },
    );
  });

  test("turns round with the arms: B above A is A below B", () => {
    fc.assert(
      fc.property(batches, (history) => {
        const up = binaryEProcess({ side: "greater" });
        const down = binaryEProcess({ side: "less" });
        for (const { nA, xA, nB, xB } of history) {
          up.add({ nA, xA, nB, xB });
          down.add({ nA: nB, xA: xB, nB: nA, xB: xA });
        }
        expect(Math.abs(up.logE - down.logE)).toBeLessThan(1e-9);
      }),
      { seed: 14 },
    );
  });

  test("an arm without requests says nothing, and the first batch bets nothing", () => {
    const process = binaryEProcess({ side: "two-sided" });
    expect(process.add({ nA: 0, xA: 0, nB: 0, xB: 0 })).toBe(0);
    expect(process.add({ nA: 100, xA: 1, nB: 100, xB: 99 })).toBe(0);
    const before = process.logE;
    expect(process.add({ nA: 50, xA: 50, nB: 0, xB: 0 })).toBe(before);
    expect(process.pValue).toBe(1);
  });

  test("a billion of requests stays finite and finds the difference", () => {
    const process = binaryEProcess({ side: "greater" });
    const huge = { nA: 1e9, xA: 1e8, nB: 1e9, xB: 1.06e8 };
    process.add(huge);
    expect(Number.isFinite(process.add(huge))).toBe(true);
    expect(process.pValue).toBe(0);
  });
});

describe("the test of two event rates", () => {
  test("expects to grow by exactly 1 given any number of events", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.double({ min: 0.1, max: 9, noNaN: true }),
        side,
        (events, ratio, which) => {
          const weights = binomial(events, ratio / (1 + ratio));
          const sum = weights.reduce((total, weight, xB) => {
            const process = countEProcess({ side: which });
            return total + weight * Math.exp(process.add({ xA: events - xB, exposureA: 1, xB, exposureB: ratio }));
          }, 0);
          expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
        },
      ),
      { seed: 15 },
    );
  });

  test("finds a doubled rate and ignores an arm without exposure", () => {
    const process = countEProcess({ side: "greater" });
    process.add({ xA: 3, exposureA: 10, xB: 0, exposureB: 0 });
    expect(process.logE).toBe(0);
    for (let i = 0; i < 20; i++) process.add({ xA: 10, exposureA: 100, xB: 20, exposureB: 100 });
    expect(process.pValue).toBeLessThan(1e-6);
  });
});

describe("the test of one rate against a limit", () => {
  test("expects to grow by at most 1 for every rate on its side of the limit", () => {
    const limit = fc.constantFrom(0.001, 0.01, 0.2, 0.5, 0.6, 0.99);
    fc.assert(
      fc.property(limit, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 12 }), (l, part, n) => {
        for (const which of ["greater", "less"] as const) {
          const p = which === "greater" ? l * part : l + (1 - l) * part * 0.999;
          const weights = p === 0 ? [1] : binomial(n, p);
          const sum = weights.reduce(
            (total, weight, x) => total + weight * Math.exp(rateEProcess({ limit: l, side: which }).add({ n, x })),
            0,
          );
          expect(sum).toBeLessThanOrEqual(exact);
        }
      }),
      { seed: 16 },
    );
  });
});

describe("tests of sample ratios", () => {
  const shares = fc
    .array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 2, maxLength: 3 })
    .map((parts) => parts.map((part) => part / parts.reduce((sum, p) => sum + p, 0)));

  function* splits(n: number, cells: number): Generator<number[]> {
    if (cells === 1) yield [n];
    else for (let x = 0; x <= n; x++) for (const rest of splits(n - x, cells - 1)) yield [x, ...rest];
  }

  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

  function expectation(n: number, p: readonly number[], grow: (counts: number[]) => number): number {
    let sum = 0;
    for (const counts of splits(n, p.length)) {
      const weight = counts.reduce((w, x, i) => (w * (p[i] ?? 0) ** x) / factorial(x), factorial(n));
      sum += weight * grow(counts);
    }
    return sum;
  }

  test("expect to grow by exactly 1 without mismatch, also when the shares move", () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 0, max: 8 }), (p, n) => {
        const past = p.map((_, i) => 40 * (i + 1));
        const tilted = srmEProcess({ shares: p.map(() => 1 / p.length), concentration: 50 });
        tilted.add(past);
        const before = tilted.logE;
        const sum = expectation(n, p, (counts) => Math.exp(SrmEProcess.fromJSON(json(tilted)).add(counts, p) - before));
        expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
        const odds = srmDirichlet({ probabilities: p, alpha: p.map(() => 3) });
        const start = odds.add(past).logPosteriorOdds;
        const second = expectation(n, p, (counts) =>
          Math.exp(SrmDirichlet.fromJSON(json(odds)).add(counts).logPosteriorOdds - start),
        );
        expect(Math.abs(second - 1)).toBeLessThan(1e-10);
      }),
      { numRuns: 30, seed: 17 },
    );
  });

  test("a request where none was meant to go is a mismatch for certain", () => {
    const process = srmEProcess({ shares: [1, 0] });
    expect(process.add([10, 1])).toBe(Infinity);
    expect(process.pValue).toBe(0);
    expect(SrmEProcess.fromJSON(json(process)).logE).toBe(Infinity);
    expect(srmDirichlet({ probabilities: [1, 0], alpha: [1, 1] }).add([10, 1]).logPosteriorOdds).toBe(Infinity);
  });

  test("52 to 48 is found after some ten thousand requests", () => {
    const process = srmEProcess({ shares: [0.5, 0.5] });
    let n = 0;
    while (process.logE < Math.log(1000) && n < 40_000) {
      process.add([52, 48]);
      n += 100;
    }
    expect(n).toBeGreaterThan(5000);
    expect(n).toBeLessThan(15_000);
  });
});

describe("the test of two means", () => {
  const arm = (n: number, mean: number, variance: number): Moments => Moments.from({ n, mean, variance });

  test("is the closed form of the mixture with the variance of earlier batches", () => {
    const process = meanEProcess({ side: "two-sided", tau: 0.5, burnIn: 100 });
    expect(process.add({ a: arm(100, 10, 4), b: arm(100, 10, 9) })).toBe(0);
    const [v, d] = [1 / (4 / 50 + 9 / 50), 1];
    const s = d * v;
    const k = 1 + 0.25 * v;
    expect(process.add({ a: arm(50, 10, 100), b: arm(50, 11, 100) })).toBeCloseTo(
      -0.5 * Math.log(k) + (0.25 * s * s) / (2 * k),
      12,
    );
    const { estimate, low, high } = process.interval(0.05);
    expect(estimate).toBeCloseTo(1, 12);
    const radius = Math.sqrt((k / (0.25 * v * v)) * (2 * Math.log(20) + Math.log(k)));
    expect(low).toBeCloseTo(1 - radius, 9);
    expect(high).toBeCloseTo(1 + radius, 9);
  });

  test("does not take the spread of the batch itself for its variance, unless the batch is out of all proportion", () => {
    const after = (difference: number, variance: number): number => {
      const process = meanEProcess({ side: "two-sided", tau: 0.5 });
      process.add({ a: arm(100, 10, 4), b: arm(100, 10, 4) });
      return process.add({ a: arm(50, 10, variance), b: arm(50, 10 + difference, variance) });
    };
    expect(after(1, 400)).toBe(after(1, 4));
    expect(after(4, 400)).toBeLessThan(after(4, 4));
  });

  test("has a one-sided interval for a one-sided question, and none before the burn-in", () => {
    const process = meanEProcess({ side: "greater" });
    expect(process.interval()).toEqual({ estimate: null, low: -Infinity, high: Infinity });
    process.add({ a: arm(100, 10, 4), b: arm(100, 10, 4) });
    process.add({ a: arm(100, 10, 4), b: arm(100, 12, 4) });
    expect(process.interval().high).toBe(Infinity);
    expect(process.interval().low).toBeLessThan(2);
  });

  test("its interval excludes 0 exactly when the test rejects now", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.constantFrom(0.01, 0.05, 0.2),
        side,
        (effect, alpha, which) => {
          const process = meanEProcess({ side: which });
          process.add({ a: arm(200, 10, 4), b: arm(200, 10, 4) });
          process.add({ a: arm(150, 10, 4), b: arm(60, 10 + effect, 4) });
          const { low, high } = process.interval(alpha);
          const rejected = process.logE >= -Math.log(alpha);
          if (Math.abs(process.logE + Math.log(alpha)) > 1e-6) expect(low > 0 || high < 0).toBe(rejected);
        },
      ),
      { seed: 18 },
    );
  });

  test("without spread it bets nothing", () => {
    const process = meanEProcess({ side: "two-sided" });
    for (let i = 0; i < 5; i++) process.add({ a: arm(100, 1, 0), b: arm(100, 2, 0) });
    expect(process.logE).toBe(0);
  });

  test("a margin is certified when B is as good as A, and not when it is worse by more", () => {
    const certificate = marginEProcess({ margin: { kind: "relative", value: 0.25 }, lowerIsBetter: true });
    const refused = marginEProcess({ margin: { kind: "relative", value: 0.25 }, lowerIsBetter: true });
    for (let i = 0; i < 60; i++) {
      certificate.add({ a: arm(100, 10, 25), b: arm(100, 10, 25) });
      refused.add({ a: arm(100, 10, 25), b: arm(100, 13, 25) });
    }
    expect(certificate.pValue).toBeLessThan(0.01);
    expect(refused.pValue).toBe(1);
  });
});

test("the mean of tests at several edges sees a tail that the rest does not have", () => {
  const process = tailEProcess({ side: "greater", edges: [1, 10] });
  for (let i = 0; i < 40; i++) process.add({ nA: 500, aboveA: [100, 1], nB: 500, aboveB: [100, 10] });
  expect(process.pValue).toBeLessThan(1e-4);
  const [low, high] = process.byEdge;
  expect((high?.logE ?? 0) > (low?.logE ?? 0)).toBe(true);
  expect(TailEProcess.fromJSON(json(process)).toJSON()).toEqual(process.toJSON());
});

describe("saved and merged evidence", () => {
  const rows = [
    { nA: 100, xA: 12, nB: 100, xB: 9 },
    { nA: 100, xA: 8, nB: 100, xB: 15 },
    { nA: 150, xA: 14, nB: 50, xB: 9 },
  ];

  test("every process goes on from its saved state as if nothing had happened", () => {
    const moments = (n: number, mean: number): { n: number; mean: number; variance: number } => ({
      n,
      mean,
      variance: 2,
    });
    const run = <T extends { toJSON(): unknown }>(
      fresh: T,
      restore: (json: unknown) => T,
      feed: (process: T, i: number) => unknown,
    ): void => {
      const straight = fresh;
      let stopped = restore(json(fresh));
      for (let i = 0; i < 4; i++) {
        feed(straight, i);
        feed(stopped, i);
        stopped = restore(JSON.stringify(stopped));
      }
      expect(stopped.toJSON()).toEqual(straight.toJSON());
    };
    const row = (i: number): { nA: number; xA: number; nB: number; xB: number } =>
      rows[i % 3] ?? { nA: 0, xA: 0, nB: 0, xB: 0 };
    run(binaryEProcess({ side: "two-sided" }), binaryEProcess.fromJSON, (process, i) => process.add(row(i)));
    run(countEProcess({ side: "less" }), countEProcess.fromJSON, (process, i) =>
      process.add({ xA: i, exposureA: 2, xB: 2 * i, exposureB: 3 }),
    );
    run(meanEProcess({ side: "greater" }), meanEProcess.fromJSON, (process, i) =>
      process.add({ a: moments(120, 5), b: moments(120, 5 + i) }),
    );
    run(meanEProcess({ side: "less", tau: 2 }), meanEProcess.fromJSON, (process, i) =>
      process.add({ a: moments(120, 5), b: moments(120, 5 + i) }),
    );
    run(rateEProcess({ limit: 0.01, side: "less" }), rateEProcess.fromJSON, (process, i) =>
      process.add({ n: 100, x: i }),
    );
    run(srmEProcess({ shares: [0.9, 0.1] }), srmEProcess.fromJSON, (process, i) => process.add([90 + i, 10]));
    run(srmDirichlet({ probabilities: [0.9, 0.1], alpha: [9, 1] }), srmDirichlet.fromJSON, (process, i) =>
      process.add([90 + i, 10]),
    );
    run(
      marginEProcess({ margin: { kind: "absolute", value: 1 }, lowerIsBetter: false }),
      marginEProcess.fromJSON,
      (process, i) => process.add({ a: moments(120, 5), b: moments(120, 5 + i) }),
    );
  });

  test("merging does not care which stream is first, and an empty one changes nothing", () => {
    fc.assert(
      fc.property(batches, batches, side, (x, y, which) => {
        const fill = (history: typeof x): BinaryEProcess => {
          const process = binaryEProcess({ side: which });
          for (const past of history) process.add(past);
          return process;
        };
        const [ab, ba] = [fill(x).merge(fill(y)), fill(y).merge(fill(x))];
        expect(Math.abs(ab.logE - ba.logE)).toBeLessThan(1e-9);
        expect(Math.abs(ab.supLogE - ba.supLogE)).toBeLessThan(1e-9);
        expect(fill(x).merge(fill([])).toJSON()).toEqual(fill(x).toJSON());
        expect(fill([]).merge(fill(x)).toJSON()).toEqual(fill(x).toJSON());
      }),
      { seed: 19 },
    );
  });

  test("evidence of another plan is refused", () => {
    expect(() => binaryEProcess({ side: "greater" }).merge(binaryEProcess({ side: "less" }))).toThrow("plan is");
    expect(() => binaryEProcess({ side: "greater", decay: 1 }).merge(binaryEProcess({ side: "greater" }))).toThrow(
      "decay",
    );
  });

  test("the p-value never rises again", () => {
    const process = binaryEProcess({ side: "two-sided" });
    let last = 1;
    for (let i = 0; i < 30; i++) {
      process.add({ nA: 100, xA: 10, nB: 100, xB: i < 15 ? 30 : 10 });
      expect(process.pValue).toBeLessThanOrEqual(last);
      last = process.pValue;
    }
    expect(last).toBeLessThan(0.01);
  });
});

test("the normal mixture bound has its published form, and the best ρ makes it smallest", () => {
  const [v, alpha] = [250, 0.05];
  const rho = normalMixtureRho({ vOpt: v, alpha });
  const at = (r: number): number => normalMixtureBound({ v, alpha, rho: r });
  expect(at(10)).toBeCloseTo(Math.sqrt(260 * Math.log(260 / (10 * alpha * alpha))), 12);
  expect(at(rho)).toBeLessThan(at(rho * 1.01));
  expect(at(rho)).toBeLessThan(at(rho * 0.99));
});

test("an interval that may be looked at always contains the one for a single look", () => {
  const { low, high } = rateSequence({ x: 30, n: 1000 });
  expect(low).toBeLessThan(0.0205);
  expect(high).toBeGreaterThan(0.0425);
  expect(rateSequence({ x: 0, n: 0 })).toEqual({ low: 0, high: 1 });
});

test("an e-value turns a prior into the probability of an effect", () => {
  expect(posteriorOfEffect(0, 0.3)).toBeCloseTo(0.3, 12);
  expect(posteriorOfEffect(Math.log(20), 0.5)).toBeCloseTo(20 / 21, 12);
  expect(posteriorOfEffect(1e6, 0.5)).toBe(1);
});
