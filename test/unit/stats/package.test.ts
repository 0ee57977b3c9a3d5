import { readFile } from "node:fs/promises";

import { describe, expect, test } from "@jest/globals";

import * as source from "../../../src/stats/index.js";

/** The library as a user of the package imports it; `npm test` builds it first. */
const name = "pointsman/stats";
const library = (await import(name)) as typeof source;

/** Names and arguments that others rely on, each with a part of the answer. */
const calls: Readonly<Record<string, readonly [answer: () => unknown, shape: unknown]>> = {
  betaCdf: [() => library.betaCdf(2, 3, 0.5), { cdf: expect.closeTo(0.6875, 12), sf: expect.closeTo(0.3125, 12) }],
  gammaCdf: [() => library.gammaCdf(1, 1), { cdf: expect.closeTo(1 - Math.exp(-1), 12), sf: expect.any(Number) }],
  normalCdf: [() => library.normalCdf(0), { cdf: 0.5, sf: 0.5 }],
  studentTCdf: [() => library.studentTCdf(1, 1), { cdf: expect.closeTo(0.75, 12), sf: expect.any(Number) }],
  chiSquareCdf: [() => library.chiSquareCdf(2, 2), { cdf: expect.any(Number), sf: expect.closeTo(Math.exp(-1), 12) }],
  betaQuantile: [() => library.betaQuantile(1, 1, 0.1, { upper: true }), expect.closeTo(0.9, 12)],
  gammaQuantile: [() => library.gammaQuantile(1, Math.exp(-1), { upper: true }), expect.closeTo(1, 12)],
  normalQuantile: [() => library.normalQuantile(0.025, { upper: true }), expect.closeTo(1.959963984540054, 12)],
  studentTQuantile: [() => library.studentTQuantile(1, 0.25, { upper: true }), expect.closeTo(1, 12)],
  Moments: [
    () => {
      const two = library.Moments.from({ n: 1, mean: 2, variance: 0 });
      const { n, mean, variance } = library.Moments.of([1, 2]).add(3).merge(two);
      return { n, mean, variance };
    },
    { n: 4, mean: 2, variance: expect.closeTo(2 / 3, 12) },
  ],
  QuantileSketch: [
    () => {
      const sketch = new library.QuantileSketch({ relativeAccuracy: 0.01 }).add(1, 3).add(100);
      return [sketch.quantile(0.5), sketch.merge(new library.QuantileSketch({ relativeAccuracy: 0.01 }).add(5)).count];
    },
    [expect.closeTo(1, 1), 5],
  ],
  probabilityBest: [
    () =>
      library.probabilityBest(
        [
          { family: "beta", alpha: 2, beta: 1 },
          { family: "gamma", shape: 1, rate: 9 },
          { family: "normal", mean: 0.1, sd: 1e-3 },
          { family: "t", df: 9, mean: 5, scale: 1e-3 },
        ],
        { lowerIsBetter: false },
      ),
    [expect.any(Number), expect.any(Number), expect.any(Number), expect.closeTo(1, 6)],
  ],
  expectedLoss: [
    () =>
      library.expectedLoss(
        [1, 2].map((mean) => ({ family: "normal", mean, sd: 1e-6 })),
        { lowerIsBetter: true },
      ),
    [expect.closeTo(0, 9), expect.closeTo(1, 9)],
  ],
  welchTest: [
    () => library.welchTest({ n: 9, mean: 3, variance: 1 }, { n: 9, mean: 1, variance: 1 }, { alpha: 0.05 }),
    {
      difference: 2,
      low: expect.any(Number),
      high: expect.any(Number),
      t: expect.closeTo(2 / Math.sqrt(2 / 9), 12),
      df: expect.closeTo(16, 9),
      pValue: expect.any(Number),
    },
  ],
  fieller: [
    () => [
      library.fieller({ n: 900, mean: 2, variance: 1 }, { n: 900, mean: 4, variance: 1 }, { alpha: 0.05 }),
      library.fieller({ n: 9, mean: 0, variance: 1 }, { n: 9, mean: 4, variance: 1 }, { alpha: 0.05 }),
    ],
    [{ ratio: 2, low: expect.any(Number), high: expect.any(Number) }, { unbounded: true }],
  ],
  mannWhitney: [
    () =>
      library.mannWhitney([3, 4], [1, 3], {
        alpha: 0.05,
        alternative: "greater",
        continuity: true,
        method: "asymptotic",
      }),
    { u: 3.5, pValue: expect.any(Number), shift: 1.5, low: expect.any(Number), high: Infinity },
  ],
  brunnerMunzel: [
    () => library.brunnerMunzel([1, 2, 3], [2, 3, 9]),
    { statistic: expect.any(Number), df: expect.any(Number), pValue: expect.any(Number) },
  ],
  wilson: [() => library.wilson({ x: 0, n: 20 }, { alpha: 0.05 }), { low: 0, high: expect.closeTo(0.161125, 6) }],
  jeffreys: [() => library.jeffreys({ x: 0, n: 20 }), { low: expect.any(Number), high: expect.closeTo(0.116639, 6) }],
  clopperPearson: [() => library.clopperPearson({ x: 0, n: 20 }), { low: 0, high: expect.closeTo(0.168433, 6) }],
  garwood: [() => library.garwood(0, { alpha: 0.05 }), { low: 0, high: expect.closeTo(3.688879, 6) }],
  fisherExact: [
    () =>
      library.fisherExact([
        [5, 995],
        [14, 986],
      ]),
    expect.closeTo(0.06232738444372621, 9),
  ],
  binaryEProcess: [
    () => {
      const test = library.binaryEProcess({ side: "greater", deltas: [0.4], decay: 1 });
      const logE = [test.add({ nA: 9, xA: 1, nB: 9, xB: 1 }), test.add({ nA: 9, xA: 1, nB: 9, xB: 5 })];
      return { logE, same: logE[1] === test.logE, pValue: test.pValue };
    },
    { logE: [0, expect.any(Number)], same: true, pValue: expect.any(Number) },
  ],
  countEProcess: [
    () => library.countEProcess({ side: "less", deltas: [1] }).add({ xA: 0, exposureA: 1, xB: 0, exposureB: 1 }),
    0,
  ],
  meanEProcess: [
    () => {
      const test = library.meanEProcess({ side: "two-sided", tau: 1, burnIn: 2 });
      for (const mean of [5, 6])
        test.add({
          a: library.Moments.from({ n: 9, mean: 5, variance: 1 }),
          b: library.Moments.from({ n: 9, mean, variance: 1 }),
        });
      return test.interval(0.05);
    },
    { estimate: expect.closeTo(1, 12), low: expect.any(Number), high: expect.any(Number) },
  ],
  normalMixtureBound: [() => library.normalMixtureBound({ v: 0, alpha: 0.05, rho: 1 }), expect.any(Number)],
  normalMixtureRho: [() => library.normalMixtureRho({ vOpt: 100, alpha: 0.05 }), expect.any(Number)],
  groupSequentialBounds: [
    () =>
      (
        [
          { family: "power", rho: 2 },
          { family: "obrien-fleming" },
          { family: "pocock" },
          { family: "pocock-constant" },
          { family: "obrien-fleming-constant" },
        ] as const
      ).map(
        (spending) => library.groupSequentialBounds({ fractions: [0.5, 1], alpha: 0.05, sides: 2, spending }).length,
      ),
    [2, 2, 2, 2, 2],
  ],
  quantilePairTest: [
    () => {
      const [a, b] = [new library.QuantileSketch().add(1, 99), new library.QuantileSketch().add(9, 99)];
      return library.quantilePairTest(a, b, { q: 0.5, side: "greater", concentration: 100 });
    },
    { logE: expect.any(Number), pValue: expect.any(Number) },
  ],
  probabilityBestFeasible: [
    () =>
      library.probabilityBestFeasible(
        [1, 2].map((mean) => ({ family: "normal", mean, sd: 1e-6 })),
        { lowerIsBetter: false, feasible: [1, 0.25], limit: { value: 0, direction: "at-least" } },
      ),
    [expect.closeTo(0.75, 9), expect.closeTo(0.25, 9)],
  ],
  mixtureTau: [() => library.mixtureTau({ information: 100, alpha: 0.05 }), expect.any(Number)],
  meanSloTest: [
    () =>
      library
        .meanSloTest({ limit: 1, direction: "at-most", alpha: 0.05, minRequests: 50, tau: 1, burnIn: 100 })
        .add({ n: 99, mean: 2, variance: 1 }).verdict,
    "undecided",
  ],
  equivalence: [
    () =>
      library
        .equivalence({ arms: 2, rope: { kind: "absolute", value: 1 }, alpha: 0.05, lowerIsBetter: true })
        .equivalent(),
    false,
  ],
  sloTest: [
    () =>
      library.sloTest({ limit: 0.01, direction: "at-most", alpha: 0.05, minRequests: 50 }).add({ n: 99, bad: 60 })
        .verdict,
    "violated",
  ],
  srmEProcess: [() => library.srmEProcess({ shares: [0.5, 0.5], concentration: 1000 }).add([5, 5], [0.4, 0.6]), 0],
  srmDirichlet: [
    () => library.srmDirichlet({ probabilities: [0.5, 0.5], alpha: [1, 1] }).add([5, 5]),
    { logM1: expect.any(Number), logM0: expect.any(Number), logPosteriorOdds: expect.any(Number) },
  ],
  srmChiSquare: [() => library.srmChiSquare([1000, 1200], [0.5, 0.5]), expect.closeTo(2.007865612426481e-5, 12)],
  holm: [() => library.holm([0.04, 0.01]), [0.04, 0.02]],
  eBenjaminiHochberg: [() => library.eBenjaminiHochberg([1, 99], 0.05), [1]],
  sampleSize: [
    () =>
      library.sampleSize({
        kind: "proportion",
        baseline: 0.1,
        effect: 0.01,
        alpha: 0.05,
        power: 0.8,
        sides: 2,
        ratio: 1,
        method: "arcsine",
      }),
    { nA: expect.closeTo(14744.1, 0), nB: expect.closeTo(14744.1, 0) },
  ],
  minimumDetectableEffect: [
    () => library.minimumDetectableEffect({ kind: "mean", baseline: 0, variance: 1, alpha: 0.05, power: 0.8, nA: 100 }),
    expect.closeTo(0.396, 2),
  ],
  timeLeft: [
    () => library.timeLeft({ effect: 1, tau: 1, alpha: 0.05, power: 0.8, information: 0, informationPerTick: 1 }),
    { informationNeeded: expect.any(Number), ticks: expect.any(Number) },
  ],
  allocate: [() => library.allocate({ strategy: { kind: "uniform" }, arms: [{}, {}] }).weights, [50, 50]],
  decide: [() => library.decide({ plan: { versions: ["a", "b"], metrics: [] } }).decision.action, "collecting"],
};

describe("a user of the package", () => {
  test.each(Object.entries(calls))("calls %s with the published arguments", (_, [answer, shape]) => {
    expect(answer()).toEqual(shape);
  });

  test("finds every name of the source, and every stateful class restores what it saves", () => {
    expect(Object.keys(library).sort()).toEqual(Object.keys(source).sort());
    const classes = Object.entries(library).filter(([, value]) => isClass(value) && "toJSON" in value.prototype);
    expect(classes.length).toBeGreaterThan(10);
    for (const [, value] of classes) expect(value).toHaveProperty("fromJSON", expect.any(Function));
  });

  test("loads one file that imports nothing", async () => {
    const { exports } = JSON.parse(await readFile("package.json", "utf8")) as { exports: Record<string, string> };
    const text = await readFile(exports["./stats"] ?? "", "utf8");
    expect(text).not.toMatch(/\bimport\s*[("'{*]|\brequire\s*\(/);
  });
});

function isClass(value: unknown): value is { prototype: object } {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}
