import type { Action, ClaimAction, PruneAction, ReleaseAction, StripAction, WriteAction } from "./actions.js";
import { decideAuxiliary } from "./auxiliary.js";
import { only } from "./desired.js";
import type { Decision } from "./decide.js";
import { carryingClaims, decideOutput } from "./decide.js";
import type { VersionFacts } from "./facts.js";
import { handOver } from "./handOver.js";
import { names } from "./names.js";
import type { Now, Observed, OutputId } from "./observed.js";
import { outputKey } from "./observed.js";
import type { Problem } from "./problem.js";
import { pruneDecisions } from "./prune.js";
import { recognition } from "./recognise.js";
import type { RenderContext, Rendered, RenderResult } from "./render/render.js";
import { renderLive, renderSource } from "./render/render.js";
import { renderContext } from "./render/renderContext.js";
import type { OutputSource } from "./render/source.js";
import { sourcesOf } from "./render/source.js";
import type { Routemap } from "./routemap.js";
import { undefinedSubset } from "./subsets.js";
import type { Survey } from "./survey.js";
import { specInForce, survey } from "./survey.js";
import { unprovableVersions } from "./unprovable.js";
import type { Vote } from "./vote.js";
import { releaseVote } from "./vote.js";

/** What is held, by whom, and whether it may go. */
export interface Holding {
  readonly version: string;
  readonly uid: string;
  readonly action: ReleaseAction;
  readonly vote: Vote;
}

/** A problem and the condition it is told by. */
export interface PlanProblem {
  readonly condition: "TemplateFailed" | "RouteFailed" | "InvalidWeight" | "Clamped" | "Unprovable";
  readonly problem: Problem;
}

/** The result of looking at one routemap once. */
export interface Plan {
  /** Undefined where no spec was ever decoded. */
  readonly survey: Survey | undefined;
  readonly decisions: readonly Decision[];
  /** Problems of templates and routes, bad weights and clamped limits; a spec that cannot be decoded is told by `observed.spec`. */
  readonly problems: readonly PlanProblem[];
  readonly holdings: readonly Holding[];
  /** Actions that may be carried out now, all of one kind; after them the world is looked at again. */
  readonly stage: readonly Action[];
  /** Monotonic time at which to look again without an event. */
  readonly again?: number;
}

/**
 * The only place where a decision is made: looks at one routemap's world and says what to do about it.
 *
 * Returns come first and wait for nothing but the claims of the versions they lead to; then claims, raises and plain
 * writes, pruning, and last releases. No clock, no I/O, no state: the same input gives the same plan.
 */
