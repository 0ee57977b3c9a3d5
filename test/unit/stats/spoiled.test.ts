import { describe, expect, test } from "@jest/globals";

import * as library from "../../../src/stats/index.js";

type Call = (...args: never[]) => unknown;

interface Subject {
  readonly call: Call;
  readonly args: readonly unknown[];
}

/** A function with arguments that it takes; every number among them will be spoiled. */
function subject<A extends readonly unknown[]>(call: (...args: A) => unknown, ...args: A): Subject {
  return { call, args };
}

const arm = { n: 40, mean: 5, variance: 4 };
const other = { n: 30, mean: 6, variance: 5 };
const beta = { family: "beta", alpha: 3, beta: 9 } as const;
const gamma = { family: "gamma", shape: 3, rate: 9 } as const;
const normal = { family: "normal", mean: 0.3, sd: 0.1 } as const;
const student = { family: "t", df: 5, mean: 0.3, scale: 0.1 } as const;
const pair = { nA: 40, xA: 4, nB: 40, xB: 9 };
const counts = { xA: 4, exposureA: 8, xB: 9, exposureB: 7 };
const buckets = [
  { le: 1, count: 5 },
  { le: 2, count: 9 },
];
const power = { kind: "proportion", baseline: 0.1, effect: 0.05, alpha: 0.05, power: 0.8, ratio: 1 } as const;
const meanPower = { ...power, kind: "mean", variance: 4 } as const;
const sequential = { effect: 0.1, tau: 0.1, alpha: 0.05, power: 0.8 };
const pairs = (): library.CoMoments => library.CoMoments.of([[1, 2], [2, 3], [4, 5]]); // prettier-ignore
const sketch = (): library.QuantileSketch => new library.QuantileSketch().add(1, 50).add(3, 60);
const arms = [
  { posterior: beta, mean: 0.2, n: 50, constraint: normal, feasible: 0.8 },
  { posterior: beta, mean: 0.3, n: 40, constraint: student },
] as const;
const allocation = (strategy: library.Strategy): Subject =>
  subject(library.allocate, {
    strategy,
    arms,
    guards: { floor: 0.01, maxStep: 0.1, maxCandidate: 0.5, infeasibleShare: 0, primary: 0 },
    current: [0.5, 0.5],
  });
const twice =
  <S, B>(start: (plan: S) => { add(batch: B): unknown; toJSON(): unknown }) =>
  (plan: S, first: B, second: B): unknown => {
    const process = start(plan);
    const told = [process.add(first), process.add(second)];
    return [told.filter((one) => typeof one === "number"), process.toJSON()];
  };
const binaryArms = [
  { kind: "binary", n: 90, x: 9 },
  { kind: "binary", n: 90, x: 12 },
] as const;

const meanArms = [
  { kind: "mean", ...arm },
  { kind: "mean", ...other },
] as const;
const tailArms = [
  { kind: "tail", n: 90, above: [20, 4] },
  { kind: "tail", n: 90, above: [25, 9] },
] as const;

