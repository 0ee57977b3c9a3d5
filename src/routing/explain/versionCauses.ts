import type { Decision } from "../decide.js";
import type { VersionFacts } from "../facts.js";
import type { Verdict } from "../gates/verdict.js";
import { outputKey } from "../observed.js";
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

/** Why a version has the traffic that it has, most decisive first; never empty. */
export function versionCauses(scene: VersionScene): readonly Cause[] {
  const { weight } = scene;
  const found = [
    ...going(scene),
    ...notWanted(scene),
    ...notRaised(scene),
    ...notReturned(scene),
    ...notConfirmed(scene),
  ];
  if (found.length > 0) return found;
  const about = aboutVersion(scene);
  if (weight.stored > 0)
    return [cause("info", "Serving", `it is ready and gets ${weight.percent.stored} % of the traffic`, about)];
  return [cause("info", "Idle", "it gets no traffic, and none is meant for it", about)];
}

function aboutVersion({ version }: VersionScene): Subject {
  return { type: "version", name: version.name };
}

/** It left the spec or is being deleted: what its release waits for. */
function going(scene: VersionScene): readonly Cause[] {
  const { version, holds } = scene;
  const about = aboutVersion(scene);
  const left = version.listed
    ? []
    : [cause("waiting", "LeftSpec", "it is no longer in the spec, and goes once it carries nothing", about)];
  const isGoing = !version.listed || version.resources.some(({ deleting }) => deleting);
  if (!isGoing) return left;
  const waiting = holds.filter(({ release, stage }) => !release && stage !== "wanted");
  const stages = waiting.map((hold) =>
    cause(
      hold.stage === "unprovable" ? "error" : "waiting",
      stageReason(hold.stage),
      `${hold.resource}: ${hold.message}`,
      about,
      {
        ...(hold.until === undefined ? {} : { until: hold.until }),
        ...(hold.deadline === undefined
          ? {}
          : { fix: `nothing: it is let go by itself, without proof at ${hold.deadline} at the latest` }),
      },
    ),
  );
  const deletion = version.verdicts.find(({ reason }) => reason === "Deleting" || reason === "NamespaceTerminating");
  const deleting = deletion === undefined ? [] : [fromVerdict(scene, deletion)];
  return [...deleting, ...left, ...stages];
}

