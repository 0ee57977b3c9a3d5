import { describe, expect, test } from "@jest/globals";

import type { ArmBatch, ExperimentPlan, Summary } from "../../../src/stats/index.js";
import {
  BestArm,
  bestArm,
  BinaryEProcess,
  binaryEProcess,
  CanaryMetric,
  CoMoments,
  CountEProcess,
  countEProcess,
  Equivalence,
  equivalence,
  Experiment,
  MarginEProcess,
  marginEProcess,
  MeanEProcess,
  meanEProcess,
  MeanSloTest,
  meanSloTest,
  Moments,
  PairTest,
  QuantileSketch,
  RateEProcess,
  seededRng,
  rateEProcess,
  SloTest,
  sloTest,
  SrmDirichlet,
  srmDirichlet,
  SrmEProcess,
  srmEProcess,
  StatsError,
  TailEProcess,
  tailEProcess,
  Xoshiro128,
} from "../../../src/stats/index.js";

interface Stateful {
  toJSON(): unknown;
}

interface Subject {
  readonly name: string;
  /** A new one that has seen something. */
  readonly used: () => Stateful;
  readonly restore: (json: unknown) => Stateful;
  /** Takes one more batch. */
  readonly feed: (state: Stateful) => unknown;
}

function subject<T extends Stateful>(
  name: string,
  fresh: () => T,
  restore: (json: unknown) => T,
  feed: (state: T) => unknown,
): Subject {
  const used = (): T => {
    const state = fresh();
    for (let i = 0; i < 3; i++) feed(state);
    return state;
  };
  return { name, used, restore, feed: (state) => feed(state as T) };
}

const values = (mean: number): Summary => ({ n: 120, mean, variance: 4 });
const means = { a: values(5), b: values(6) };
const rate = (x: number): ArmBatch => ({ kind: "binary", n: 200, x });
const count = (x: number): ArmBatch => ({ kind: "count", exposure: 9, x });
const tail = (...above: number[]): ArmBatch => ({ kind: "tail", n: 200, above });
const mean = (m: number): ArmBatch => ({ kind: "mean", ...values(m) });
const plan: ExperimentPlan = {
  versions: ["a", "b"],
  metrics: [
    { name: "reward", kind: "binary", role: "reward" },
    { name: "latency", kind: "mean", role: "guardrail", lowerIsBetter: true, margin: { kind: "relative", value: 0.2 } },
    { name: "crashes", kind: "count", role: "guardrail", lowerIsBetter: true },
    { name: "errors", kind: "binary", role: "slo", limit: 0.1 },
    { name: "duration", kind: "mean", role: "slo", limit: 6 },
    { name: "slow", kind: "tail", edges: [1, 2], role: "guardrail", lowerIsBetter: true },
  ],
};
const tick = {
  exposures: { counts: [99, 101], shares: [0.5, 0.5] },
  metrics: {
    reward: [rate(20), rate(25)],
    latency: [mean(5), mean(5)],
    crashes: [count(3), count(4)],
    errors: [rate(9), rate(11)],
    duration: [mean(5), mean(7)],
    slow: [tail(20, 3), tail(25, 9)],
  },
};

