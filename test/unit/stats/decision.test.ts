import { describe, expect, test } from "@jest/globals";

import type { ArmBatch, Decision, ExperimentBatch, ExperimentPlan, MetricPlan } from "../../../src/stats/index.js";
import { CanaryMetric, decide, judgeSeries, scoreCanary } from "../../../src/stats/index.js";

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

  describe("with an objective on a mean", () => {
    const timed: ExperimentPlan = {
      versions: ["stable", "new"],
      metrics: [{ name: "seconds", kind: "mean", role: "slo", limit: 10 }],
    };
    const seconds = (...means: readonly number[]): ExperimentBatch => ({
      metrics: { seconds: means.map((m) => mean(200, m)) },
    });

    test("promotes a candidate that certainly keeps the limit, and shows the mean it rests on", () => {
      const decision = run(seconds(8, 8), 60, timed);
      expect(decision).toMatchObject({ action: "promote", version: "new", infeasible: [] });
      const found = decision.why.find((why) => why.rule === "slo");
      expect(found).toMatchObject({ kind: "mean", metric: "seconds", version: "new", verdict: "satisfied", limit: 10 });
      expect(found).toMatchObject({ mean: expect.closeTo(8, 9), n: expect.any(Number), variance: expect.any(Number) });
    });

    test("rolls a candidate back that breaks the limit", () => {
      const decision = run(seconds(8, 13), 60, timed);
      expect(decision).toMatchObject({ action: "rollback", infeasible: ["new"] });
      expect(decision.why[1]).toMatchObject({ rule: "slo", version: "new", verdict: "violated" });
    });

    test("decides nothing at the limit itself, and nothing with few values", () => {
      expect(run(seconds(8, 10), 60, timed).action).toBe("continue");
      const few = run({ metrics: { seconds: [mean(200, 8), mean(1, 8)] } }, 20, timed);
      expect(few.action).toBe("continue");
      expect(few.why).toContainEqual(
        expect.objectContaining({ rule: "slo", version: "new", verdict: "noData", n: 20 }),
      );
    });

    test("at least the limit is asked where the plan says so", () => {
      const atLeast: ExperimentPlan = {
        ...timed,
        metrics: [{ name: "seconds", kind: "mean", role: "slo", limit: 10, direction: "at-least" }],
      };
      expect(run(seconds(13, 13), 60, atLeast)).toMatchObject({ action: "promote", version: "new" });
      expect(run(seconds(13, 8), 60, atLeast)).toMatchObject({ action: "rollback", infeasible: ["new"] });
    });

    test.each([
      [{ name: "x", kind: "mean", role: "slo", limit: Number.NaN }, "plan.metrics[0].limit is NaN"],
      [{ name: "x", kind: "mean", role: "slo", limit: Infinity }, "plan.metrics[0].limit is Infinity"],
      [{ name: "x", kind: "binary", role: "slo", limit: 10 }, "plan.metrics[0].limit is 10"],
      [{ name: "x", kind: "count", role: "slo", limit: 1 }, 'plan.metrics[0].kind is "count"'],
    ])("a limit that cannot be kept is refused by field %#", (metric, message) => {
      expect(() => decide({ plan: { versions: ["a", "b"], metrics: [metric as MetricPlan] } })).toThrow(message);
    });

    test("a batch of rates is refused before anything is taken", () => {
      expect(() => decide({ plan: timed, batch: { metrics: { seconds: [mean(9, 8), rate(9, 1)] } } })).toThrow(
        'batch.metrics.seconds[1].kind is "binary"',
      );
    });
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
