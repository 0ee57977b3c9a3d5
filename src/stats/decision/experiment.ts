import { at, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { isRecord, StateReader } from "../json.js";
import type { ArmBatch } from "../sequential/metric.js";
import { checkArm } from "../sequential/metric.js";
import { planHash } from "../sequential/plan.js";
import { SrmEProcess } from "../sequential/srm.js";
import { CanaryMetric } from "./canaryMetric.js";
import { Objective } from "./objective.js";
import type { ExperimentBatch, ExperimentPlan, MetricPlan } from "./plan.js";
import { checkPlan } from "./plan.js";
import { RewardTest } from "./rewardTest.js";

/** A guardrail with one watch per candidate, an objective with one test per version, or the reward. */
export type MetricTests =
  | {
      readonly role: "guardrail";
      readonly plan: Extract<MetricPlan, { role: "guardrail" }>;
      readonly tests: CanaryMetric[];
    }
  | { readonly role: "slo"; readonly plan: Extract<MetricPlan, { role: "slo" }>; readonly tests: Objective[] }
  | { readonly role: "reward"; readonly plan: Extract<MetricPlan, { role: "reward" }>; readonly tests: RewardTest[] };

/** A saved Experiment. */
export interface ExperimentState extends Saved<"experiment"> {
  /** Hash of the plan: evidence gathered under one plan is refused by another. */
  readonly plan: string;
  readonly ticks: number;
  readonly lastSeen: readonly number[];
  readonly srm: unknown;
  readonly metrics: readonly unknown[];
}

/**
 * The evidence of one experiment: all tests that its plan asks for, fed tick by tick. `decide` reads it. Two experiments do
 * not merge, as CanaryMetric does not, and as budgets and staleness count the ticks of one clock.
 * Throws StatsError on a plan that cannot be followed, and on saved evidence of another plan.
 */
export class Experiment {
  readonly tests: readonly MetricTests[];
  /** The tick (from 1) that last brought data of each metric; 0 for none. */
  readonly lastSeen: number[];
  srm: SrmEProcess | undefined;
  private tickCount = 0;

  constructor(readonly plan: ExperimentPlan) {
    checkPlan(plan);
    this.tests = plan.metrics.map((metric) => testsOf(metric, plan));
    this.lastSeen = plan.metrics.map(() => 0);
  }

  static fromJSON(plan: ExperimentPlan, json: unknown): Experiment {
    const state = new StateReader("experiment", json);
    const experiment = new Experiment(plan);
    const hash = planHash(plan);
    if (state.part("plan") !== hash)
      throw new StatsError(
        "plan",
        hash,
        `the plan the saved evidence was gathered under (${String(state.part("plan"))})`,
      );
    experiment.tickCount = whole("experiment.ticks", state.number("ticks"));
    experiment.lastSeen.splice(0, experiment.lastSeen.length, ...state.numbers("lastSeen"));
    if (state.part("srm") !== null) experiment.srm = SrmEProcess.fromJSON(state.part("srm"));
    const saved = state.list("metrics");
    experiment.tests.forEach((metric, index) => restore(metric, saved[index]));
    return experiment;
  }

  /** Ticks so far, also those without data. */
  get ticks(): number {
    return this.tickCount;
  }

  /** Takes one tick. Throws StatsError on an unknown metric and impossible numbers, before anything is taken. */
  add(batch: ExperimentBatch): this {
    const { versions, metrics } = this.plan;
    for (const [name, arms] of Object.entries(batch.metrics)) {
      const metric = metrics.find((known) => known.name === name);
      const names = metrics.map((known) => known.name).join(", ");
      if (metric === undefined) throw new StatsError("batch.metrics", name, `one of the plan's metrics (${names})`);
      if (arms.length !== versions.length)
        throw new StatsError(`batch.metrics.${name}.length`, arms.length, `one entry per version, ${versions.length}`);
      arms.forEach((arm, index) => checkArm(`batch.metrics.${name}[${index}]`, arm, metric));
    }
    if (batch.exposures !== undefined) {
      const { counts, shares } = batch.exposures;
      this.srm ??= SrmEProcess.of({ shares });
      this.srm.add(counts, shares);
    }
    this.tickCount += 1;
    this.tests.forEach((metric, index) => {
      const arms = batch.metrics[metric.plan.name];
      if (arms === undefined) return;
      if (arms.some((arm) => sizeOf(arm) > 0)) this.lastSeen[index] = this.tickCount;
      feed(metric, arms);
    });
    return this;
  }

  toJSON(): ExperimentState {
    return {
      kind: "experiment",
      version: 1,
      plan: planHash(this.plan),
      ticks: this.tickCount,
      lastSeen: [...this.lastSeen],
      srm: this.srm?.toJSON() ?? null,
      metrics: this.tests.map(({ tests }) => tests.map((test) => test.toJSON())),
    };
  }
}

function testsOf(metric: MetricPlan, plan: ExperimentPlan): MetricTests {
  const { versions, alpha = 0.05, alphaAlarm = 0.01, minRequests = 50 } = plan;
  const { lowerIsBetter = false } = metric;
  switch (metric.role) {
    case "reward":
      return {
        role: "reward",
        plan: metric,
        tests: [RewardTest.of({ kind: metric.kind, arms: versions.length, alpha, lowerIsBetter })],
      };
    case "slo": {
      const { limit, direction = "at-most" } = metric;
      return {
        role: "slo",
        plan: metric,
        tests: versions.map(() => Objective.of(metric.kind, { limit, direction, alpha, minRequests })),
      };
    }
    case "guardrail": {
      // Any of these alarms stops the candidate, so they share the error.
      const alarms = plan.metrics.filter(({ role }) => role === "guardrail").length * Math.max(1, versions.length - 1);
      const watch = { ...metric, lowerIsBetter, alpha: alphaAlarm / alarms, certificateAlpha: alpha, minRequests };
      return { role: "guardrail", plan: metric, tests: versions.slice(1).map(() => CanaryMetric.of(watch)) };
    }
    default:
      throw new StatsError("plan.metrics.role", metric, "reward, guardrail or slo");
  }
}

function feed(metric: MetricTests, arms: readonly ArmBatch[]): void {
  switch (metric.role) {
    case "reward":
      metric.tests.forEach((test) => test.add(arms));
      return;
    case "guardrail":
      metric.tests.forEach((test, index) => test.add(at(arms, 0), at(arms, index + 1)));
      return;
    case "slo":
      metric.tests.forEach((test, index) => test.add(at(arms, index)));
  }
}

function restore(metric: MetricTests, saved: unknown): void {
  const { plan, tests } = metric;
  if (!Array.isArray(saved) || saved.length !== tests.length || !saved.every(isRecord))
    throw new StatsError("experiment.metrics", saved, `one saved test for each of ${plan.name}`);
  switch (metric.role) {
    case "reward":
      metric.tests.splice(0, saved.length, ...saved.map((test) => RewardTest.fromJSON(test)));
      return;
    case "slo":
      metric.tests.splice(0, saved.length, ...saved.map((test) => Objective.fromJSON(metric.plan.kind, test)));
      return;
    case "guardrail":
      metric.tests.splice(0, saved.length, ...saved.map((test) => CanaryMetric.fromJSON(test)));
  }
}

function sizeOf(arm: ArmBatch): number {
  return arm.kind === "count" ? arm.exposure : arm.n;
}