const subjects: readonly Subject[] = [
  subject(
    "xoshiro128",
    () => seededRng(7),
    (saved) => Xoshiro128.fromJSON(saved),
    (state) => state.next(),
  ),
  subject(
    "moments",
    () => Moments.of([2]),
    (saved) => Moments.fromJSON(saved),
    (state) => state.add(3),
  ),
  subject(
    "co-moments",
    () => CoMoments.of([[1, 2]]),
    (saved) => CoMoments.fromJSON(saved),
    (state) => state.add(3, 5),
  ),
  subject(
    "sketch",
    () => new QuantileSketch().add(-2).add(0),
    (saved) => QuantileSketch.fromJSON(saved),
    (state) => state.add(3),
  ),
  subject(
    "rates",
    () => binaryEProcess({ side: "two-sided" }),
    (saved) => BinaryEProcess.fromJSON(saved),
    (state) => state.add({ nA: 90, xA: 9, nB: 80, xB: 12 }),
  ),
  subject(
    "counts",
    () => countEProcess({ side: "greater" }),
    (saved) => CountEProcess.fromJSON(saved),
    (state) => state.add({ xA: 4, exposureA: 2, xB: 6, exposureB: 2 }),
  ),
  subject(
    "means",
    () => meanEProcess({ side: "less" }),
    (saved) => MeanEProcess.fromJSON(saved),
    (state) => state.add(means),
  ),
  subject(
    "means with tau",
    () => meanEProcess({ side: "greater", tau: 2 }),
    (saved) => MeanEProcess.fromJSON(saved),
    (state) => state.add(means),
  ),
  subject(
    "margin",
    () => marginEProcess({ margin: { kind: "relative", value: 0.1 }, lowerIsBetter: true }),
    (saved) => MarginEProcess.fromJSON(saved),
    (state) => state.add(means),
  ),
  subject(
    "limit",
    () => rateEProcess({ limit: 0.1, side: "greater" }),
    (saved) => RateEProcess.fromJSON(saved),
    (state) => state.add({ n: 50, x: 7 }),
  ),
  subject(
    "objective",
    () => sloTest({ limit: 0.1, direction: "at-most" }),
    (saved) => SloTest.fromJSON(saved),
    (state) => state.add({ n: 50, bad: 7 }),
  ),
  subject(
    "objective on a mean",
    () => meanSloTest({ limit: 5, direction: "at-most" }),
    (saved) => MeanSloTest.fromJSON(saved),
    (state) => state.add(values(6)),
  ),
  subject(
    "objective on a mean, with tau",
    () => meanSloTest({ limit: 5, direction: "at-least", tau: 0.5 }),
    (saved) => MeanSloTest.fromJSON(saved),
    (state) => state.add(values(6)),
  ),
  subject(
    "tails",
    () => tailEProcess({ side: "greater", edges: [1, 2] }),
    (saved) => TailEProcess.fromJSON(saved),
    (state) => state.add({ nA: 90, aboveA: [20, 3], nB: 90, aboveB: [25, 9] }),
  ),
  subject(
    "shares",
    () => srmEProcess({ shares: [0.9, 0.1] }),
    (saved) => SrmEProcess.fromJSON(saved),
    (state) => state.add([90, 12]),
  ),
  subject(
    "shares, Dirichlet",
    () => srmDirichlet({ probabilities: [0.9, 0.1], alpha: [9, 1] }),
    (saved) => SrmDirichlet.fromJSON(saved),
    (state) => state.add([90, 12]),
  ),
  subject(
    "pair",
    () => PairTest.of({ kind: "count", side: "less" }),
    (saved) => PairTest.fromJSON(saved),
    (state) => state.add(count(3), count(5)),
  ),
  subject(
    "pair of tails",
    () => PairTest.of({ kind: "tail", edges: [1, 2], side: "greater" }),
    (saved) => PairTest.fromJSON(saved),
    (state) => state.add(tail(20, 3), tail(25, 9)),
  ),
  subject(
    "best arm",
    () => bestArm({ kind: "binary", arms: 3 }),
    (saved) => BestArm.fromJSON(saved),
    (state) => state.add([rate(20), rate(22), rate(25)]),
  ),
  subject(
    "equivalence",
    () => equivalence({ arms: 3, rope: { kind: "relative", value: 0.1 } }),
    (saved) => Equivalence.fromJSON(saved),
    (state) => state.add([values(5), values(6), values(5)]),
  ),
  subject(
    "canary metric",
    () => CanaryMetric.of({ kind: "binary", lowerIsBetter: true, margin: { kind: "absolute", value: 0.1 } }),
    (saved) => CanaryMetric.fromJSON(saved),
    (state) => state.add(rate(20), rate(22)),
  ),
  subject(
    "canary tail",
    () =>
      CanaryMetric.of({
        kind: "tail",
        edges: [1, 2],
        lowerIsBetter: true,
        margin: { kind: "relative", value: 0.5 },
      }),
    (saved) => CanaryMetric.fromJSON(saved),
    (state) => state.add(tail(20, 3), tail(25, 9)),
  ),
  subject(
    "canary tail without a margin",
    () => CanaryMetric.of({ kind: "tail", edges: [1, 2], lowerIsBetter: false }),
    (saved) => CanaryMetric.fromJSON(saved),
    (state) => state.add(tail(20, 3), tail(25, 9)),
  ),
  subject(
    "experiment",
    () => new Experiment(plan),
    (json) => Experiment.fromJSON(plan, json),
    (state) => state.add(tick),
  ),
];

const json = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

function refusal(restore: (json: unknown) => unknown, state: unknown): unknown {
  try {
    restore(state);
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Every copy of a state in which one value, however deep, is another. */
function* spoiled(state: unknown, replacement: unknown): Generator<readonly [path: string, copy: unknown]> {
  if (typeof state !== "object" || state === null) return;
  for (const [key, value] of Object.entries(state)) {
    const withValue = (other: unknown): unknown =>
      Array.isArray(state)
        ? state.map((old: unknown, i) => (String(i) === key ? other : old))
        : { ...state, [key]: other };
    yield [key, withValue(replacement)];
    for (const [path, inner] of spoiled(value, replacement)) yield [`${key}.${path}`, withValue(inner)];
  }
}

describe.each(subjects.map((one) => [one.name, one] as const))("saved state: %s", (_, { used, restore, feed }) => {
  test("says its kind and version, and survives JSON as object and as text", () => {
    const state = used();
    expect(json(state)).toMatchObject({ kind: expect.any(String), version: 1 });
    expect(json(restore(json(state)))).toEqual(json(state));
    expect(json(restore(JSON.stringify(state)))).toEqual(json(state));
    const again = restore(json(state));
    feed(state);
    feed(again);
    expect(JSON.stringify(again)).toBe(JSON.stringify(state));
  });

  test("is refused by field if it is of another kind or of a version not known", () => {
    const state = json(used()) as Record<string, unknown>;
    for (const other of [
      { ...state, version: 2 },
      { ...state, version: undefined },
      { ...state, kind: "poem" },
    ]) {
      const error = refusal(restore, other);
      expect(error).toBeInstanceOf(StatsError);
      expect(String(error)).toMatch(/\.(version|kind) is /);
    }
    for (const none of [null, 7, [], "not JSON", "[]", undefined])
      expect(refusal(restore, none)).toBeInstanceOf(StatsError);
  });

  test("is refused, or means what it meant, wherever a value in it is spoiled", () => {
    for (const wrong of ["x", null, Number.NaN, -1.5, [], {}])
      for (const [path, copy] of spoiled(json(used()), wrong)) {
        const error = refusal((state) => {
          const restored = restore(state);
          feed(restored);
          expect(JSON.stringify(json(restored))).not.toMatch(/NaN/);
        }, copy);
        if (error !== undefined && !(error instanceof StatsError))
          throw new Error(`${path} let through`, { cause: error });
      }
  });
});
