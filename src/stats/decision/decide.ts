import { at } from "../check.js";
import type { ExperimentState } from "./experiment.js";
import { Experiment } from "./experiment.js";
import { alarms, certificates, objectives, stale } from "./findings.js";
import type { ExperimentBatch, ExperimentPlan } from "./plan.js";
import type { Action, Decision, Why } from "./why.js";

/** A question to `decide`: the plan, the evidence so far, and what this tick brought. */
export interface DecideRequest {
  readonly plan: ExperimentPlan;
  /** As `decide` returned it; absent at the start. */
  readonly state?: unknown;
  readonly batch?: ExperimentBatch;
}

/** The decision with the evidence to pass to the next call. */
export interface DecideAnswer {
  readonly decision: Decision;
  readonly state: ExperimentState;
}

/**
 * One tick of an experiment: takes the batch and says what to do and why. May be asked as often as wanted; the errors it
 * promises hold over all ticks together. The rules in order: sample ratio, alarms and objectives (which take a candidate
 * out), certificates and the reward (which promote), the budget. The same input gives the same bytes.
 * Throws StatsError on an impossible batch and on evidence that was gathered under another plan.
 */
export function decide({ plan, state, batch }: DecideRequest): DecideAnswer {
  const experiment = state === undefined ? new Experiment(plan) : Experiment.fromJSON(plan, state);
  if (batch !== undefined) experiment.add(batch);
  return { decision: judged(experiment), state: experiment.toJSON() };
}

/** The decision that the evidence allows now. */
export function judged(experiment: Experiment): Decision {
  const { plan, srm, ticks } = experiment;
  const bound = -Math.log(plan.alphaSrm ?? 0.001);
  const taken = [...alarms(experiment), ...objectives(experiment).filter(({ verdict }) => verdict === "violated")];
  const infeasible = plan.versions.filter((name) => taken.some(({ version }) => version === name));
  const answer = (action: Action, why: readonly Why[], version?: string): Decision => ({
    action,
    ...(version === undefined ? {} : { version }),
    infeasible,
    why: [...why, ...taken.filter((reason) => !why.includes(reason)), ...stale(experiment)],
  });
  if (srm !== undefined && srm.supLogE >= bound) return answer("pause", [srmWhy(srm.supLogE, bound)]);
  const candidates = plan.versions.slice(1);
  const alive = candidates.filter((name) => !infeasible.includes(name));
  if (candidates.length > 0 && alive.length === 0)
    return answer("rollback", [
      { rule: "no candidate left", text: "every candidate has failed; return to the baseline" },
    ]);
  const won = winner(experiment, infeasible);
  if (won.kind === "baseline") return answer("rollback", [won.why]);
  if (won.kind === "candidate") {
    const { ready, why } = certificates(experiment, won.version);
    if (ready) return answer("promote", [won.why, ...why], won.version);
    return atBudget(experiment, answer, [won.why, ...why], won.version);
  }
  if (ticks === 0 || experiment.lastSeen.every((tick) => tick === 0))
    return answer("collecting", [{ rule: "collecting", text: "no data yet" }]);
  return atBudget(experiment, answer, won.why, undefined);
}

function srmWhy(logE: number, bound: number): Why {
  return {
    rule: "srm",
    // An impossible count has infinite evidence, which JSON cannot say.
    logE: Math.min(logE, Number.MAX_VALUE),
    bound,
    text: "the versions do not get the traffic they should; nothing measured can be trusted",
  };
}

type Won =
  | { readonly kind: "baseline"; readonly why: Why }
  | { readonly kind: "candidate"; readonly version: string; readonly why: Why }
  | { readonly kind: "none"; readonly why: readonly Why[] };

/** Who has won the reward; without a reward the first candidate that is safe. */
function winner(experiment: Experiment, infeasible: readonly string[]): Won {
  const { versions } = experiment.plan;
  const reward = experiment.tests.find((metric) => metric.role === "reward");
  if (reward === undefined) return safest(experiment, infeasible);
  const { best: test, effects } = at(reward.tests, 0);
  const index = test.winner(versions.map((name) => !infeasible.includes(name)));
  const metric = reward.plan.name;
  const { bound } = test;
  if (index === undefined)
    return {
      kind: "none",
      why: [{ rule: "reward undecided", metric, bound, effects, text: `no version is certainly best by ${metric}` }],
    };
  const version = at(versions, index);
  const won = test.evidence.filter(({ i, j }) => i === index && !infeasible.includes(at(versions, j)));
  const logE = Math.min(...won.map(({ supLogE }) => supLogE));
  const effect = index === 0 ? null : at(effects, index - 1);
  const pValue = Math.min(1, Math.exp(-logE) * (versions.length - 1));
  const why: Why = {
    rule: "reward",
    metric,
    version,
    logE,
    bound,
    pValue,
    effect,
    text: `${version} is certainly best by ${metric}`,
  };
  return index === 0 ? { kind: "baseline", why } : { kind: "candidate", version, why };
}

function safest(experiment: Experiment, infeasible: readonly string[]): Won {
  const missing: Why[] = [];
  for (const version of experiment.plan.versions.slice(1)) {
    if (infeasible.includes(version)) continue;
    const { ready, why } = certificates(experiment, version);
    const safe: Why = { rule: "safe", version, text: `${version} holds every objective and certificate` };
    if (ready && why.length > 0) return { kind: "candidate", version, why: safe };
    missing.push(...why);
  }
  return { kind: "none", why: missing };
}

/** What happens while there is no decision: go on, or end by the budget. */
function atBudget(
  { plan, ticks }: Experiment,
  answer: (action: Action, why: readonly Why[], version?: string) => Decision,
  why: readonly Why[],
  leading: string | undefined,
): Decision {
  if (plan.budget === undefined || ticks < plan.budget) return answer("continue", why);
  const reason: Why = { rule: "budget", ticks, text: `no decision within ${plan.budget} ticks` };
  switch (plan.atBudget ?? "pause") {
    case "pause":
      return answer("inconclusive", [reason, ...why]);
    case "rollback":
      return answer("rollback", [reason, ...why]);
    case "promote": {
      const { infeasible } = answer("continue", why);
      const version = leading ?? plan.versions.slice(1).find((name) => !infeasible.includes(name));
      return version === undefined
        ? answer("inconclusive", [reason, ...why])
        : answer("promote", [reason, ...why], version);
    }
  }
}