function stageReason(stage: string): string {
  const reasons: Readonly<Record<string, string>> = {
    carrying: "StillCarrying",
    confirming: "Confirming",
    settling: "Settling",
    draining: "Draining",
    fenced: "OutcomeUnknown",
    guarded: "Guarded",
    unseen: "Unseen",
    unprovable: "Unprovable",
    "service-last": "ServiceLast",
  };
  return reasons[stage] ?? "Held";
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

function fromVerdict(scene: VersionScene, verdict: Verdict): Cause {
  const severity = lasting.has(verdict.reason) ? "error" : "waiting";
  const message = verdict.resource === "" ? verdict.message : `${verdict.resource}: ${verdict.message}`;
  return cause(severity, verdict.reason, message, aboutVersion(scene), { evidence: evidenceOf(verdict) });
}

/** Traffic is not meant for it now: a brake, a gate, or its weight. */
function notWanted(scene: VersionScene): readonly Cause[] {
  const { s, version, weight } = scene;
  if (!version.listed) return [];
  const about = aboutVersion(scene);
  const found: Cause[] = [];
  const deleting = new Set(["Deleting", "NamespaceTerminating"]);
  const refused = version.verdicts.filter(({ answer, reason }) => answer === "notReady" && !deleting.has(reason));
  const blind = version.answer === "unseen" ? version.verdicts.filter(({ answer }) => answer === "unseen") : [];
  found.push(...[...refused, ...blind].map((verdict) => fromVerdict(scene, verdict)));
  if (weight.wanted > 0) return found;
  if (s.desire.rule === "force-primary")
    found.unshift(
      cause("waiting", "ForcePrimary", "the routemap is annotated to send everything to the primary", about),
    );
  if (s.observed.memory.unholdable.has(version.name))
    found.push(cause("error", "HoldFailed", "an object of it refuses our finalizer, so it gets no traffic", about));
  if (weight.asked === 0 && version.answer === "ready" && s.desire.rule === "weights")
    found.push(cause("info", "WeightZero", `its weight is 0 by ${weight.from}`, about));
  if (found.length === 0 && version.answer === "ready")
    found.push(cause("waiting", "Fallback", `traffic goes by the rule ${s.desire.rule}, which leaves it out`, about));
  return found;
}

/** It is to have more than it has: what the raise waits for. */
function notRaised(scene: VersionScene): readonly Cause[] {
  const { s, plan, version, weight } = scene;
  if (!version.listed || version.answer !== "ready" || weight.wanted === 0) return [];
  const routes = plan.decisions.filter((decision) => isShort(scene, decision));
  if (routes.length === 0 && plan.decisions.length > 0) return [];
  const blocked = routes.flatMap((decision) => obstacle(scene, decision));
  if (blocked.length > 0) return blocked;
  const about = aboutVersion(scene);
  if (plan.problems.some(({ condition }) => condition === "TemplateFailed" || condition === "RouteFailed"))
    return templateProblems(scene);
  if (s.fenced) {
    const until = momentOf(s.now, s.observed.memory.fencedUntil);
    return [cause("waiting", "OutcomeUnknown", "the outcome of the last write is not known yet", about, { until })];
  }
  return [...notStable(scene), ...underWay(scene, routes)].slice(0, 1);
}

/** Whether a route does not give the version yet what it is to have. */
function isShort({ s, version, weight }: VersionScene, { rendered, kind }: Decision): boolean {
  const stored = s.stored.get(outputKey(rendered.id));
  if (stored === undefined) return kind !== "current";
  const has = stored.raw[version.index] ?? 0;
  return has < weight.wanted && (has === 0 || kind !== "current");
}

function obstacle({ s }: VersionScene, decision: Decision): readonly Cause[] {
  const { id } = decision.rendered;
  const about: Subject = { type: "route", kind: id.kind, name: id.name };
  if (decision.kind !== "blocked" && decision.kind !== "wait") return [];
  const until = decision.until === undefined ? {} : { until: momentOf(s.now, decision.until) };
  if (decision.kind === "blocked") return [cause("error", decision.condition, decision.message, about, until)];
  return [cause("waiting", decision.reason, decision.message, about, until)];
}

function templateProblems({ plan }: VersionScene): readonly Cause[] {
  return plan.problems
    .filter(({ condition }) => condition === "TemplateFailed" || condition === "RouteFailed")
    .map(({ condition, problem }) =>
      cause("error", condition, `${problem.path}: ${problem.message}`, { type: "routemap" }, fixOf(problem)),
    );
}

function fixOf({ fix }: { readonly fix?: string }): { readonly fix?: string } {
  return fix === undefined ? {} : { fix };
}

function notStable(scene: VersionScene): readonly Cause[] {
  const { s, version } = scene;
  const about = aboutVersion(scene);
  if (s.unprovable.has(version.index))
    return [cause("error", "Unprovable", "nothing could prove later that it carries nothing", about)];
  const at = s.raiseAt[version.index];
  if (at === undefined)
    return [cause("waiting", "ReleaseUncertain", "the release of one of its objects is of unknown outcome", about)];
  if (at <= s.now.monotonic) return [];
  const message = "it is ready, but not for long enough yet (minStable)";
  return [cause("waiting", "NotStable", message, about, { until: momentOf(s.now, at) })];
}

function underWay(scene: VersionScene, routes: readonly Decision[]): readonly Cause[] {
  const { s, version } = scene;
  const about = aboutVersion(scene);
  const claims = routes.flatMap((decision) => (decision.kind === "write" ? decision.claims : []));
  if (claims.some((claim) => claim.version === version.name))
    return [cause("waiting", "Holding", "its objects get our finalizer before it gets traffic", about)];
  const introduced = routes.find((decision) => decision.kind === "current");
  if (introduced === undefined) return [cause("waiting", "Raising", "the route is being written", about)];
  const until = introduced.until === undefined ? {} : { until: momentOf(s.now, introduced.until) };
  const message =
    "it is named with weight 0 until every gateway has accepted that, so that none answers for it with an error";
  return [cause("waiting", "Introducing", message, about, until)];
}

/** It is to have nothing and still has something. */
function notReturned(scene: VersionScene): readonly Cause[] {
  const { plan, version, weight } = scene;
  if (weight.wanted > 0 || weight.stored === 0) return [];
  const about = aboutVersion(scene);
  const carrying = plan.decisions.filter(
    ({ rendered }) => (scene.s.stored.get(outputKey(rendered.id))?.raw[version.index] ?? 0) > 0,
  );
  const obstacles = carrying.flatMap((decision) => obstacle(scene, decision));
  const returning = cause("waiting", "Returning", "its traffic is being returned", about);
  return obstacles.length > 0 ? obstacles : [returning];
}

/** It is stored as it should be, and a gateway has not said that it took it. */
function notConfirmed({ version, weight, routes }: VersionScene): readonly Cause[] {
  if (weight.wanted === 0 || weight.stored === 0 || weight.confirmed !== undefined) return [];
  return routes.flatMap((route): Cause[] => {
    const about: Subject = { type: "route", kind: route.kind, name: route.name };
    const mine = route.weights?.some((entry) => entry.version === version.name && entry.stored > 0) ?? false;
    if (!mine || route.confirmed) return [];
    return route.parents.flatMap((parent): Cause[] => {
      if (parent.accepted === "False") {
        const why = [parent.reason, parent.message].filter((text) => text !== undefined).join(": ");
        return [cause("error", "NotAccepted", `${parent.parent} does not accept the route: ${why}`, about)];
      }
      if (parent.accepted === "True" && (parent.observedGeneration ?? 0) >= (route.generation ?? 0)) return [];
      const message = `${parent.parent} has not accepted generation ${route.generation ?? 0} yet`;
      return [cause("waiting", "AwaitingGateway", message, about)];
    });
  });
}
