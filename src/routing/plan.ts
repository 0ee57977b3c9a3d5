import type { Action, ClaimAction } from "./actions.js";
import { decideAuxiliary } from "./auxiliary.js";
import type { Decision } from "./decide.js";
import { carryingClaims, decideOutput } from "./decide.js";
import { handOver } from "./handOver.js";
import type { Holding } from "./holding.js";
import { drainedVersions, holdingsOf } from "./holding.js";
import type { Now, Observed, OutputId } from "./observed.js";
import { carriesTraffic, outputKey } from "./observed.js";
import type { PlanProblem } from "./planProblem.js";
import { tagged } from "./planProblem.js";
import type { Problem } from "./problem.js";
import { pruneDecisions } from "./prune.js";
import type { RenderContext, Rendered } from "./render/render.js";
import { renderLive } from "./render/render.js";
import { renderContext } from "./render/renderContext.js";
import type { RenderedAll } from "./renderAll.js";
import { nothing, renderAll } from "./renderAll.js";
import type { Routemap } from "./routemap.js";
import { chooseStage, overdueReleases } from "./stage.js";
import { undefinedSubset } from "./subsets.js";
import type { Survey } from "./survey.js";
import { specInForce, survey } from "./survey.js";
import { unprovableVersions } from "./unprovable.js";
import type { Vote } from "./vote.js";

/** The result of looking at one routemap once. */
export interface Plan {
  /** Undefined where nothing is known of a spec. */
  readonly survey: Survey | undefined;
  readonly decisions: readonly Decision[];
  /** Problems of templates and routes, bad weights and clamped limits; a spec that cannot be decoded is told by `observed.spec`. */
  readonly problems: readonly PlanProblem[];
  readonly holdings: readonly Holding[];
  /** Actions that may be carried out now (`chooseStage`). */
  readonly stage: readonly Action[];
  /** Monotonic time at which to look again without an event. */
  readonly again?: number;
}

/**
 * The only place where a decision is made: looks at one routemap's world and says what to do about it.
 * No clock, no I/O, no state: the same input gives the same plan.
 */
export function plan(observed: Observed, now: Now): Plan {
  const spec = specInForce(observed) ?? claimedAlone(observed);
  if (spec === undefined) return { survey: undefined, decisions: [], problems: [], holdings: [], stage: [] };
  const s = withProvability(survey(observed, spec, now));
  const isPresent = observed.routemap.life === "present";
  if (observed.routemap.life === "unlabelled" && s.own.length > 0)
    return { survey: s, decisions: [], problems: [], holdings: [], stage: handOver(s) };
  const holdings = holdingsOf(s, isPresent ? renderContext(s) : undefined);
  const rendered = isPresent ? renderAll(s, renderContext(s, drainedVersions(s, holdings))) : nothing;
  const decisions = isPresent ? [...decideAll(s, rendered), ...rescue(s, rendered)] : [];
  const prunes = isPresent ? pruneDecisions(s, decisions, isUnsure(rendered, s)) : { actions: [] };
  const claims = distinctClaims(decisions, isPresent ? unrenderedClaims(s, rendered) : []);
  const overdue = overdueReleases(s, decisions, holdings);
  const stage = chooseStage(s, { decisions, claims, prunes: prunes.actions, holdings, overdue });
  const soon = overdue.length > 0 ? now.monotonic : undefined;
  const times = [...decisions.map((d) => d.until), ...holdings.map((h) => untilOf(h.vote)), prunes.until, soon];
  const again = earliest(times);
  const problems = problemsOf(s, rendered);
  return { survey: s, decisions, problems, holdings, stage, ...(again === undefined ? {} : { again }) };
}

function problemsOf(s: Survey, rendered: RenderedAll): readonly PlanProblem[] {
  const clamped = s.observed.spec.state === "valid" ? s.observed.spec.warnings : [];
  return [
    ...rendered.problems,
    ...tagged("InvalidWeight", s.problems),
    ...tagged("Clamped", clamped),
    ...tagged("Unprovable", unprovableProblems(s)),
  ];
}

/** Where neither text nor stored routes tell of any version, what was claimed is still to be released. */
function claimedAlone({ claims }: Observed): Routemap | undefined {
  return claims.length === 0 ? undefined : { versions: [], templates: [], routes: [], release: {} };
}

/** Bars versions of which nothing could be proven later from being raised. */
function withProvability(s: Survey): Survey {
  const unprovable = unprovableVersions(s, renderContext(s));
  if (unprovable.size === 0) return s;
  return { ...s, unprovable, raiseAt: s.raiseAt.map((at, index) => (unprovable.has(index) ? undefined : at)) };
}

