import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import {
  brunnerMunzel,
  clopperPearson,
  eBenjaminiHochberg,
  fieller,
  fisherExact,
  garwood,
  holm,
  jeffreys,
  levene,
  mannWhitney,
  Moments,
  sampleSize,
  srmChiSquare,
  twoProportionTest,
  welchTest,
  wilson,
} from "../../../src/stats/index.js";
import { relativeError, testVectors } from "./vectors.js";

const { data } = testVectors();
const near = 1e-9;

function close(got: number, want: number, tolerance = near): void {
  expect(relativeError(got, want)).toBeLessThan(tolerance);
}

describe("two samples agree with reference values", () => {
  test.each(data.two_sample)("Welch %#", ({ x, y, welch }) => {
    const got = welchTest(Moments.of(x), Moments.of(y));
    close(got.t, welch.t);
    close(got.df, welch.df);
    close(got.pValue, welch.p);
    close(got.low, welch.ci95[0]);
    close(got.high, welch.ci95[1]);
  });

  test.each(data.two_sample)("Mann-Whitney %#", (row) => {
    for (const alternative of ["two-sided", "less", "greater"] as const)
      for (const continuity of [true, false]) {
        const want = row[`mwu_asymptotic_${alternative}_cc${continuity ? "True" : "False"}`];
        if (want === undefined) throw new Error("missing vector");
        const got = mannWhitney(row.x, row.y, { alternative, continuity });
        expect(got.u).toBe(want.U);
        close(got.pValue, want.p);
      }
    close(mannWhitney(row.x, row.y).shift, row.hodges_lehmann);
    if (row.mwu_exact !== undefined) close(mannWhitney(row.x, row.y, { method: "exact" }).pValue, row.mwu_exact.p);
  });

  test.each(data.two_sample)("Brunner-Munzel %#", ({ x, y, brunner_munzel: want }) => {
    const got = brunnerMunzel(x, y);
    close(got.statistic, want.W);
    close(got.pValue, want.p);
  });
});

test("the exact interval of a shift is the one of the order statistics at the rank-sum quantile", () => {
  // R: wilcox.test(x, y, conf.int = TRUE) for the 95 % interval of these 5 and 4 values has ranks 2 and 19 of 20.
  const [x, y] = [
    [1.1, 2.3, 3.7, 4.2, 9.9],
    [0.4, 1.9, 2.2, 5.1],
  ];
  const differences = x.flatMap((a) => y.map((b) => a - b)).sort((a, b) => a - b);
  const { low, high } = mannWhitney(x, y, { method: "exact" });
  expect([low, high]).toEqual([differences[1], differences[18]]);
});

test("the exact p-value with ties enumerates the permutations", () => {
  const [x, y] = [
    [1, 1, 2],
    [1, 2, 2],
  ];
  const all = [...x, ...y];
  const u = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, p) => sum + b.reduce((s, q) => s + (p > q ? 1 : p === q ? 0.5 : 0), 0), 0);
  const observed = u(x, y);
  let [below, above, count] = [0, 0, 0];
  for (let mask = 0; mask < 64; mask++) {
    const chosen = all.filter((_, i) => (mask >> i) & 1);
    if (chosen.length !== 3) continue;
    const value = u(
      chosen,
      all.filter((_, i) => !((mask >> i) & 1)),
    );
    count += 1;
    if (value <= observed) below += 1;
    if (value >= observed) above += 1;
  }
  close(mannWhitney(x, y, { method: "exact", alternative: "less" }).pValue, below / count);
  close(mannWhitney(x, y, { method: "exact", alternative: "greater" }).pValue, above / count);
});

test("rank tests do not care for the order of the points, and turn round with the samples", () => {
  const points = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 12 });
  fc.assert(
    fc.property(points, points, (x, y) => {
      const a = mannWhitney(x, y);
      expect(mannWhitney([...x].reverse(), [...y].reverse())).toEqual(a);
      const b = mannWhitney(y, x);
      expect(a.u + b.u).toBe(x.length * y.length);
      close(b.pValue, a.pValue);
      expect(b.shift === -a.shift || Math.abs(b.shift + a.shift) < 1e-12).toBe(true);
      expect(Math.abs(brunnerMunzel(x, y).pValue - brunnerMunzel(y, x).pValue)).toBeLessThan(1e-12);
      for (const value of [a.pValue, a.low, a.high, brunnerMunzel(x, y).statistic, levene(x, y).statistic])
        expect(value).not.toBeNaN();
    }),
    { numRuns: 100, seed: 6 },
  );
});

