import { describe, expect, test } from "@jest/globals";

import type { ArmBatch, Decision, ExperimentBatch, ExperimentPlan, MetricPlan } from "../../../src/stats/index.js";
import {
  bestArm,
  CanaryMetric,
  decide,
  judgeSeries,
  Moments,
  PairTest,
  scoreCanary,
  seededRng,
} from "../../../src/stats/index.js";

const json = (state: unknown): unknown => JSON.parse(JSON.stringify(state));
const rate = (n: number, x: number): ArmBatch => ({ kind: "binary", n, x });
const mean = (n: number, m: number): ArmBatch => ({ kind: "mean", n, mean: m, variance: m * m * 0.25 });

describe("a canary judged from series of points", () => {
  const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);

  test("seven of ten points at a hundred times the baseline are High", () => {
    const judged = judgeSeries({
      baseline: repeat(1, 10),
      canary: [...repeat(100, 7), ...repeat(1, 3)],
      direction: "increase",
    });
    expect(judged.verdict).toBe("High");
  });

  test("sparse errors against none are not passed", () => {
    const judged = judgeSeries({ baseline: repeat(0, 6), canary: [0, 1, 2, 1, 0, 0], direction: "increase" });
    expect(["High", "Undecided"]).toContain(judged.verdict);
  });

  test("a spread that grows around the same centre is High", () => {
    const baseline = Array.from({ length: 60 }, (_, i) => 100 + ((i * 7) % 11) - 5);
    const canary = Array.from({ length: 60 }, (_, i) => 100 + 12 * (((i * 7) % 11) - 5));
    expect(judgeSeries({ baseline, canary })).toMatchObject({ verdict: "High", rule: "spread" });
  });

  test("equal series pass, and a shift within the tolerance too", () => {
    const baseline = Array.from({ length: 60 }, (_, i) => 100 + ((i * 7) % 11));
    expect(judgeSeries({ baseline, canary: baseline }).verdict).toBe("Pass");
    expect(judgeSeries({ baseline, canary: baseline.map((x) => x * 1.1) }).verdict).toBe("Pass");
    expect(judgeSeries({ baseline: repeat(0, 9), canary: repeat(0, 9) })).toMatchObject({
      verdict: "Pass",
      rule: "equal",
    });
  });

  test("a shift beyond the tolerance has its direction, and one in the harmless direction is none", () => {
    const baseline = Array.from({ length: 60 }, (_, i) => 100 + ((i * 7) % 11));
    const [high, low] = [baseline.map((x) => x * 1.5), baseline.map((x) => x / 1.5)];
    expect(judgeSeries({ baseline, canary: high }).verdict).toBe("High");
    expect(judgeSeries({ baseline, canary: low }).verdict).toBe("Low");
    expect(judgeSeries({ baseline, canary: low, direction: "increase" }).verdict).toBe("Pass");
  });

  test("few points, and points that are no numbers, are no data", () => {
    expect(judgeSeries({ baseline: [1, 2], canary: [1, 2] }).verdict).toBe("NoData");
    expect(judgeSeries({ baseline: repeat(Number.NaN, 50), canary: repeat(1, 50) }).verdict).toBe("NoData");
    expect(() => judgeSeries({ baseline: repeat(1, 9), canary: repeat(1, 9), looks: 200 })).toThrow("looks is 200");
  });
});

describe("the score of a canary", () => {
  test("is the weight that passed; a critical failure fails at once", () => {
    const passed = { name: "a", verdict: "Pass", weight: 3 } as const;
    expect(scoreCanary([passed, { name: "b", verdict: "High" }])).toMatchObject({ outcome: "marginal", score: 75 });
    expect(scoreCanary([passed, { name: "b", verdict: "High", critical: true }])).toMatchObject({
      outcome: "fail",
      score: 0,
    });
    expect(scoreCanary([passed]).outcome).toBe("pass");
  });

  test("of metrics half of which have no data is none", () => {
    expect(
      scoreCanary([
        { name: "a", verdict: "Pass" },
        { name: "b", verdict: "NoData" },
      ]).outcome,
    ).toBe("noData");
    expect(() => scoreCanary([])).toThrow("metrics is []");
  });
});

