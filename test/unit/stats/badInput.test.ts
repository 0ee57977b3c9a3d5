import { describe, expect, test } from "@jest/globals";

import {
  binaryEProcess,
  bestArm,
  brunnerMunzel,
  clopperPearson,
  CoMoments,
  countEProcess,
  eBenjaminiHochberg,
  expectedLoss,
  fieller,
  fisherExact,
  garwood,
  groupSequentialBounds,
  holm,
  jeffreys,
  judgeSeries,
  levene,
  mannWhitney,
  marginEProcess,
  meanEProcess,
  Moments,
  normalMixtureBound,
  normalMixtureRho,
  probabilityBest,
  QuantileSketch,
  rateEProcess,
  rateSequence,
  ratioSummary,
  sloTest,
  srmChiSquare,
  srmDirichlet,
  srmEProcess,
  StatsError,
  tailEProcess,
  twoProportionTest,
  welchTest,
  wilson,
} from "../../../src/stats/index.js";

const nan = Number.NaN;
const arm = { n: 10, mean: 1, variance: 1 };

/** What is asked, and the field that the refusal must name. */
const refusals: readonly (readonly [string, () => unknown])[] = [
  ["x", () => Moments.of([1, nan])],
  ["x", () => CoMoments.of([[nan, 1]])],
  ["y", () => CoMoments.of([[1, Infinity]])],
  ["x", () => new QuantileSketch().add(Infinity)],
  ["count", () => new QuantileSketch().add(1, -1)],
  ["relativeAccuracy", () => new QuantileSketch({ relativeAccuracy: 1 })],
  ["q", () => new QuantileSketch().quantile(2)],
  ["posteriors", () => probabilityBest([])],
  ["posteriors[0].beta", () => probabilityBest([{ family: "beta", alpha: 1, beta: 0 }])],
  [
    "posteriors[1].sd",
    () =>
      expectedLoss([
        { family: "normal", mean: 0, sd: 1 },
        { family: "normal", mean: 0, sd: nan },
      ]),
  ],
  ["a.n", () => welchTest({ n: 1, mean: 0, variance: 0 }, arm)],
  ["a.variance + b.variance", () => welchTest({ n: 5, mean: 0, variance: 0 }, { n: 5, mean: 1, variance: 0 })],
  ["alpha", () => welchTest(arm, arm, { alpha: 1 })],
  ["base.n", () => fieller({ n: 0, mean: 0, variance: 0 }, arm)],
  ["x.length", () => mannWhitney([], [1])],
  ["y[0]", () => mannWhitney([1], [nan])],
  [
    "method",
    () =>
      mannWhitney(
        Array.from({ length: 400 }, (_, i) => i),
        Array.from({ length: 400 }, (_, i) => i),
        { method: "exact" },
      ),
  ],
  ["x.length", () => brunnerMunzel([1], [1, 2])],
  ["y.length", () => levene([1, 2, 3], [1])],
  ["x", () => wilson({ x: 5, n: 4 })],
  ["x", () => jeffreys({ x: -1, n: 4 })],
  ["n", () => clopperPearson({ x: 0, n: 1.5 })],
  ["x", () => garwood(nan)],
  ["x", () => rateSequence({ x: 2, n: 1 })],
  [
    "table[1][0]",
    () =>
      fisherExact([
        [1, 2],
        [-3, 4],
      ]),
  ],
  ["pValues[1]", () => holm([0.5, 1.5])],
  ["eValues[0]", () => eBenjaminiHochberg([-1], 0.05)],
  ["shares", () => srmChiSquare([1, 2], [0.5, 0.6])],
  ["counts.length", () => srmChiSquare([1], [0.5, 0.5])],
  ["xB", () => twoProportionTest({ nA: 1, xA: 0, nB: 1, xB: 2 })],
  ["deltas", () => binaryEProcess({ side: "greater", deltas: [] })],
  ["deltas[1]", () => binaryEProcess({ side: "greater", deltas: [0.1, -0.1] })],
  ["decay", () => binaryEProcess({ side: "greater", decay: 0 })],
  ["xA", () => binaryEProcess({ side: "greater" }).add({ nA: 1, xA: 2, nB: 1, xB: 0 })],
  ["nB", () => binaryEProcess({ side: "greater" }).add({ nA: 1, xA: 1, nB: nan, xB: 0 })],
  ["exposureA", () => countEProcess({ side: "less" }).add({ xA: 1, exposureA: 0, xB: 0, exposureB: 1 })],
  ["xB", () => countEProcess({ side: "less" }).add({ xA: 1, exposureA: 1, xB: -1, exposureB: 1 })],
  ["tau", () => meanEProcess({ side: "less", tau: 0 })],
  ["burnIn", () => meanEProcess({ side: "less", burnIn: 1 })],
  ["summary.variance", () => meanEProcess({ side: "less" }).add({ a: arm, b: { ...arm, variance: -1 } })],
  ["margin.value", () => marginEProcess({ margin: { kind: "relative", value: 1 }, lowerIsBetter: false })],
  ["limit", () => rateEProcess({ limit: 0, side: "less" })],
  ["limit", () => sloTest({ limit: 0, direction: "at-most" })],
  ["limit", () => sloTest({ limit: 1, direction: "at-most" })],
  ["bad", () => sloTest({ limit: 0.1, direction: "at-most" }).add({ n: 1, bad: 2 })],
  ["shares", () => srmEProcess({ shares: [0.5, 0.4] })],
  ["counts[0]", () => srmEProcess({ shares: [0.5, 0.5] }).add([1.5, 1])],
  ["counts.length", () => srmEProcess({ shares: [0.5, 0.5] }).add([1])],
  ["alpha[1]", () => srmDirichlet({ probabilities: [0.5, 0.5], alpha: [1, 0] })],
  ["edges[1]", () => tailEProcess({ side: "less", edges: [2, 1] })],
  ["arms", () => bestArm({ kind: "binary", arms: 0 })],
  ["alpha", () => groupSequentialBounds({ fractions: [1], alpha: nan, sides: 2, spending: { family: "pocock" } })],
  [
    "spending.rho",
    () => groupSequentialBounds({ fractions: [1], alpha: 0.1, sides: 2, spending: { family: "power", rho: -1 } }),
  ],
  ["rho", () => normalMixtureBound({ v: 1, alpha: 0.05, rho: 0 })],
  ["vOpt", () => normalMixtureRho({ vOpt: -1, alpha: 0.05 })],
  [
    "pairs.x.mean",
    () =>
      ratioSummary(
        CoMoments.of([
          [1, 1],
          [-1, 1],
        ]),
      ),
  ],
];