export function plan(observed: Observed, now: Now): Plan {
  const spec = specInForce(observed) ?? claimedAlone(observed);
  if (spec === undefined) return { survey: undefined, decisions: [], problems: [], holdings: [], stage: [] };
  const s = withProvability(survey(observed, spec, now));
  if (observed.routemap.life === "unlabelled" && s.own.length > 0)
    return { survey: s, decisions: [], problems: [], holdings: [], stage: handOver(s) };
  const rendered = observed.routemap.life === "present" ? renderAll(s) : nothing;
  const decisions = observed.routemap.life === "present" ? [...decideAll(s, rendered), ...rescue(s, rendered)] : [];
  const holdings = holdingsOf(s, rendered.context);
  const prunes =
    observed.routemap.life === "present" ? pruneDecisions(s, decisions, isUnsure(rendered, s)) : { actions: [] };
  const clamped = observed.spec.state === "valid" ? observed.spec.warnings : [];
  const problems = [
    ...rendered.problems,
    ...tagged("InvalidWeight", s.problems),
    ...tagged("Clamped", clamped),
    ...tagged("Unprovable", unprovableProblems(s)),
  ];
  const strips = stripsOf(s, holdings);
  const overdue = overdueReleases(s, decisions, holdings);
  const claims = distinctClaims(decisions, unrenderedClaims(s, rendered));
  const next =
    overdue.length > 0 ? overdue : chooseStage(decisions, claims, prunes.actions, holdings, observed.memory.unholdable);
  const stage = strips.length === 0 || next.some(isReturn) ? [...strips, ...next] : strips;
  const soon = overdue.length > 0 ? now.monotonic : undefined;
  const times = [...decisions.map((d) => d.until), ...holdings.map((h) => untilOf(h.vote)), prunes.until, soon];
  const again = earliest(times);
  return { survey: s, decisions, problems, holdings, stage, ...(again === undefined ? {} : { again }) };
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

function tagged(condition: PlanProblem["condition"], problems: readonly Problem[]): readonly PlanProblem[] {
  return problems.map((problem) => ({ condition, problem }));
}

function untilOf(vote: Vote): number | undefined {
  return vote.release ? undefined : vote.until;
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time): time is number => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Every source's outputs at the wanted weights, and the way to render one of them at others. */
interface RenderedAll {
  readonly outputs: readonly Output[];
  readonly problems: readonly PlanProblem[];
  readonly context: RenderContext | undefined;
  rerender(output: Output, weights: readonly number[]): Rendered | undefined;
}

/** One output, where it comes from, and the survey with the weights that are wanted of it. */
interface Output {
  readonly rendered: Rendered;
  readonly source: OutputSource;
  readonly survey: Survey;
}

const nothing: RenderedAll = { outputs: [], problems: [], context: undefined, rerender: () => undefined };

function renderAll(s: Survey): RenderedAll {
  const context = renderContext(s);
  // Where no version is there at all, the names of the outputs are still wanted: as if the primary were.
  const nobody = s.desire.rule === "fallback-none";
  const back = nobody ? only(s.facts.length, 0) : s.fallback.weights;
  const cache = new Map<string, RenderResult>();
  const render = (source: OutputSource, weights: readonly number[]): RenderResult => {
    const key = `${source.path} ${weights.join(",")}`;
    const known = cache.get(key) ?? renderSource(context, source, weights, back);
    cache.set(key, known);
    return known;
  };
  const outputs = new Map<string, Output>();
  const problems: PlanProblem[] = [];
  for (const source of sourcesOf(s.spec)) {
    const own = wantedOf(s, source);
    const result = render(source, nobody ? back : own.desire.weights);
    problems.push(...tagged(failureOf(source), result.problems));
    for (const [key, rendered] of result.outputs) {
      const other = outputs.get(key);
      if (other === undefined) outputs.set(key, { rendered, source, survey: own });
      else problems.push(...tagged(failureOf(source), [sameOutput(source, key, other.source)]));
    }
  }
  const rerender = (output: Output, weights: readonly number[]): Rendered | undefined =>
    render(output.source, weights).outputs.get(outputKey(output.rendered.id));
  return { outputs: [...outputs.values()], problems, context, rerender };
}

/** The default rule of a canary or mirror leads to the fallback whatever its weight: so much is wanted of the route. */
function wantedOf(s: Survey, source: OutputSource): Survey {
  if (source.type !== "route" || source.route.strategy.type === "blue-green") return s;
  const weights = s.desire.weights.map((weight, index) => (weight > 0 ? weight : (s.fallback.weights[index] ?? 0)));
  return { ...s, desire: { ...s.desire, weights } };
}

function failureOf(source: OutputSource): PlanProblem["condition"] {
  return source.type === "route" ? "RouteFailed" : "TemplateFailed";
}

function sameOutput(source: OutputSource, key: string, other: OutputSource): Problem {
  return {
    path: source.path,
    message: `renders ${key}, which ${other.path} renders too`,
    fix: "give one of them another name",
  };
}

function decideAll(s: Survey, all: RenderedAll): readonly Decision[] {
  const carrying = all.outputs.filter(({ rendered }) => carriesTraffic(s, rendered.id));
  const others = all.outputs.filter(({ rendered }) => !carriesTraffic(s, rendered.id));
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
  const unrendered = s.own.filter((id) => !rendered.has(outputKey(id)) && carriesTraffic(s, id));
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

function carriesTraffic(s: Survey, id: OutputId): boolean {
  return s.observed.kinds.get(id.kind)?.carries ?? true;
}

function holdingsOf(s: Survey, context: RenderContext | undefined): readonly Holding[] {
  const known = new Map([...s.observed.knownOutputs(), ...s.own].map((id) => [outputKey(id), id]));
  const outputs = [...known.values()].filter((id) => carriesTraffic(s, id));
  const recognises = recognition(s, context);
  return s.facts.flatMap((version) => versionHoldings(s, version, outputs, recognises));
}

function versionHoldings(
  s: Survey,
  version: VersionFacts,
  outputs: readonly OutputId[],
  recognises: (output: OutputId, version: number) => boolean,
): readonly Holding[] {
  return version.resources.flatMap((resource): Holding[] => {
    if (!resource.held || resource.object === undefined) return [];
    const vote = releaseVote(s, version, resource, outputs, recognises);
    const uid = resource.object.metadata.uid;
    const ground = vote.release ? vote.ground : "proof";
    return [
      {
        version: version.name,
        uid,
        vote,
        action: { type: "release", version: version.name, ref: resource.ref, uid, ground },
      },
    ];
  });
}

/**
 * Held objects that are deleted in the foreground while they may not go yet. The garbage collector is on its way, so
 * this waits for nothing and goes along with the returns (docs/rules.md, "Deletion in the foreground").
 */
function stripsOf(s: Survey, holdings: readonly Holding[]): readonly StripAction[] {
  const { unstrippable } = s.observed.memory;
  return holdings.flatMap(({ version, uid, vote, action }): StripAction[] => {
    const seen = s.observed.resource(action.ref);
    const metadata = seen.state === "seen" ? seen.object?.metadata : undefined;
    const inForeground = metadata?.deletionTimestamp !== undefined && metadata.finalizers?.includes(names.foreground);
    if (vote.release || inForeground !== true || unstrippable.has(uid)) return [];
    return [{ type: "strip", version, ref: action.ref, uid }];
  });
}

/**
 * What is to go at its deadline while its return has failed and waits to be tried again: a return that never succeeds
 * must not keep it for ever (docs/rules.md, "Never stuck").
 */
function overdueReleases(
  s: Survey,
  decisions: readonly Decision[],
  holdings: readonly Holding[],
): readonly ReleaseAction[] {
  const { troubles } = s.observed.memory;
  const returns = decisions.filter((decision) => decision.kind === "write" && isReturn(decision.action));
  const areWaiting = returns.every(
    ({ rendered }) => (troubles.get(outputKey(rendered.id))?.retryAt ?? 0) > s.now.monotonic,
  );
  if (returns.length === 0 || !areWaiting) return [];
  return holdings.flatMap(({ vote, action }) => (vote.release && vote.ground === "deadline" ? [action] : []));
}

function isReturn(action: Action): boolean {
  return action.type === "write" && action.mode === "return";
}

/**
 * The next actions. Claims of versions that refused our finalizer before are tried last, so that they keep no release
 * waiting; only a return to such a version goes ahead without, since it is the last resort of the fallback.
 */
function chooseStage(
  decisions: readonly Decision[],
  claims: readonly ClaimAction[],
  prunes: readonly PruneAction[],
  holdings: readonly Holding[],
  unholdable: ReadonlySet<string>,
): readonly Action[] {
  const writes = decisions.flatMap((decision) => (decision.kind === "write" ? [decision] : []));
  const isHopeful = (claim: ClaimAction): boolean => !unholdable.has(claim.version);
  const returns = writes.filter(
    ({ action, claims }) => action.mode === "return" && !blockedByClaims(action, claims.filter(isHopeful)),
  );
  if (returns.length > 0) return returns.map((decision) => decision.action);
  const hopeful = claims.filter(isHopeful);
  if (hopeful.length > 0) return hopeful;
  const others = writes.filter(({ action, claims: own }) => action.mode !== "return" && !blockedByClaims(action, own));
  if (others.length > 0) return others.map((decision): WriteAction => decision.action);
  if (prunes.length > 0) return prunes;
  const releases = holdings.flatMap((holding) => (holding.vote.release ? [holding.action] : []));
  return releases.length > 0 ? releases : claims;
}

function blockedByClaims(action: WriteAction, claims: readonly ClaimAction[]): boolean {
  return claims.some((claim) => action.gains.some((gain) => gain.version === claim.version));
}

/** What carries by a stored route that nothing renders now is held like everything that carries. */
function unrenderedClaims(s: Survey, { outputs }: RenderedAll): readonly ClaimAction[] {
  if (s.observed.routemap.life !== "present") return [];
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
