import type { Decision } from "../decide.js";
import { outputKey } from "../observed.js";
import { cause } from "./cause.js";
import type { Cause } from "./explanation.js";
import { momentOf } from "./moment.js";
import type { VersionScene } from "./versionScene.js";
import { aboutVersion, obstacle, refusedHold } from "./versionScene.js";

/** It is to have more than it has: what the raise waits for. */
export function notRaised(scene: VersionScene): readonly Cause[] {
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
  const isClaimed = claims.some((claim) => claim.version === version.name);
  if (isClaimed && s.observed.memory.unholdable.has(version.name)) return [refusedHold(about)];
  if (isClaimed) return [cause("waiting", "Holding", "its objects get our finalizer before it gets traffic", about)];
  const introduced = routes.find((decision) => decision.kind === "current");
  if (introduced === undefined) return [cause("waiting", "Raising", "the route is being written", about)];
  const until = introduced.until === undefined ? {} : { until: momentOf(s.now, introduced.until) };
  const message =
    "it is named with weight 0 until every gateway has accepted that, so that none answers for it with an error";
  return [cause("waiting", "Introducing", message, about, until)];
}