describe("one metric of a canary, judged at every tick", () => {
  test("alarms on more errors, passes on the certificate, and has no data before", () => {
    const worse = CanaryMetric.of({ kind: "binary", lowerIsBetter: true, margin: { kind: "relative", value: 0.25 } });
    const equal = CanaryMetric.of({ kind: "binary", lowerIsBetter: true, margin: { kind: "relative", value: 0.5 } });
    expect(equal.verdict).toBe("NoData");
    for (let i = 0; i < 40; i++) {
      worse.add(rate(500, 50), rate(100, 20));
      equal.add(rate(500, 50), rate(500, 50));
    }
    expect(worse.verdict).toBe("High");
    expect(equal.verdict).toBe("Pass");
    expect(CanaryMetric.fromJSON(json(equal)).figures).toEqual(equal.figures);
    expect(CanaryMetric.fromJSON(json(equal)).toJSON()).toEqual(equal.toJSON());
  });

  test("without a margin nothing is ever certified", () => {
    const metric = CanaryMetric.of({ kind: "mean", lowerIsBetter: false });
    for (let i = 0; i < 40; i++) metric.add(mean(100, 10), mean(100, 10));
    expect(metric.verdict).toBe("Undecided");
    expect(CanaryMetric.fromJSON(json(metric)).toJSON()).toEqual(metric.toJSON());
  });
});

