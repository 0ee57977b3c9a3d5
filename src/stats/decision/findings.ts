import { at } from "../check.js";
import type { Experiment } from "./experiment.js";
import type { Why } from "./why.js";

type Finding<R extends Why["rule"]> = Extract<Why, { rule: R }>;

/** Candidates that a guardrail has found worse than the baseline. */
export function alarms({ plan, tests }: Experiment): Finding<"alarm">[] {
  return tests.flatMap((metric) => {
    if (metric.role !== "guardrail") return [];
    return metric.tests.flatMap((test, index): Finding<"alarm">[] => {
      const { figures } = test;
      if (figures.verdict !== "High" && figures.verdict !== "Low") return [];
      const version = at(plan.versions, index + 1);
      const text = `${version} is worse than the baseline by ${metric.plan.name}`;
      return [{ rule: "alarm", metric: metric.plan.name, version, figures, text }];
    });
  });
}

/** How every version stands with every objective. */
export function objectives({ plan, tests }: Experiment): Finding<"slo">[] {
  return tests.flatMap((metric) => {
    if (metric.role !== "slo") return [];
    return metric.tests.map((test, index): Finding<"slo"> => {
      const version = at(plan.versions, index);
      const { verdict } = test;
      return {
        rule: "slo",
        metric: metric.plan.name,
        version,
        verdict,
        ...test.totals,
        limit: metric.plan.limit,
        logE: test.evidence,
        text: `${version}: objective ${metric.plan.name} ${verdict}`,
      };
    });
  });
}

/** Whether a candidate holds all that promotion needs, with what it holds or what is missing. */
export function certificates(experiment: Experiment, version: string): { ready: boolean; why: Why[] } {
  const { plan, tests } = experiment;
  const index = plan.versions.indexOf(version) - 1;
  const marginal = tests.flatMap((metric): Why[] => {
    if (metric.role !== "guardrail" || metric.plan.margin === undefined) return [];
    const { figures } = at(metric.tests, index);
    const held = figures.verdict === "Pass";
    const text = `${version} is ${held ? "certainly" : "not yet certainly"} within the margin of ${metric.plan.name}`;
    return [{ rule: held ? "certificate" : "certificate missing", metric: metric.plan.name, version, figures, text }];
  });
  const kept = objectives(experiment).filter((finding) => finding.version === version);
  const missing = stale(experiment);
  const ready =
    marginal.every(({ rule }) => rule === "certificate") &&
    kept.every(({ verdict }) => verdict === "satisfied") &&
    missing.length === 0;
  return { ready, why: [...marginal, ...kept] };
}

/** Metrics that have brought nothing for too long. */
export function stale({ plan, lastSeen, ticks }: Experiment): Finding<"noData">[] {
  const after = plan.staleAfter ?? 5;
  return plan.metrics.flatMap(({ name }, index): Finding<"noData">[] => {
    const silent = ticks - at(lastSeen, index);
    if (silent < Math.max(1, after)) return [];
    return [{ rule: "noData", metric: name, ticks: silent, text: `no data of ${name} for ${silent} ticks` }];
  });
}
