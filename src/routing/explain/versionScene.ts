import type { Decision } from "../decide.js";
import type { VersionFacts } from "../facts.js";
import type { Verdict } from "../gates/verdict.js";
import type { Plan } from "../plan.js";
import type { Survey } from "../survey.js";
import { cause } from "./cause.js";
import type { Cause, HoldExplanation, RouteExplanation, Subject, WeightExplanation } from "./explanation.js";
import { momentOf } from "./moment.js";
import { evidenceOf } from "./resources.js";

/** What the causes of one version are found in. */
export interface VersionScene {
  readonly s: Survey;
  readonly plan: Plan;
  readonly version: VersionFacts;
  readonly weight: WeightExplanation;
  readonly holds: readonly HoldExplanation[];
  readonly routes: readonly RouteExplanation[];
}

/** The version as what a cause is about. */
export function aboutVersion({ version }: VersionScene): Subject {
  return { type: "version", name: version.name };
}

const lasting = new Set([
  "NotFound",
  "KindAbsent",
  "ExpressionInvalid",
  "ExpressionError",
  "ModelSpecInvalid",
  "ModelFailedToLoad",
  "ProgressDeadlineExceeded",
  "Forbidden",
  "NotWatched",
]);

/** What a gate said as a cause of its version. */
export function fromVerdict(scene: VersionScene, verdict: Verdict): Cause {
  const severity = lasting.has(verdict.reason) ? "error" : "waiting";
  const message = verdict.resource === "" ? verdict.message : `${verdict.resource}: ${verdict.message}`;
  return cause(severity, verdict.reason, message, aboutVersion(scene), { evidence: evidenceOf(verdict) });
}

/** Our finalizer was refused. */
export function refusedHold(about: Subject): Cause {
  return cause("error", "HoldFailed", "an object of it refuses our finalizer, so it gets no traffic", about);
}

/** What keeps a route from being written, if anything does. */
export function obstacle({ s }: VersionScene, decision: Decision): readonly Cause[] {
  const { id } = decision.rendered;
  const about: Subject = { type: "route", kind: id.kind, name: id.name };
  if (decision.kind !== "blocked" && decision.kind !== "wait") return [];
  const until = decision.until === undefined ? {} : { until: momentOf(s.now, decision.until) };
  if (decision.kind === "blocked") return [cause("error", decision.condition, decision.message, about, until)];
  return [cause("waiting", decision.reason, decision.message, about, until)];
}