describe("the tail of a canary, judged at every tick", () => {
  const edges = [100, 200, 400, 800];
  const tail = (n: number, ...above: number[]): ArmBatch => ({ kind: "tail", n, above });
  const equal = tail(500, 100, 40, 20, 6);

  /** Latencies of which a part is ten times as long; the mean stays at 100 whatever the part is. */
  function latencies(slow: number, rng: { next(): number }): number[] {
    const ordinary = 100 / (1 + 9 * slow);
    return Array.from({ length: 200 }, () => {
      const scale = rng.next() < slow ? 10 * ordinary : ordinary;
      return scale * (0.5 + rng.next());
    });
  }

  const asTail = (values: readonly number[]): ArmBatch =>
    tail(values.length, ...edges.map((edge) => values.filter((value) => value > edge).length));
  const asMean = (values: readonly number[]): ArmBatch => {
    const { n, mean: average, variance } = Moments.of(values);
    return { kind: "mean", n, mean: average, variance };
  };

  test("a p99 that gets worse is High although the mean does not move, and the edge that moved is named", () => {
    const rng = seededRng(8);
    const [tails, means] = [
      CanaryMetric.of({ kind: "tail", edges, lowerIsBetter: true }),
      CanaryMetric.of({ kind: "mean", lowerIsBetter: true }),
    ];
    for (let tick = 0; tick < 30; tick++) {
      const [baseline, canary] = [latencies(0.005, rng), latencies(0.03, rng)];
      tails.add(asTail(baseline), asTail(canary));
      means.add(asMean(baseline), asMean(canary));
    }
    expect(means.verdict).toBe("Undecided");
    expect(tails.verdict).toBe("High");
    const { byEdge = [], effect } = tails.figures;
    expect(byEdge.map(({ edge }) => edge)).toEqual(edges);
    const [ordinary, , , far] = byEdge;
    expect(far?.logE).toBeGreaterThan(tails.figures.alarm.bound);
    expect(far?.effect.low).toBeGreaterThan(0);
    expect(ordinary?.effect.high).toBeLessThan(0);
    expect(effect).toMatchObject({ estimate: null, low: null, high: null });
  });

  test("two that are the same alarm in no more than the promised part of runs, and are never certified unasked", () => {
    const rng = seededRng(9);
    const verdicts = Array.from({ length: 60 }, () => {
      const metric = CanaryMetric.of({ kind: "tail", edges, lowerIsBetter: true });
      for (let tick = 0; tick < 20; tick++) metric.add(asTail(latencies(0.02, rng)), asTail(latencies(0.02, rng)));
      return metric.verdict;
    });
    expect(verdicts.filter((verdict) => verdict === "High").length).toBeLessThanOrEqual(2);
    expect(new Set(verdicts)).not.toContain("Pass");
  });

  test("passes only when every edge is certified", () => {
    const margin = { kind: "absolute", value: 0.02 } as const;
    const plan = { kind: "tail", edges, lowerIsBetter: true, margin } as const;
    const [same, worseFarOut, nobodyFarOut] = [CanaryMetric.of(plan), CanaryMetric.of(plan), CanaryMetric.of(plan)];
    for (let tick = 0; tick < 60; tick++) {
      same.add(equal, equal);
      // At the margin itself at the last edge, and better at the others.
      worseFarOut.add(tail(500, 100, 40, 20, 6), tail(500, 90, 36, 18, 16));
      nobodyFarOut.add(tail(500, 100, 40, 20, 0), tail(500, 100, 40, 20, 0));
    }
    expect(same.verdict).toBe("Pass");
    expect(worseFarOut.verdict).not.toBe("Pass");
    expect(nobodyFarOut.verdict).toBe("Undecided");
    expect(CanaryMetric.fromJSON(json(same)).figures).toEqual(same.figures);
  });

  test("fewer values than asked for are no data, and where more is better fewer above is Low", () => {
    const metric = CanaryMetric.of({ kind: "tail", edges, lowerIsBetter: false });
    expect(metric.verdict).toBe("NoData");
    expect(metric.add(tail(40, 9, 3, 1, 0), tail(0, 0, 0, 0, 0)).verdict).toBe("NoData");
    for (let tick = 0; tick < 40; tick++) metric.add(equal, tail(500, 50, 20, 10, 3));
    expect(metric.verdict).toBe("Low");
  });

  test.each([
    [tail(9, 1), "a.above.length is 1"],
    [tail(9, 10, 1, 1, 1), "a.above[0] is 10"],
    [tail(9, 3, 2, 4, 1), "a.above[2] is 4"],
    [tail(9, 3, 2, -1, 0), "a.above[2] is -1"],
    [tail(Number.NaN, 0, 0, 0, 0), "a.n is NaN"],
    [rate(9, 1), 'kind is ["binary","tail"]'],
  ])("counts that cannot be are refused by field before anything is taken %#", (wrong, message) => {
    const metric = CanaryMetric.of({ kind: "tail", edges, lowerIsBetter: true }).add(equal, equal);
    const before = JSON.stringify(metric);
    expect(() => metric.add(wrong, equal)).toThrow(message);
    expect(JSON.stringify(metric)).toBe(before);
  });

  test.each([
    [[], "edges is []"],
    [[2, 1], "edges[1] is 1"],
    [[1, 1], "edges[1] is 1"],
    [[1, Infinity], "edges[1] is Infinity"],
    [[Number.NaN], "edges[0] is NaN"],
  ])("edges that cannot be are refused by field %#", (wrong, message) => {
    expect(() => CanaryMetric.of({ kind: "tail", edges: wrong, lowerIsBetter: true })).toThrow(message);
  });

  test("a tail that was saved with another number of edges, or as another kind, is refused", () => {
    const margin = { kind: "relative", value: 0.5 } as const;
    const saved = CanaryMetric.of({ kind: "tail", edges, lowerIsBetter: true, margin }).toJSON();
    expect(() => CanaryMetric.fromJSON({ ...saved, effect: [] })).toThrow("canary-metric.effect.length is 0");
    expect(() => CanaryMetric.fromJSON({ ...saved, certificate: [] })).toThrow("canary-metric.certificate.length is 0");
    expect(() => CanaryMetric.fromJSON({ ...saved, metric: "mean" })).toThrow('canary-metric.alarm.metric is "tail"');
  });

  test("guards an experiment, and its finding names the metric", () => {
    const plan: ExperimentPlan = {
      versions: ["stable", "new"],
      metrics: [{ name: "latency", role: "guardrail", kind: "tail", edges, lowerIsBetter: true }],
    };
    let answer = decide({ plan });
    for (let tick = 0; tick < 40 && answer.decision.action !== "rollback"; tick++)
      answer = decide({
        plan,
        state: json(answer.state),
        batch: { metrics: { latency: [equal, tail(500, 100, 40, 20, 18)] } },
      });
    expect(answer.decision).toMatchObject({ action: "rollback", infeasible: ["new"] });
    expect(answer.decision.why[1]).toMatchObject({ rule: "alarm", metric: "latency", figures: { verdict: "High" } });
    expect(() => decide({ plan, batch: { metrics: { latency: [equal, tail(500, 1)] } } })).toThrow(
      "batch.metrics.latency[1].above.length is 1",
    );
  });

  test("ranks no versions, since each of two can be the better one at some edge", () => {
    const plan = (metric: unknown): ExperimentPlan => ({ versions: ["a", "b"], metrics: [metric as MetricPlan] });
    expect(() => decide({ plan: plan({ name: "x", role: "reward", kind: "tail", edges }) })).toThrow(
      'plan.metrics[0].kind is "tail"',
    );
    expect(() => decide({ plan: plan({ name: "x", role: "slo", kind: "tail", edges, limit: 0.1 }) })).toThrow(
      'plan.metrics[0].kind is "tail"',
    );
    expect(() => decide({ plan: plan({ name: "x", role: "guardrail", kind: "tail" }) })).toThrow(
      "plan.metrics[0].edges is",
    );
    expect(() => decide({ plan: plan({ name: "x", role: "hope", kind: "tail" }) })).toThrow("plan.metrics[0].role is");
    expect(() => bestArm({ kind: "tail" as "mean", arms: 2 })).toThrow('kind is "tail"');
    expect(() => PairTest.of({ kind: "median" as "mean", side: "greater" })).toThrow('kind is "median"');
  });
});

