import { describe, expect, test } from "@jest/globals";

import type { ArmBatch, ExperimentPlan, MetricPlan } from "../../../src/stats/index.js";
import { bestArm, CanaryMetric, decide, Moments, PairTest, seededRng } from "../../../src/stats/index.js";

const json = (state: unknown): unknown => JSON.parse(JSON.stringify(state));
const rate = (n: number, x: number): ArmBatch => ({ kind: "binary", n, x });

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
