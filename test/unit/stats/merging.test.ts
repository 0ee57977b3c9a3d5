import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { ArmBatch, BestArm } from "../../../src/stats/index.js";
import {
  bestArm,
  binaryEProcess,
  countEProcess,
  marginEProcess,
  meanEProcess,
  meanSloTest,
  PairTest,
  rateEProcess,
  sloTest,
  srmDirichlet,
  srmEProcess,
  tailEProcess,
} from "../../../src/stats/index.js";

interface Mergeable<T> {
  merge(other: T): T;
  toJSON(): unknown;
}

/** All numbers of a state in order, for a comparison that allows for rounding. */
function numbers(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbers);
}

function same(a: { toJSON(): unknown }, b: { toJSON(): unknown }): void {
  const [mine, theirs] = [a, b].map((state) => numbers(JSON.parse(JSON.stringify(state)))) as [number[], number[]];
  expect(mine).toHaveLength(theirs.length);
  mine.forEach((x, i) => expect(Math.abs(x - (theirs[i] ?? NaN))).toBeLessThanOrEqual(1e-8 * (1 + Math.abs(x))));
}

/** One class: how it begins, and how it takes the batch that a random row stands for. */
interface Law {
  readonly name: string;
  readonly holds: (x: readonly Row[], y: readonly Row[], z: readonly Row[]) => void;
}

type Row = readonly [a: number, b: number, c: number];

function law<T extends Mergeable<T>>(name: string, fresh: () => T, feed: (state: T, row: Row) => unknown): Law {
  const fill = (rows: readonly Row[]): T => {
    const state = fresh();
    for (const row of rows) feed(state, row);
    return state;
  };
  return {
    name,
    holds(x, y, z) {
      const [a, b, c] = [x, y, z].map((rows) => () => fill(rows)) as [() => T, () => T, () => T];
      same(a().merge(b()), b().merge(a()));
      same(a().merge(b()).merge(c()), a().merge(b().merge(c())));
      expect(a().merge(fresh()).toJSON()).toEqual(a().toJSON());
      expect(fresh().merge(a()).toJSON()).toEqual(a().toJSON());
      const other = b();
      const before = JSON.stringify(other);
      a().merge(other);
      expect(JSON.stringify(other)).toBe(before);
    },
  };
}

const summary = (n: number, m: number): { n: number; mean: number; variance: number } => ({
  n: 100 + n,
  mean: 5 + m / 20,
  variance: 4,
});
const arm = (n: number, x: number): ArmBatch => ({ kind: "count", exposure: 1 + n, x });

const laws: readonly Law[] = [
  law(
    "rates",
    () => binaryEProcess({ side: "two-sided" }),
    (state, [a, b, c]) => state.add({ nA: 40 + a, xA: a, nB: 40 + c, xB: b }),
  ),
  law(
    "counts",
    () => countEProcess({ side: "greater" }),
    (state, [a, b, c]) => state.add({ xA: a, exposureA: 1 + c, xB: b, exposureB: 2 }),
  ),
  law(
    "means",
    () => meanEProcess({ side: "less", tau: 0.5 }),
    (state, [a, b, c]) => state.add({ a: summary(a, b), b: summary(b, c) }),
  ),
  law(
    "margins",
    () => marginEProcess({ margin: { kind: "absolute", value: 1 }, lowerIsBetter: true, tau: 0.5 }),
    (state, [a, b, c]) => state.add({ a: summary(a, b), b: summary(b, c) }),
  ),
  law(
    "limits",
    () => rateEProcess({ limit: 0.3, side: "less" }),
    (state, [a, b]) => state.add({ n: 40 + b, x: a }),
  ),
  law(
    "objectives",
    () => sloTest({ limit: 0.3, direction: "at-most" }),
    (state, [a, b]) => state.add({ n: 40 + b, bad: a }),
  ),
  law(
    "objectives on means",
    () => meanSloTest({ limit: 5, direction: "at-least" }),
    (state, [a, b]) => state.add(summary(a, b)),
  ),
  law(
    "tails",
    () => tailEProcess({ side: "greater", edges: [1, 2] }),
    (state, [a, b, c]) => state.add({ nA: 80, aboveA: [a + c, a], nB: 80, aboveB: [b + c, c] }),
  ),
  law(
    "shares",
    () => srmEProcess({ shares: [0.5, 0.5] }),
    (state, [a, b]) => state.add([1 + a, b]),
  ),
  law(
    "shares, Dirichlet",
    () => srmDirichlet({ probabilities: [0.5, 0.5], alpha: [20, 30] }),
    (state, [a, b]) => state.add([1 + a, b]),
  ),
  law(
    "pairs",
    () => PairTest.of({ kind: "count", side: "two-sided" }),
    (state, [a, b, c]) => state.add(arm(c, a), arm(a, b)),
  ),
  law(
    "pairs of tails",
    () => PairTest.of({ kind: "tail", edges: [1, 2], side: "greater" }),
    (state, [a, b, c]) =>
      state.add({ kind: "tail", n: 80, above: [a + c, a] }, { kind: "tail", n: 80, above: [b + c, c] }),
  ),
  law(
    "arms",
    () => bestArm({ kind: "count", arms: 3 }),
    (state, [a, b, c]) => state.add([arm(a, b), arm(b, c), arm(c, a)]),
  ),
];

