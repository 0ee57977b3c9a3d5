import { decide } from "../../../src/stats/decision/decide.js";
import { Experiment } from "../../../src/stats/decision/experiment.js";
import { judged } from "../../../src/stats/decision/decide.js";
import type { ExperimentPlan } from "../../../src/stats/decision/plan.js";
import { allocate } from "../../../src/stats/traffic/allocate.js";
import { Tally } from "./tally.js";

const versions = ["a", "b", "c", "d", "e"];
const plan: ExperimentPlan = {
  versions,
  metrics: [
    { name: "reward", kind: "binary", role: "reward" },
    ...Array.from({ length: 5 }, (_, i) => ({
      name: `guard${i}`,
      kind: "mean" as const,
      role: "guardrail" as const,
      lowerIsBetter: true,
      margin: { kind: "relative" as const, value: 0.2 },
    })),
    ...Array.from({ length: 4 }, (_, i) => ({
      name: `slo${i}`,
      kind: "binary" as const,
      role: "slo" as const,
      limit: 0.01,
    })),
  ],
};

function batch(): Parameters<Experiment["add"]>[0] {
  const rate = versions.map((_, i) => ({ kind: "binary" as const, n: 500, x: 5 + i }));
  const value = versions.map(() => ({ kind: "mean" as const, n: 500, mean: 10, variance: 25 }));
  return {
    exposures: { counts: versions.map(() => 500), shares: versions.map(() => 0.2) },
    metrics: Object.fromEntries(plan.metrics.map(({ name, kind }) => [name, kind === "binary" ? rate : value])),
  };
}

/** How long one tick takes, in milliseconds. */
export interface Speed {
  readonly name: string;
  readonly median: number;
}

/**
 * Scenario 13: one tick of five versions and ten metrics; `now` in milliseconds of processor time, so that a busy machine
 * does not count. The figures differ from machine to machine and are no part of the report.
 */
export function speed(now: () => number): Speed[] {
  const experiment = new Experiment(plan);
  const input = batch();
  const arms = versions.map((_, i) => ({ posterior: { family: "beta" as const, alpha: 500 + i, beta: 9500 } }));
  const time = (work: () => unknown): number =>
    Tally.of(
      Array.from({ length: 100 }, () => {
        const start = now();
        work();
        return now() - start;
      }),
    ).median();
  let state: unknown;
  const tick = time(() => {
    judged(experiment.add(input));
    allocate({ strategy: { kind: "thompson" }, arms });
  });
  const saved = time(() => ({ state } = decide({ plan, state, batch: input })));
  return [
    { name: "evidence, decision and Thompson shares", median: tick },
    { name: "the same from and to saved state, without shares", median: saved },
  ];
}