describe("the decision engine", () => {
  const plan: ExperimentPlan = {
    versions: ["stable", "new"],
    metrics: [
      { name: "conversion", kind: "binary", role: "reward" },
      {
        name: "latency",
        kind: "mean",
        lowerIsBetter: true,
        role: "guardrail",
        margin: { kind: "relative", value: 0.2 },
      },
      { name: "errors", kind: "binary", lowerIsBetter: true, role: "slo", limit: 0.02 },
    ],
    budget: 100,
  };
  const tick = (
    conversion: readonly number[],
    latency: readonly number[],
    errors: readonly number[],
    counts = [500, 500],
  ): ExperimentBatch => ({
    exposures: { counts, shares: [0.5, 0.5] },
    metrics: {
      conversion: conversion.map((x) => rate(500, x)),
      latency: latency.map((m) => mean(500, m)),
      errors: errors.map((x) => rate(500, x)),
    },
  });

  function run(batch: ExperimentBatch, ticks: number, with_: ExperimentPlan = plan): Decision {
    let state: unknown;
    let decision: Decision | undefined;
    for (let i = 0; i < ticks; i++) {
      const answer = decide({ plan: with_, state, batch });
      [state, decision] = [json(answer.state), answer.decision];
      if (decision.action !== "continue") break;
    }
    if (decision === undefined) throw new Error("no tick");
    return decision;
  }

  test("collects before there are data", () => {
    expect(decide({ plan }).decision).toMatchObject({ action: "collecting", infeasible: [] });
  });

  test("promotes a version that wins the reward and holds every guardrail and objective", () => {
    const decision = run(tick([50, 75], [10, 10], [2, 2]), 60);
    expect(decision).toMatchObject({ action: "promote", version: "new", infeasible: [] });
    expect(decision.why.map(({ rule }) => rule)).toEqual(["reward", "certificate", "slo"]);
  });

  test("rolls back when a guardrail alarms, also if the reward is better", () => {
    const decision = run(tick([50, 75], [10, 14], [2, 2]), 60);
    expect(decision).toMatchObject({ action: "rollback", infeasible: ["new"] });
    expect(decision.why.map(({ rule }) => rule)).toEqual(["no candidate left", "alarm"]);
  });

  test("rolls back when an objective breaks, and when the baseline is certainly best", () => {
    expect(run(tick([50, 50], [10, 10], [2, 50]), 60)).toMatchObject({ action: "rollback", infeasible: ["new"] });
    expect(run(tick([75, 50], [10, 10], [2, 2]), 60).why[0]).toMatchObject({ rule: "reward", version: "stable" });
  });

  test("pauses on a sample ratio mismatch before anything else", () => {
    const decision = run(tick([50, 75], [10, 10], [2, 2], [700, 300]), 60);
    expect(decision.action).toBe("pause");
    expect(decision.why[0]).toMatchObject({ rule: "srm" });
  });

  test.each([
    ["pause", "inconclusive"],
    ["rollback", "rollback"],
    ["promote", "promote"],
  ] as const)("ends an undecided experiment by its policy: %s", (atBudget, action) => {
    const decision = run(tick([50, 50], [10, 10], [2, 2]), 10, { ...plan, budget: 6, atBudget });
    expect(decision.action).toBe(action);
    expect(decision.why[0]).toMatchObject({ rule: "budget", ticks: 6 });
  });

  test("does not promote while a metric that it needs is silent, and says so", () => {
    const { errors: _, ...rest } = tick([50, 75], [10, 10], [2, 2]).metrics;
    const decision = run({ metrics: rest }, 60, { ...plan, budget: 60 });
    expect(decision.action).toBe("inconclusive");
    expect(decision.why).toContainEqual(expect.objectContaining({ rule: "noData", metric: "errors", ticks: 60 }));
  });

  test("without a reward promotes the first candidate that is safe", () => {
    const safe: ExperimentPlan = { ...plan, metrics: plan.metrics.slice(1) };
    const batch = tick([50, 50], [10, 10], [2, 2]);
    const { conversion: _, ...metrics } = batch.metrics;
    expect(run({ metrics }, 60, safe)).toMatchObject({ action: "promote", version: "new" });
  });

  test("an infeasible candidate does not keep the best of the others from winning", () => {
    const three: ExperimentPlan = { versions: ["stable", "fast", "broken"], metrics: plan.metrics };
    const metrics = {
      conversion: [rate(500, 50), rate(500, 75), rate(500, 90)],
      latency: [mean(500, 10), mean(500, 10), mean(500, 20)],
      errors: [rate(500, 2), rate(500, 2), rate(500, 2)],
    };
    expect(run({ metrics }, 90, three)).toMatchObject({ action: "promote", version: "fast", infeasible: ["broken"] });
  });

  test("evidence gathered under another plan is refused", () => {
    const { state } = decide({ plan, batch: tick([50, 50], [10, 10], [2, 2]) });
    expect(() => decide({ plan: { ...plan, alpha: 0.1 }, state })).toThrow("plan is");
    expect(() => decide({ plan: { ...plan }, state: json(state) })).not.toThrow();
  });

  test("the same input gives the same bytes", () => {
    const once = (): string => JSON.stringify(decide({ plan, batch: tick([50, 51], [10, 10], [2, 3]) }));
    expect(once()).toBe(once());
  });

  test.each([
    [{ ...plan, versions: [] }, "plan.versions"],
    [{ ...plan, versions: ["a", "a"] }, "plan.versions"],
    [{ ...plan, metrics: [...plan.metrics, ...plan.metrics] }, "plan.metrics"],
    [{ ...plan, alpha: 2 }, "plan.alpha"],
    [{ ...plan, budget: -1 }, "plan.budget"],
  ])("a plan that cannot be followed is refused by field %#", (wrong, field) => {
    expect(() => decide({ plan: wrong })).toThrow(`${field} is`);
  });

  test("a batch with an unknown metric or a missing version is refused before anything is taken", () => {
    expect(() => decide({ plan, batch: { metrics: { nonsense: [] } } })).toThrow('batch.metrics is "nonsense"');
    expect(() => decide({ plan, batch: { metrics: { errors: [rate(1, 0)] } } })).toThrow(
      "batch.metrics.errors.length is 1",
    );
  });

  test("one version is watched and never promoted", () => {
    const alone: ExperimentPlan = {
      versions: ["stable"],
      metrics: [{ name: "conversion", kind: "binary", role: "reward" }],
    };
    expect(decide({ plan: alone, batch: { metrics: { conversion: [rate(100, 5)] } } }).decision.action).toBe(
      "continue",
    );
  });
});