test.each(refusals)("what is impossible is refused by name %#: %s", (field, call) => {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof StatsError)) throw new Error(`no StatsError for ${field}`);
  expect(thrown.field).toBe(field);
  expect(thrown.message.startsWith(`${field} is `)).toBe(true);
});

/** All numbers in a result. */
function numbers(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbers);
}

describe("what is possible but extreme has an answer without NaN", () => {
  const big = 1e9;
  const calls: readonly (readonly [string, () => unknown])[] = [
    ["empty arms", () => twoProportionTest({ nA: 0, xA: 0, nB: 0, xB: 0 })],
    ["nothing happens", () => twoProportionTest({ nA: 9, xA: 0, nB: 9, xB: 0 })],
    ["no trials", () => [wilson({ x: 0, n: 0 }), jeffreys({ x: 0, n: 0 }), clopperPearson({ x: 0, n: 0 })]],
    [
      "a billion",
      () => [wilson({ x: 1, n: big }), clopperPearson({ x: 1, n: big }), jeffreys({ x: big, n: big }), garwood(big)],
    ],
    [
      "a billion in a table",
      () =>
        fisherExact([
          [1e8, 9e8],
          [1.00005e8, 9e8],
        ]),
    ],
    ["no counts", () => [srmChiSquare([0, 0], [0.5, 0.5]), srmEProcess({ shares: [0.5, 0.5] }).add([0, 0])]],
    ["one version", () => [srmChiSquare([5], [1]), srmEProcess({ shares: [1] }).add([5])]],
    ["all on one arm", () => srmEProcess({ shares: [1, 0] }).add([big, 0])],
    [
      "constant samples",
      () => [mannWhitney([1, 1], [1, 1]), brunnerMunzel([1, 1], [1, 1]), levene([1, 1, 1], [1, 1, 1])],
    ],
    ["separated samples", () => [mannWhitney([1, 1], [2, 2]), brunnerMunzel([1, 1], [2, 2])]],
    ["a negative baseline", () => judgeSeries({ baseline: [-5, -6, -7, -5, -6], canary: [-5, -6, -7, -5, -6] })],
    ["a billion zeros", () => sloTest({ limit: 0.01, direction: "at-most" }).add({ n: big, bad: 0 }).toJSON()],
    ["a billion of errors", () => sloTest({ limit: 0.01, direction: "at-most" }).add({ n: big, bad: big }).toJSON()],
    [
      "equal posteriors",
      () => probabilityBest(Array.from({ length: 6 }, () => ({ family: "beta", alpha: 0.5, beta: big }) as const)),
    ],
  ];

  test.each(calls)("%s", (_, call) => {
    const found = numbers(call());
    expect(found.length).toBeGreaterThan(0);
    for (const value of found) expect(value).not.toBeNaN();
  });
});