const subjects: Readonly<Record<string, Subject>> = {
  betaCdf: subject(library.betaCdf, 2, 3, 0.5),
  gammaCdf: subject(library.gammaCdf, 2, 3),
  normalCdf: subject(library.normalCdf, 1),
  studentTCdf: subject(library.studentTCdf, 5, 1),
  chiSquareCdf: subject(library.chiSquareCdf, 5, 1),
  betaQuantile: subject(library.betaQuantile, 2, 3, 0.1),
  gammaQuantile: subject(library.gammaQuantile, 2, 0.1),
  normalQuantile: subject(library.normalQuantile, 0.1),
  studentTQuantile: subject(library.studentTQuantile, 5, 0.1),
  moments: subject((xs: number[]) => library.Moments.of(xs).toJSON(), [1, 2]),
  "moments from": subject((s: library.Summary) => library.Moments.from(s).toJSON(), arm),
  coMoments: subject((x: number, y: number) => pairs().add(x, y).toJSON(), 1, 2),
  sketch: subject((x: number, n: number, q: number) => sketch().add(x, n).quantile(q), 2, 3, 0.5),
  counterIncrease: subject(library.counterIncrease, 3, 5),
  sketchFromClassic: subject((b: typeof buckets) => library.sketchFromClassic(b).toJSON(), buckets),
  sketchFromExponential: subject((h: library.ExponentialHistogram) => library.sketchFromExponential(h).toJSON(), {
    scale: 2,
    zeroCount: 1,
    positive: { offset: 1, counts: [3, 4] },
  }),
  exceedances: subject(library.exceedances, buckets, 1),
  betaPosterior: subject(library.betaPosterior, { x: 3, n: 9 }, { alpha: 1, beta: 1 }),
  gammaPosterior: subject(library.gammaPosterior, { x: 3, exposure: 9 }, { shape: 1, rate: 1 }),
  meanPosterior: subject(library.meanPosterior, arm),
  probabilityBest: subject(library.probabilityBest, [gamma, normal]),
  probabilityBestFeasible: subject(library.probabilityBestFeasible, [normal, { ...normal, mean: 0.4 }], {
    feasible: [0.4, 0.9],
    limit: { value: 0.35, direction: "at-most" },
  }),
  discounted: subject(
    (posteriors: library.Posterior[], options: library.DiscountOptions) =>
      posteriors.map((posterior) => library.discounted(posterior, options)),
    [beta, gamma, normal, student],
    { gamma: 0.9, beta: { alpha: 1, beta: 1 }, gammaPrior: { shape: 0.5, rate: 0 } },
  ),
  expectedLoss: subject(library.expectedLoss, [beta, student]),
  probabilityTop: subject(library.probabilityTop, [beta, gamma, normal], 2),
  posteriorCdf: subject((x: number) => [beta, gamma, normal, student].map((p) => library.posteriorCdf(p, x)), 0.2),
  posteriorQuantile: subject(
    (p: number) => [beta, gamma, normal, student].map((one) => library.posteriorQuantile(one, p)),
    0.2,
  ),
  posteriorMean: subject(library.posteriorMean, beta),
  cupedSummary: subject((theta: number, mean: number) => library.cupedSummary(pairs(), theta, mean), 1, 2),
  newcombe: subject(library.newcombe, { x: 3, n: 9 }, { x: 4, n: 9 }, { alpha: 0.05 }),
  wilson: subject(library.wilson, { x: 3, n: 9 }, { alpha: 0.05 }),
  jeffreys: subject(library.jeffreys, { x: 3, n: 9 }, { alpha: 0.05 }),
  clopperPearson: subject(library.clopperPearson, { x: 3, n: 9 }, { alpha: 0.05 }),
  garwood: subject(library.garwood, 4, { alpha: 0.05 }),
  quantileInterval: subject((q: number, alpha: number) => library.quantileInterval(sketch(), { q, alpha }), 0.5, 0.05),
  quantileSequence: subject(
    (q: number, alpha: number, concentration: number) =>
      library.quantileSequence(sketch(), { q, alpha, concentration }),
    0.5,
    0.05,
    1000,
  ),
  clusteredQuantileInterval: subject(
    (q: number, alpha: number) =>
      library.clusteredQuantileInterval(sketch(), library.CoMoments.of([[50, 30], [60, 40]]), { q, alpha }), // prettier-ignore
    0.5,
    0.05,
  ),
  winsorise: subject(library.winsorise, [1, 5, 9], { low: 2, high: 8 }),
  winsorLimits: subject(
    (parts: { lower: number; upper: number }) => library.winsorLimits(sketch(), parts) ?? {},
    { lower: 0.1, upper: 0.1 }, // prettier-ignore
  ),
  logMoments: subject((xs: number[]) => library.logMoments(xs).toJSON(), [1, 2]),
  ratioOfLogs: subject(library.ratioOfLogs, { estimate: 0.1, low: -1, high: 1 }),
  geometricRatio: subject(library.geometricRatio, arm, other, { alpha: 0.05 }),
  quantilePairTest: subject(
    (q: number, concentration: number, b: typeof buckets) =>
      (["greater", "less", "two-sided"] as const).map((side) =>
        library.quantilePairTest(sketch(), b, { q, side, concentration }),
      ),
    0.5,
    1000,
    buckets,
  ),
  quantileDifferenceSequence: subject(
    (q: number, alpha: number, concentration: number, b: typeof buckets) =>
      library.quantileDifferenceSequence(sketch(), b, { q, alpha, concentration }),
    0.5,
    0.05,
    1000,
    buckets,
  ),
  fieller: subject(library.fieller, arm, other, { alpha: 0.05 }),
  brunnerMunzel: subject(library.brunnerMunzel, [1, 2, 3], [2, 3, 5]),
  srmChiSquare: subject(library.srmChiSquare, [10, 12], [0.5, 0.5]),
  eventRateTest: subject(library.eventRateTest, counts, { alpha: 0.05 }),
  fisherExact: subject(library.fisherExact, [[1, 20], [5, 20]]), // prettier-ignore
  levene: subject(library.levene, [1, 2, 3], [2, 3, 5]),
  mannWhitney: subject(library.mannWhitney, [1, 2, 3], [2, 3, 5], { alpha: 0.05 }),
  holm: subject(library.holm, [0.1, 0.2]),
  eBenjaminiHochberg: subject(library.eBenjaminiHochberg, [30, 2], 0.05),
  twoProportionTest: subject(library.twoProportionTest, pair),
  welchTest: subject(library.welchTest, arm, other, { alpha: 0.05 }),
  binaryEProcess: subject(
    twice(library.binaryEProcess),
    { side: "two-sided", deltas: [0.1, 1], decay: 0.8 },
    pair,
    pair,
  ),
  countEProcess: subject(twice(library.countEProcess), { side: "greater", deltas: [0.1, 1] }, counts, counts),
  meanEProcess: subject(
    twice(library.meanEProcess),
    { side: "less", tau: 1, relativeTau: [0.1], burnIn: 20 },
    { a: arm, b: other },
    { a: arm, b: other },
  ),
  "meanEProcess with relative effects": subject(
    twice(library.meanEProcess),
    { side: "two-sided", relativeTau: [0.1, 0.2], burnIn: 20 },
    { a: arm, b: other },
    { a: arm, b: other },
  ),
  marginEProcess: subject(
    twice(library.marginEProcess),
    { margin: { kind: "relative", value: 0.1 }, lowerIsBetter: true, burnIn: 20 },
    { a: arm, b: other },
    { a: arm, b: other },
  ),
  rateEProcess: subject(twice(library.rateEProcess), { limit: 0.1, side: "greater" }, { n: 50, x: 4 }, { n: 50, x: 4 }),
  sloTest: subject(
    twice((plan: Parameters<typeof library.sloTest>[0]) => {
      const test = library.sloTest(plan);
      const all = (): unknown => [test.verdict, test.probabilitySatisfied, test.requestsNeeded ?? 0];
      return { add: (batch: { n: number; bad: number }) => test.add(batch), toJSON: () => [test.toJSON(), all()] };
    }),
    { limit: 0.1, direction: "at-least", alpha: 0.05, minRequests: 50 },
    { n: 50, bad: 4 },
    { n: 50, bad: 4 },
  ),
  meanSloTest: subject(
    twice((plan: Parameters<typeof library.meanSloTest>[0]) => {
      const test = library.meanSloTest(plan);
      const all = (): unknown => [
        test.verdict,
        test.probabilitySatisfied ?? 0,
        test.requestsNeeded ?? 0,
        test.interval,
        test.evidence,
      ];
      return { add: (batch: library.Summary) => test.add(batch), toJSON: () => [test.toJSON(), all()] };
    }),
    { limit: 0.5, direction: "at-most", alpha: 0.05, minRequests: 50, tau: 0.1, burnIn: 20 },
    arm,
    arm,
  ),
  srmEProcess: subject(twice(library.srmEProcess), { shares: [0.5, 0.5], concentration: 9 }, [5, 6], [5, 6]),
  srmDirichlet: subject(twice(library.srmDirichlet), { probabilities: [0.5, 0.5], alpha: [3, 3] }, [5, 6], [5, 6]),
  tailEProcess: subject(
    twice(library.tailEProcess),
    { side: "less", edges: [1, 2] },
    { nA: 40, aboveA: [9, 3], nB: 40, aboveB: [12, 6] },
    { nA: 40, aboveA: [9, 3], nB: 40, aboveB: [12, 6] },
  ),
  equivalence: subject(
    (plan: Parameters<typeof library.equivalence>[0], list: library.Summary[]) => {
      const found = library.equivalence(plan).add(list).add(list);
      return [found.evidence, found.toJSON(), Number(found.equivalent())];
    },
    { arms: 2, rope: { kind: "relative", value: 0.1 }, alpha: 0.05 },
    [{ ...arm, n: 200 }, { ...other, n: 200 }], // prettier-ignore
  ),
  bestArm: subject((alpha: number, list: typeof binaryArms) => {
    const search = library.bestArm({ kind: "binary", arms: 2, alpha }).add(list).add(list);
    return [search.bound, search.evidence, search.winner() ?? -1];
  }, 0.05, binaryArms), // prettier-ignore
  mixtureTau: subject(library.mixtureTau, { information: 30, alpha: 0.05 }),
  normalMixtureBound: subject(library.normalMixtureBound, { v: 3, alpha: 0.05, rho: 2 }),
  normalMixtureRho: subject(library.normalMixtureRho, { vOpt: 3, alpha: 0.05 }),
  groupSequentialBounds: subject(library.groupSequentialBounds, {
    fractions: [0.5, 0.8],
    alpha: 0.05,
    sides: 1,
    spending: { family: "power", rho: 2 },
  }),
  posteriorOfEffect: subject(library.posteriorOfEffect, 1, 0.5),
  logMeanExp: subject(library.logMeanExp, [1, 2]),
  rateSequence: subject(library.rateSequence, { x: 3, n: 9 }, { alpha: 0.05, prior: 0.5 }),
  ratioSequence: subject(library.ratioSequence, [counts, counts], { alpha: 0.05 }),
  sampleSize: subject(library.sampleSize, power),
  "sampleSize by arcsine": subject(library.sampleSize, { ...power, method: "arcsine" }),
  "sampleSize of means": subject(library.sampleSize, meanPower),
  minimumDetectableEffect: subject(library.minimumDetectableEffect, { ...power, nA: 500 }),
  "minimumDetectableEffect of means": subject(library.minimumDetectableEffect, { ...meanPower, nA: 500 }),
  sequentialInformation: subject(library.sequentialInformation, sequential),
  timeLeft: subject(library.timeLeft, { ...sequential, information: 50, informationPerTick: 2 }),
  thompson: allocation({ kind: "thompson" }),
  "top-k": allocation({ kind: "top-k", k: 1 }),
  ttts: allocation({ kind: "ttts", beta: 0.5 }),
  fixed: allocation({ kind: "fixed", shares: [0.4, 0.6] }),
  ramp: allocation({ kind: "ramp", candidate: 1, share: 0.2 }),
  "blue-green": allocation({ kind: "blue-green", active: 1 }),
  "epsilon-greedy": allocation({ kind: "epsilon-greedy", epsilon: 0.2 }),
  "epsilon-decay": allocation({ kind: "epsilon-decay", t: 3 }),
  ucb1: allocation({ kind: "ucb1" }),
  "kl-ucb": allocation({ kind: "kl-ucb" }),
  exp3: allocation({ kind: "exp3", logWeights: [0, 1], gamma: 0.2 }),
  "soft-slo": allocation({ kind: "soft-slo", limit: 0.4, sharpness: 5 }),
  exp3Update: subject(library.exp3Update, [0, 1], [0.2, 0.3], 0.1),
  wholeWeights: subject(library.wholeWeights, [0.4, 0.6], 100, 0.5),
  judgeSeries: subject(library.judgeSeries, {
    baseline: [1, 2, 3, 4, 5],
    canary: [2, 3, 4, 5, 6],
    tolerance: { kind: "relative", value: 0.2 },
    alpha: 0.05,
    looks: 2,
    minPoints: 5,
  }),
  scoreCanary: subject(library.scoreCanary, [{ name: "a", verdict: "Pass", weight: 2 }], { pass: 90, marginal: 50 }),
  decide: subject(library.decide, {
    plan: {
      versions: ["a", "b"],
      alpha: 0.05,
      alphaAlarm: 0.01,
      alphaSrm: 0.001,
      budget: 9,
      minRequests: 50,
      staleAfter: 5,
      metrics: [
        { name: "reward", kind: "binary", role: "reward" },
        { name: "errors", kind: "binary", role: "slo", limit: 0.1 },
        { name: "duration", kind: "mean", role: "slo", limit: 5 },
        {
          name: "load",
          kind: "binary",
          role: "guardrail",
          lowerIsBetter: true,
          margin: { kind: "absolute", value: 0.1 },
        },
        {
          name: "latency",
          kind: "tail",
          edges: [1, 2],
          role: "guardrail",
          lowerIsBetter: true,
          margin: { kind: "relative", value: 0.1 },
        },
      ],
    },
    batch: {
      exposures: { counts: [90, 90], shares: [0.5, 0.5] },
      metrics: { reward: binaryArms, errors: binaryArms, load: binaryArms, duration: meanArms, latency: tailArms },
    },
  }),
};