function unprovableProblems(s: Survey): readonly Problem[] {
  return s.facts
    .filter((version) => s.unprovable.has(version.index))
    .map((version) => ({
      path: `versions[${version.index}]`,
      message: `a route that cannot be read names ${version.name} whether it has weight or not`,
      fix: "let the template leave it out at weight 0",
    }));
}

function untilOf(vote: Vote): number | undefined {
  return vote.release ? undefined : vote.until;
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time): time is number => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function decideAll(s: Survey, all: RenderedAll): readonly Decision[] {
  const carrying = all.outputs.filter(({ rendered }) => carriesTraffic(s.observed, rendered.id));
  const others = all.outputs.filter(({ rendered }) => !carriesTraffic(s.observed, rendered.id));
  const main = carrying.map((output) =>
    decideOutput(output.survey, output.rendered, (weights) => all.rerender(output, weights)),
  );
  const auxiliary = others.map((output) =>
    decideAuxiliary(s, output.rendered, main, (weights) => all.rerender(output, weights)),
  );
  const ordered = main.map((decision) => afterSubsets(s, decision, auxiliary, all.context));
  return [...auxiliary, ...ordered.map((decision) => unlessRefused(s, decision, all.context))];
}

/** A return whose rendering the API server refuses is made on the stored route, which it did accept. */
function unlessRefused(s: Survey, decision: Decision, context: RenderContext | undefined): Decision {
  if (decision.kind !== "write" || decision.action.mode !== "return") return decision;
  const { id } = decision.rendered;
  const refused = s.observed.memory.troubles.get(outputKey(id))?.refused === true;
  return refused ? (liveReturn(s, id, context) ?? decision) : decision;
}

/** A route that leads to a subset that is not defined yet waits for that; what must return does so on the stored route. */
function afterSubsets(
  s: Survey,
  decision: Decision,
  auxiliary: readonly Decision[],
  context: RenderContext | undefined,
): Decision {
  const message = undefinedSubset(s, decision, auxiliary);
  if (message === undefined) return decision;
  const { rendered } = decision;
  return liveReturn(s, rendered.id, context) ?? { kind: "wait", rendered, reason: "SubsetNotDefined", message };
}

/**
 * Returns on stored routes that nothing renders, because their template fails or because they left the spec and wait to
 * be pruned: safety waits neither for a template to be mended nor for a replacement.
 */
function rescue(s: Survey, { outputs, context }: RenderedAll): readonly Decision[] {
  const rendered = new Set(outputs.map((output) => outputKey(output.rendered.id)));
  const unrendered = s.own.filter((id) => !rendered.has(outputKey(id)) && carriesTraffic(s.observed, id));
  return unrendered.flatMap((id) => liveReturn(s, id, context) ?? []);
}

/** A return by the guard alone on a route as it is stored; undefined where it needs none or cannot be read. */
function liveReturn(s: Survey, id: OutputId, context: RenderContext | undefined): Decision | undefined {
  const seen = s.observed.output(id);
  const object = seen.state === "seen" ? seen.object : undefined;
  if (object === undefined || context === undefined) return undefined;
  const at = (weights: readonly number[]): Rendered | undefined =>
    renderLive(context, id, object, weights, s.fallback.weights);
  const wanted = at(s.desire.weights);
  const decision = wanted === undefined ? undefined : decideOutput(s, wanted, at);
  return decision?.kind === "write" && decision.action.mode === "return" ? decision : undefined;
}

/** Whether stored outputs may belong to a spec of which not everything is known or could be rendered. */
function isUnsure({ problems }: RenderedAll, { observed }: Survey): boolean {
  const isMakeshift = observed.spec.state === "invalid" && observed.spec.lastGood === undefined;
  return problems.length > 0 || isMakeshift;
}

/** What carries by a stored route that nothing renders now is held like everything that carries. */
function unrenderedClaims(s: Survey, { outputs }: RenderedAll): readonly ClaimAction[] {
  const rendered = new Set(outputs.map((output) => outputKey(output.rendered.id)));
  return [...s.stored].flatMap(([key, stored]) =>
    rendered.has(key) || !stored.readable ? [] : carryingClaims(s, stored.carries),
  );
}

function distinctClaims(decisions: readonly Decision[], more: readonly ClaimAction[]): readonly ClaimAction[] {
  const found = new Map(more.map((claim) => [claim.uid, claim]));
  for (const decision of decisions)
    if (decision.kind === "write" || decision.kind === "current")
      for (const claim of decision.claims) found.set(claim.uid, claim);
  return [...found.values()];
}
