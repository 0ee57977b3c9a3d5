import { arrayAt } from "../base/json.js";
import { groupResourceOf } from "../kube/resource.js";
import { troubling } from "./conditionTypes.js";
import type { Decision } from "./decide.js";
import type { VersionFacts } from "./facts.js";
import { missingCondition } from "./missing.js";
import { names } from "./names.js";
import { outputKey } from "./observed.js";
import type { Holding } from "./holding.js";
import type { Plan } from "./plan.js";
import { formatProblem } from "./problem.js";
import { describeBackend } from "./reader/backend.js";
import { describeRef } from "./routemap.js";
import type { Condition, Phase, RouteStatus, Status, VersionStatus } from "./status.js";
import type { Survey } from "./survey.js";
import { confirmedAt, isConfirmed, storedAt } from "./track.js";

/** The status that a plan leads to; times are added by `formatStatus`. */
export function reportStatus(plan: Plan, invalid: string | undefined): Status {
  const conditions = [...problemConditions(plan, invalid), ...decisionConditions(plan.decisions)];
  const s = plan.survey;
  if (s !== undefined)
    conditions.push(
      ...surveyConditions(s),
      ...holdConditions(plan.holdings),
      ...refusedHolds(s, plan.decisions),
      ...failingWrites(s, plan.decisions),
      ...unconfirmed(s, plan.decisions),
    );
  const missing = s === undefined ? undefined : missingCondition(s.observed);
  if (missing !== undefined) conditions.push(missing);
  const merged = mergeByType(conditions);
  return {
    conditions: [readyCondition(plan, merged), ...merged],
    versions: s === undefined ? [] : s.facts.map((version) => versionStatus(s, version, plan.holdings)),
    routes: plan.decisions.flatMap((decision) => routeStatus(plan, decision)),
  };
}

function isTrue(type: string, reason: string, message: string): Condition {
  return { type, status: "True", reason, message };
}

function problemConditions(plan: Plan, invalid: string | undefined): Condition[] {
  const found: Condition[] = [];
  if (invalid !== undefined) found.push(isTrue("SpecInvalid", "DecodeFailed", invalid));
  const reasons = {
    TemplateFailed: "RenderFailed",
    RouteFailed: "CannotBeGenerated",
    InvalidWeight: "BadAnnotation",
    Clamped: "LimitExceeded",
    Unprovable: "NoReader",
  };
  for (const { condition, problem } of plan.problems)
    found.push(isTrue(condition, reasons[condition], formatProblem(problem)));
  return found;
}

function decisionConditions(decisions: readonly Decision[]): Condition[] {
  return decisions.flatMap((decision): Condition[] => {
    const guard = decision.rendered.corrections.map((correction) =>
      isTrue(
        "GuardCorrected",
        "UnsafeTemplate",
        `${decision.rendered.source || outputKey(decision.rendered.id)}: ${correction.path} would lead to ${correction.destination} (${correction.what})`,
      ),
    );
    switch (decision.kind) {
      case "blocked":
        return [isTrue(decision.condition, decision.condition, decision.message), ...guard];
      case "wait":
      case "current":
      case "write":
        return guard;
    }
  });
}

function surveyConditions(s: Survey): Condition[] {
  const found: Condition[] = [...absentKinds(s), ...brakeConditions(s)];
  for (const version of s.facts) {
    if (version.answer !== "unseen") continue;
    const behind = s.observed.memory.behindSince.get(version.name);
    const { reason, message } = version.decisive;
    if (reason !== "StatusBehind") found.push(isTrue("Unseen", reason, `version ${version.name}: ${message}`));
    else if (behind !== undefined && s.now.monotonic - behind >= 30_000)
      found.push(isTrue("StatusBehind", reason, `version ${version.name}: ${message}`));
  }
  for (const [key, stored] of s.stored)
    for (const destination of stored.unlisted)
      if (destination.backend.kind !== "foreign" || stored.carries.every((carries) => !carries))
        found.push(
          isTrue(
            "UnlistedBackend",
            "NoVersionListsIt",
            `${key}: ${destination.path} leads to ${describeBackend(destination.backend)}`,
          ),
        );
  return found;
}

/** The brakes that are on, also where they are not all that keeps a route as it is: none may be forgotten. */
function brakeConditions(s: Survey): Condition[] {
  const found: Condition[] = [];
  if (s.paused) found.push(isTrue("Paused", "Annotated", "the routemap is paused"));
  if (s.observed.routemap.annotations[names.forcePrimary] === "true") {
    const reason = s.desire.rule === "force-primary" ? "Annotated" : "PrimaryNotReady";
    found.push(isTrue("ForcePrimary", reason, `traffic goes by ${s.desire.rule}`));
  }
  return found;
}

/** Listed resources of kinds that the cluster does not have. */
function absentKinds(s: Survey): Condition[] {
  return s.facts.flatMap((version) =>
    version.resources.flatMap(({ kind, seen }, at) => {
      if (seen.state !== "kindAbsent") return [];
      const message = `versions[${version.index}].resources[${at}]: the cluster has no ${groupResourceOf(kind)}; install its CRD, or remove the resource`;
      return version.listed ? [isTrue("KindAbsent", "NoSuchKind", message)] : [];
    }),
  );
}

