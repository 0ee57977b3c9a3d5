import { formatProblem } from "../../base/problem.js";
import { fightLimit, fightWindow } from "../decide.js";
import { names } from "../names.js";
import type { Now, Observed } from "../observed.js";
import type { Plan } from "../plan.js";
import { phaseOf, reportStatus } from "../report.js";
import type { Condition } from "../status.js";
import { transitionTimes } from "../status.js";
import type { Survey } from "../survey.js";
import { distinct } from "./cause.js";
import type {
  BreakerExplanation,
  Explanation,
  RouteExplanation,
  VersionExplanation,
  WeightExplanation,
} from "./explanation.js";
import { explainHolds } from "./holds.js";
import { momentOf, rfc3339 } from "./moment.js";
import { explainResources } from "./resources.js";
import { routemapCauses } from "./routemapCauses.js";
import { explainRoutes } from "./routes.js";
import { versionCauses } from "./versionCauses.js";
import { explainWeights } from "./weight.js";

/**
 * The whole chain of reasons of one routemap, from the plan that the controller acts on. `reported` are conditions that
 * only the controller can know, as they come of what it remembers; whoever explains another's world passes those that
 * are published.
 */
export function explain(observed: Observed, plan: Plan, now: Now, reported: readonly Condition[] = []): Explanation {
  const { namespace, name, uid, life, annotations } = observed.routemap;
  const conditions = conditionsOf(observed, plan, reported);
  const s = plan.survey;
  const routes = s === undefined ? [] : explainRoutes(s, plan);
  const weights = s === undefined ? [] : explainWeights(s, plan);
  const versions = s === undefined ? [] : s.facts.map((facts) => explainVersion(s, plan, facts.index, weights, routes));
  const terminating = observed.terminating(namespace);
  const [ready, ...others] = conditions;
  return {
    namespace,
    name,
    uid,
    at: rfc3339(now.server),
    ready: ready ?? unknown,
    causes: routemapCauses({ life, terminating, conditions: others, versions, routes }),
    versions,
    routes,
    conditions: others,
    breaker: breakerOf(observed, now),
    brakes: {
      paused: annotations[names.paused] === "true",
      forcePrimary: annotations[names.forcePrimary] === "true",
      adopt: annotations[names.adopt] === "true",
    },
    rule: s?.desire.rule ?? "none",
  };
}

const unknown: Condition = { type: "Ready", status: "Unknown", reason: "Unknown", message: "nothing is known of it" };

/** Today's conditions, Ready first, with the times at which the stored ones came about. */
function conditionsOf(observed: Observed, plan: Plan, reported: readonly Condition[]): readonly Condition[] {
  const { spec, routemap } = observed;
  const invalid = spec.state === "invalid" ? spec.problems.map(formatProblem).join("; ") : undefined;
  const { conditions } = reportStatus(plan, invalid);
  const more = reported.filter(({ type }) => !conditions.some((condition) => condition.type === type));
  const times = transitionTimes(routemap.annotations[names.status]);
  return [...conditions, ...more].map((condition) => {
    const known = times.get(condition.type);
    return known?.status === condition.status ? { ...condition, lastTransitionTime: known.time } : condition;
  });
}

function explainVersion(
  s: Survey,
  plan: Plan,
  index: number,
  weights: readonly WeightExplanation[],
  routes: readonly RouteExplanation[],
): VersionExplanation {
  const version = s.facts[index];
  const weight = weights[index];
  if (version === undefined || weight === undefined) throw new RangeError(`no version ${index}`);
  const holds = explainHolds(s, version, plan.holdings);
  const raiseAt = s.raiseAt[index];
  return {
    index,
    name: version.name,
    listed: version.listed,
    phase: phaseOf(s, version, plan.holdings),
    answer: version.answer,
    resources: explainResources(version),
    weight,
    ...(raiseAt === undefined || weight.wanted <= weight.stored ? {} : { raiseAt: momentOf(s.now, raiseAt) }),
    holds,
    causes: distinct(versionCauses({ s, plan, version, weight, holds, routes })),
  };
}

function breakerOf({ memory }: Observed, now: Now): BreakerExplanation {
  const recent = memory.fights.filter((at) => now.monotonic - at < fightWindow);
  const oldest = recent[recent.length - fightLimit];
  return {
    fights: recent.length,
    limit: fightLimit,
    open: oldest !== undefined,
    ...(oldest === undefined ? {} : { until: momentOf(now, oldest + fightWindow) }),
  };
}