const rows = fc.array(fc.tuple(fc.nat(39), fc.nat(39), fc.nat(39)), { maxLength: 4 });

describe("evidence of independent streams", () => {
  test.each(laws)("merges in any order and grouping, and an empty stream changes nothing: $name", ({ holds }) => {
    fc.assert(fc.property(rows, rows, rows, holds), { numRuns: 40, seed: 50 });
  });

  test("of another plan is refused before anything is taken", () => {
    const mine = tailEProcess({ side: "greater", edges: [1, 2] });
    expect(() => mine.merge(tailEProcess({ side: "greater", edges: [1, 3] }))).toThrow("edges is [1,3]");
    expect(() => srmEProcess({ shares: [0.5, 0.5] }).merge(srmEProcess({ shares: [0.4, 0.6] }))).toThrow("plan is");
    expect(() => bestArm({ kind: "count", arms: 2 }).merge(bestArm({ kind: "count", arms: 3 }))).toThrow("plan is");
    expect(() =>
      PairTest.of({ kind: "count", side: "less" }).merge(PairTest.of({ kind: "binary", side: "less" })),
    ).toThrow('kind is "binary"');
    expect(() =>
      marginEProcess({ margin: { kind: "absolute", value: 1 }, lowerIsBetter: true }).merge(
        marginEProcess({ margin: { kind: "absolute", value: 2 }, lowerIsBetter: true }),
      ),
    ).toThrow("plan is");
  });
});

test("a search for the best of several means is merged with all of its pairs or with none", () => {
  const after = (...means: readonly number[]): BestArm => {
    const search = bestArm({ kind: "mean", arms: 3 });
    for (let batch = 0; batch < 3; batch++)
      search.add(means.map((mean) => ({ kind: "mean", n: 120, mean, variance: 4 })));
    return search;
  };
  const search = after(5, 6, 7);
  const before = JSON.stringify(search);
  // The effects that are bet on follow the first means seen: those of the first arm agree, the others do not.
  expect(() => search.merge(after(5, 6, 9))).toThrow("taus");
  expect(JSON.stringify(search)).toBe(before);
});

test("a search among more arms than pairs can be kept of is refused", () => {
  expect(() => bestArm({ kind: "binary", arms: 1e9 })).toThrow("arms is 1000000000");
});