/** Every copy of a value in which one number, however deep, is another. */
function* spoiled(value: unknown, replacement: number): Generator<readonly [path: string, copy: unknown]> {
  if (typeof value === "number") yield ["", replacement];
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value) as [string, unknown][])
    for (const [path, inner] of spoiled(part, replacement))
      yield [
        `.${key}${path}`,
        Array.isArray(value)
          ? value.map((old: unknown, i) => (String(i) === key ? inner : old))
          : { ...value, [key]: inner },
      ];
}

function hasNaN(value: unknown): boolean {
  if (typeof value === "number") return Number.isNaN(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasNaN);
}

const replacements = [NaN, Infinity, -Infinity, -1, -0.5, 0, 0.5, 1, 2.5, 1e-12, 1e9, 1e12];

/** Integrals over beliefs of widths far apart take seconds here; they get the other numbers only. */
const integrals = [
  "probabilityBest",
  "probabilityBestFeasible",
  "expectedLoss",
  "probabilityTop",
  "thompson",
  "top-k",
  "ttts",
  "soft-slo",
];
const ordinary = replacements.filter((x) => !Number.isFinite(x) || x === 0 || (Math.abs(x) >= 0.5 && Math.abs(x) < 9));

describe("a number that is spoiled is refused by field, or the answer is one without NaN", () => {
  test.each(Object.entries(subjects))("%s", (name, { call, args }) => {
    const failures: string[] = [];
    expect(hasNaN(call(...(args as never[])))).toBe(false);
    for (const replacement of integrals.includes(name) ? ordinary : replacements)
      for (const [path, copy] of spoiled(args, replacement)) {
        const where = `${path} = ${replacement}`;
        try {
          if (hasNaN(call(...(copy as never[])))) failures.push(`${where}: NaN`);
        } catch (error) {
          if (!(error instanceof library.StatsError)) failures.push(`${where}: ${(error as Error).message}`);
          else if (!error.message.startsWith(`${error.field} is `)) failures.push(`${where}: ${error.message}`);
        }
      }
    expect(failures).toEqual([]);
  });

  test("for every function of the library", () => {
    const free = ["betaDraw", "binomialDraw", "gammaDraw", "normalDraw", "poissonDraw", "seededRng"];
    const without = ["cupedTheta", "ratioSummary", "allocate", "stratifiedPosteriors"];
    const names = Object.entries(library).flatMap(([name, value]) =>
      /^[a-z]/.test(name) && typeof value === "function" ? [name] : [],
    );
    expect(names.filter((name) => !(name in subjects) && ![...free, ...without].includes(name))).toEqual([]);
  });
});