describe("rates and counts agree with reference values", () => {
  test.each(data.proportion_ci95)("intervals of $x in $n", ({ x, n, wilson: w, beta: cp, jeffreys: j }) => {
    for (const [got, want] of [
      [wilson({ x, n }), w],
      [clopperPearson({ x, n }), cp],
      [jeffreys({ x, n }), j],
    ] as const) {
      close(got.low, want[0]);
      close(got.high, want[1]);
    }
  });

  test.each(data.garwood_poisson_ci95)("the interval of $count events", ({ count, ci }) => {
    close(garwood(count).low, ci[0]);
    close(garwood(count).high, ci[1]);
  });

  test.each(data.fisher_exact)("Fisher %#", ({ table, p }) => close(fisherExact(table), p));

  test.each(data.chisquare_gof_srm)("chi-square of counts %#", ({ obs, weights, p }) => {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    close(
      srmChiSquare(
        obs,
        weights.map((weight) => weight / sum),
      ),
      p,
    );
  });

  test.each(data.two_prop_z)("two proportions %#", ({ x, n, z, p }) => {
    const got = twoProportionTest({ nA: n[1], xA: x[1], nB: n[0], xB: x[0] });
    close(got.z, z);
    close(got.pValue, p);
  });

  test.each(data.fieller)("Fieller %#", (row) => {
    const arm = (n: number, mean: number, sd: number): { n: number; mean: number; variance: number } => ({
      n,
      mean,
      variance: sd * sd,
    });
    const got = fieller(arm(row.n2, row.mean2, row.sd2), arm(row.n1, row.mean1, row.sd1));
    if ("unbounded" in got) throw new Error("unbounded");
    close(got.ratio, row.ratio);
    close(got.low, row.ci95[0]);
    close(got.high, row.ci95[1]);
  });
});

test("Fisher's test sums all tables that are no more probable", () => {
  const choose = (n: number, k: number): number => (k < 0 || k > n ? 0 : k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
  const small = fc.integer({ min: 0, max: 9 });
  fc.assert(
    fc.property(small, small, small, small, (a, b, c, d) => {
      const [row, other, column] = [a + b, c + d, a + c];
      const weight = (x: number): number => choose(row, x) * choose(other, column - x);
      let sum = 0;
      let all = 0;
      for (let x = 0; x <= column; x++) {
        all += weight(x);
        if (weight(x) <= weight(a) * (1 + 1e-7)) sum += weight(x);
      }
      expect(
        fisherExact([
          [a, b],
          [c, d],
        ]),
      ).toBeCloseTo(all === 0 ? 1 : sum / all, 10);
    }),
    { numRuns: 300, seed: 7 },
  );
});

test("a base that is not clearly away from 0 leaves the ratio unbounded", () => {
  expect(fieller({ n: 10, mean: 0.1, variance: 1 }, { n: 10, mean: 5, variance: 1 })).toEqual({ unbounded: true });
  expect(fieller({ n: 10, mean: 0, variance: 0 }, { n: 10, mean: 5, variance: 1 })).toEqual({ unbounded: true });
});

test("the ratio of a negative baseline has its ends in order", () => {
  const got = fieller({ n: 1000, mean: -10, variance: 4 }, { n: 1000, mean: -11, variance: 4 });
  expect("unbounded" in got || (got.low < got.ratio && got.ratio < got.high)).toBe(true);
});

describe("multiplicity", () => {
  test.each(data.multiple_testing)("Holm %#", ({ p, holm: want }) => {
    holm(p).forEach((adjusted, i) => expect(adjusted).toBeCloseTo(want[i] ?? -1, 10));
  });

  test("e-BH rejects the k largest that reach K/(kα)", () => {
    expect(eBenjaminiHochberg([100, 5, 30, 1], 0.05)).toEqual([0]);
    expect(eBenjaminiHochberg([100, 5, 45, 1], 0.05)).toEqual([0, 2]);
    expect(eBenjaminiHochberg([1, 2, 3], 0.05)).toEqual([]);
    expect(eBenjaminiHochberg([Infinity, 0], 0.05)).toEqual([0]);
    expect(eBenjaminiHochberg([], 0.05)).toEqual([]);
  });
});

describe("sample sizes agree with reference values", () => {
  test.each(data.power.filter(({ p1 }) => p1 !== undefined))("$kind $p1 to $p2", ({ kind, p1 = 0, p2 = 0, n }) => {
    const method = kind.includes("arcsine") ? "arcsine" : "pooled";
    const got = sampleSize({ kind: "proportion", baseline: p1, effect: p2 - p1, alpha: 0.05, power: 0.8, method });
    close(got.nA, n, 1e-6);
    expect(got.nB).toBe(got.nA);
  });
});