test("a Dirichlet test of shares that was merged is the one that saw all batches", () => {
  const plan = { probabilities: [0.5, 0.3, 0.2], alpha: [5, 3, 2] };
  fc.assert(
    fc.property(rows, rows, (x, y) => {
      const fill = (list: readonly Row[]): ReturnType<typeof srmDirichlet> => {
        const state = srmDirichlet(plan);
        for (const row of list) state.add(row);
        return state;
      };
      same(fill(x).merge(fill(y)), fill([...x, ...y]));
    }),
    { numRuns: 60, seed: 53 },
  );
  const impossible = srmDirichlet({ probabilities: [1, 0], alpha: [1, 1] });
  impossible.add([3, 1]);
  const fresh = srmDirichlet({ probabilities: [1, 0], alpha: [1, 1] });
  expect(fresh.merge(impossible).odds.logPosteriorOdds).toBe(Infinity);
  expect(() => fresh.merge(srmDirichlet({ probabilities: [1, 0], alpha: [2, 1] }))).toThrow("plan is");
});

describe("the order in which batches came", () => {
  const permuted = fc
    .array(fc.tuple(fc.nat(39), fc.nat(39), fc.nat(39)), { minLength: 2, maxLength: 6 })
    .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));

  test("does not matter to counts and limits, whose bets depend on nothing earlier", () => {
    fc.assert(
      fc.property(permuted, ([list, other]) => {
        const logE = (batches: readonly Row[]): number[] => {
          const count = countEProcess({ side: "two-sided" });
          const limit = rateEProcess({ limit: 0.2, side: "greater" });
          for (const [a, b, c] of batches) {
            count.add({ xA: a, exposureA: 1 + c, xB: b, exposureB: 2 });
            limit.add({ n: 40 + b, x: a });
          }
          return [count.logE, limit.logE];
        };
        const [want, got] = [logE(list), logE(other)];
        want.forEach((x, i) => expect(Math.abs(x - (got[i] ?? NaN))).toBeLessThan(1e-9));
      }),
      { numRuns: 60, seed: 51 },
    );
  });

  test("of the arms does not matter to a mismatch of shares", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const [one, turned] = [srmEProcess({ shares: [0.5, 0.3, 0.2] }), srmEProcess({ shares: [0.2, 0.5, 0.3] })];
        for (const [a, b, c] of list) {
          one.add([a, b, c]);
          turned.add([c, a, b]);
        }
        expect(Math.abs(one.logE - turned.logE)).toBeLessThan(1e-9);
      }),
      { numRuns: 60, seed: 52 },
    );
  });
});

test("the mean of tests at edges expects to grow by at most 1, over all outcomes of up to 12 values", () => {
  // Three cells: below both edges, between, above both; the same chances in both arms.
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  const cells = (n: number): [number, number][] =>
    Array.from({ length: n + 1 }, (_, high) =>
      Array.from({ length: n - high + 1 }, (_, mid): [number, number] => [mid, high]),
    ).flat();
  const weight = (n: number, [mid, high]: readonly [number, number], p: number, q: number): number =>
    (factorial(n) / factorial(mid) / factorial(high) / factorial(n - mid - high)) *
    (1 - p - q) ** (n - mid - high) *
    p ** mid *
    q ** high;
  const process = tailEProcess({ side: "two-sided", edges: [1, 2] });
  process.add({ nA: 30, aboveA: [9, 3], nB: 30, aboveB: [12, 6] });
  process.add({ nA: 30, aboveA: [9, 2], nB: 20, aboveB: [8, 4] });
  const saved = JSON.stringify(process);
  const { logE: before } = process;
  for (const [nA, nB] of [
    [1, 1],
    [3, 5],
    [6, 6],
    [9, 3],
  ] as const)
    for (const [p, q] of [
      [0.2, 0.1],
      [0.5, 0.4],
      [0.01, 0.001],
    ] as const) {
      let sum = 0;
      for (const a of cells(nA))
        for (const b of cells(nB)) {
          const next = tailEProcess.fromJSON(saved);
          const logE = next.add({ nA, aboveA: [a[0] + a[1], a[1]], nB, aboveB: [b[0] + b[1], b[1]] });
          sum += weight(nA, a, p, q) * weight(nB, b, p, q) * Math.exp(logE - before);
        }
      expect(sum).toBeLessThanOrEqual(1 + 1e-12);
    }
});