/** Routes whose live generation no gateway has accepted within `confirmTimeout`: settle stands in for them. */
function unconfirmed(s: Survey, decisions: readonly Decision[]): Condition[] {
  const { confirmTimeout } = s.observed.config.release;
  return decisions.flatMap((decision): Condition[] => {
    const { id } = decision.rendered;
    const track = s.observed.track(id);
    const seen = s.observed.output(id);
    const parents = seen.state === "seen" ? arrayAt(seen.object, "spec", "parentRefs") : [];
    if (track?.uid === undefined || parents.length === 0) return [];
    const stored = storedAt(track, track.generation) ?? s.now.monotonic;
    const late = s.now.monotonic - stored >= confirmTimeout;
    if (!late || confirmedAt(track, track.generation) !== undefined) return [];
    const message = `${id.kind}/${id.name}: no gateway has accepted its latest generation`;
    return [isTrue("Unconfirmed", "NoParentStatus", message)];
  });
}

function holdConditions(holdings: readonly Holding[]): Condition[] {
  return holdings.flatMap((holding): Condition[] =>
    !holding.vote.release && holding.vote.stage === "unprovable"
      ? [isTrue("Unprovable", "NoReader", `version ${holding.version}: ${holding.vote.message}`)]
      : [],
  );
}

/** Versions that should be held, for the traffic they have or are to get, and refused our finalizer. */
function refusedHolds(s: Survey, decisions: readonly Decision[]): Condition[] {
  const { unholdable } = s.observed.memory;
  const claims = decisions.flatMap((decision) =>
    decision.kind === "write" || decision.kind === "current" ? decision.claims : [],
  );
  return claims
    .filter((claim) => unholdable.has(claim.version))
    .map(({ version, ref }) => {
      const object = describeRef(ref);
      return isTrue(
        "HoldFailed",
        "FinalizerRefused",
        `version ${version} gets no more traffic while ${object} refuses the finalizer`,
      );
    });
}

/** Writes that are tried again and again, as returns are; a first conflict or two is everyday life. */
function failingWrites(s: Survey, decisions: readonly Decision[]): Condition[] {
  return decisions.flatMap((decision): Condition[] => {
    const trouble = s.observed.memory.troubles.get(outputKey(decision.rendered.id));
    if (decision.kind !== "write" || trouble === undefined || trouble.tries < 3) return [];
    return [isTrue(trouble.condition, trouble.reason, trouble.message)];
  });
}

function mergeByType(conditions: readonly Condition[]): Condition[] {
  const byType = new Map<string, Condition>();
  for (const condition of conditions) {
    const known = byType.get(condition.type);
    if (known === undefined) byType.set(condition.type, condition);
    else if (!known.message.includes(condition.message))
      byType.set(condition.type, { ...known, message: `${known.message}; ${condition.message}` });
  }
  return [...byType.values()];
}

function readyCondition(plan: Plan, conditions: readonly Condition[]): Condition {
  const trouble = conditions.find((condition) => troubling.has(condition.type));
  if (trouble !== undefined) return { type: "Ready", status: "False", reason: trouble.type, message: trouble.message };
  const unseen = conditions.find((condition) => condition.type === "Unseen");
  if (unseen !== undefined) return { type: "Ready", status: "Unknown", reason: "Unseen", message: unseen.message };
  const waiting = plan.decisions.find((decision) => decision.kind === "wait");
  if (waiting?.kind === "wait")
    return { type: "Ready", status: "False", reason: waiting.reason, message: waiting.message };
  if (plan.survey?.desire.rule === "fallback-unready-primary")
    return {
      type: "Ready",
      status: "False",
      reason: "NothingReady",
      message: "no version is ready; traffic stays on the primary",
    };
  return {
    type: "Ready",
    status: "True",
    reason: "RoutesWritten",
    message: "every route is as the spec and the gates ask",
  };
}

function versionStatus(s: Survey, version: VersionFacts, holdings: readonly Holding[]): VersionStatus {
  const weight = s.desire.weights[version.index] ?? 0;
  return {
    name: version.name,
    phase: phaseOf(s, version, holdings),
    weight,
    reason: `${version.decisive.reason}: ${version.decisive.message}`.slice(0, 256),
  };
}

/** Where a version stands, read from the stored routes and finalizers alone. */
export function phaseOf(s: Survey, version: VersionFacts, holdings: readonly Holding[]): Phase {
  const carries = (s.raw[version.index] ?? 0) > 0;
  const wanted = (s.desire.weights[version.index] ?? 0) > 0;
  if (carries) return wanted ? "Active" : "Returning";
  if (!version.resources.some((resource) => resource.held)) return version.listed ? "Idle" : "Released";
  const votes = holdings.filter((holding) => holding.version === version.name).map(({ vote }) => vote);
  if (!wanted && votes.some(({ release }) => release)) return "Dropping";
  const isAwaited = votes.some((vote) => !vote.release && vote.stage !== "wanted" && vote.stage !== "guarded");
  return wanted && !isAwaited ? "Guarded" : "Draining";
}

function routeStatus(plan: Plan, decision: Decision): RouteStatus[] {
  const track = plan.survey?.observed.track(decision.rendered.id);
  if (track?.uid === undefined) return [];
  const confirmed = isConfirmed(track);
  return [
    { kind: decision.rendered.id.kind, name: decision.rendered.id.name, generation: track.generation, confirmed },
  ];
}
