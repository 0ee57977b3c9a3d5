import type { ClaimAction, Gain, WriteAction } from "./actions.js";
import { ownEntry } from "../kube/fieldset.js";
import type { KubeObject } from "../kube/object.js";
import { covered } from "./coverage.js";
import { withIntroductions } from "./introduction.js";
import { managers, names } from "./names.js";
import type { Ownership } from "./ownership.js";
import { ownershipOf } from "./ownership.js";
import { outputKey } from "./observed.js";
import { carriedWeights } from "./reader/carries.js";
import { readRoute as readBody } from "./reader/read.js";
import type { Rendered } from "./render/render.js";
import type { ResourceRef } from "./routemap.js";
import { storedWeights } from "./stored.js";
import type { StoredWeights } from "./stored.js";
import type { Survey } from "./survey.js";

/** What is to be done about one rendered output. */
export type Decision =
  | {
      readonly kind: "current";
      readonly rendered: Rendered;
      readonly claims: readonly ClaimAction[];
      readonly until?: number;
    }
  | {
      readonly kind: "write";
      readonly rendered: Rendered;
      readonly action: WriteAction;
      readonly claims: readonly ClaimAction[];
      readonly until?: number;
    }
  | {
      readonly kind: "wait";
      readonly rendered: Rendered;
      readonly reason: string;
      readonly message: string;
      readonly until?: number;
    }
  | {
      readonly kind: "blocked";
      readonly rendered: Rendered;
      readonly condition:
        | "NotOurs"
        | "OutputTaken"
        | "Iter8Running"
        | "Unseen"
        | "KindAbsent"
        | "FieldConflict"
        | "Fighting"
        | "WriteFailed";
      readonly message: string;
      readonly until?: number;
    };

/** Renders the same output for other weights; undefined where the template then yields nothing under that name. */
export type Rerender = (weights: readonly number[]) => Rendered | undefined;

/** The breaker opens at this many fights within `fightWindow` (docs/rules.md, "Force is decided by who wrote"). */
export const fightLimit = 5;
export const fightWindow = 600_000;

const readyFallbacks: readonly string[] = ["fallback-primary", "fallback-carrying", "fallback-any-ready"];

const sum = (weights: readonly number[]): number => weights.reduce((total, weight) => total + weight, 0);

/** An output that may be written: the object under its name, if there is one, and whose it is. */
interface OpenTarget {
  readonly kind: "open";
  readonly object: KubeObject | undefined;
  readonly ownership: Ownership | undefined;
}

/** Looks at what is stored under an output's name; a decision where it must not be written. */
export function targetOf(s: Survey, rendered: Rendered): OpenTarget | Extract<Decision, { kind: "blocked" }> {
  const seen = s.observed.output(rendered.id);
  if (seen.state === "unseen") return { kind: "blocked", rendered, condition: "Unseen", message: seen.message };
  if (seen.state === "kindAbsent") {
    const message = `the cluster has no ${rendered.id.groupResource}`;
    return { kind: "blocked", rendered, condition: "KindAbsent", message };
  }
  const object = seen.object;
  const ownership = object === undefined ? undefined : ownershipOf(object, s.observed.routemap);
  return refuse(rendered, ownership) ?? { kind: "open", object, ownership };
}

/** Decides about an output that exists, or not yet, under the name that was rendered. */
export function decideOutput(survey: Survey, rendered: Rendered, rerender: Rerender): Decision {
  const target = targetOf(survey, rendered);
  if (target.kind !== "open") return target;
  const { object, ownership } = target;
  const stored = storedWeights(object, survey.versions, survey.observed.subsetLabels);
  const route = object === undefined ? undefined : { id: rendered.id, object, stored };
  const s = route === undefined ? survey : withIntroductions(survey, route, (weights) => rerender(weights)?.body);
  const isStored = (body: Rendered): boolean =>
    object !== undefined && ownership?.kind === "ours" && isCurrent(s, object, body, stored);
  const first = chooseStep(s, object === undefined, stored.raw);
  // What carries although it has no weight, and does so after the return too, carries as the fallback: that is no return.
  const idle = first.mode === "return" && isStored(bodyFor(s, rendered, rerender, first));
  const step = idle ? chooseStep(s, false, withoutUnwanted(s, stored.raw)) : first;
  const until = step.until === undefined ? {} : { until: step.until };
  if (step.weights === undefined)
    return { kind: "wait", rendered, reason: step.reason, message: step.message, ...until };
  if (servesOthers(s, stored)) {
    const message = "no version is ready, so the route stays with what it leads to, which no version lists";
    return { kind: "wait", rendered, reason: "NoVersionReady", message, ...until };
  }
  if (s.paused) return { kind: "wait", rendered, reason: "Paused", message: "the routemap is paused" };
  if (s.observed.terminating(s.observed.routemap.namespace))
    return { kind: "wait", rendered, reason: "NamespaceTerminating", message: "the namespace is being deleted" };
  const body = bodyFor(s, rendered, rerender, step);
  const returning = step.mode === "return";
  if (isStored(body)) {
    const claims = carryingClaims(s, willCarry(s, body, step.weights));
    return { kind: "current", rendered: body, claims, ...until };
  }
  const held = returning ? undefined : heldUp(s, body);
  if (held !== undefined) return held;
  return { ...writeDecision(s, body, step, stored, object, ownership), ...until };
}

/**
 * Whether a stored route gives everything to what is no version of the spec, such as the only version of a former one,
 * while none of today's is ready: the last resort of the fallback must not take over from something that may serve.
 */
function servesOthers(s: Survey, { readable, unlisted, raw }: StoredWeights): boolean {
  return s.desire.rule === "fallback-unready-primary" && readable && unlisted.length > 0 && sum(raw) === 0;
}

function bodyFor(s: Survey, rendered: Rendered, rerender: Rerender, { weights }: Step): Rendered {
  if (weights === undefined || sameWeights(weights, s.desire.weights)) return rendered;
  return rerender(weights) ?? rendered;
}

function withoutUnwanted(s: Survey, raw: readonly number[]): readonly number[] {
  return raw.map((weight, index) => ((s.desire.weights[index] ?? 0) > 0 ? weight : 0));
}

/** Why an existing object must not be written, if so. */
function refuse(
  rendered: Rendered,
  ownership: Ownership | undefined,
): Extract<Decision, { kind: "blocked" }> | undefined {
  switch (ownership?.kind) {
    case "notOurs":
      return {
        kind: "blocked",
        rendered,
        condition: "NotOurs",
        message: `${outputKey(rendered.id)} exists and is managed by ${ownership.managers.join(", ") || "nobody known"}; annotate the routemap with iter8.tools/adopt: "true" to take it over`,
      };
    case "taken":
      return {
        kind: "blocked",
        rendered,
        condition: "OutputTaken",
        message: `${outputKey(rendered.id)} belongs to the routemap with uid ${ownership.uid}`,
      };
    case "iter8Running":
      return {
        kind: "blocked",
        rendered,
        condition: "Iter8Running",
        message: `iter8-controller still writes ${outputKey(rendered.id)}; stop it first`,
      };
    default:
      return undefined;
  }
}

interface Step {
  readonly mode: WriteAction["mode"];
  readonly weights: readonly number[] | undefined;
  readonly reason: string;
  readonly message: string;
  readonly until?: number;
}

/** The weights of the next write: a return first, then what may be raised (docs/rules.md, "Raise and return"). */
function chooseStep(s: Survey, absent: boolean, now: readonly number[]): Step {
  const wanted = s.desire.weights;
  const plain = { reason: "Current", message: "" };
  if (s.desire.rule === "fallback-stored" || s.desire.rule === "fallback-none") {
    const message = "no version is there that could take the traffic";
    return absent || s.desire.rule === "fallback-none"
      ? { mode: "create", weights: undefined, reason: "NoVersion", message }
      : { ...plain, mode: "reweight", weights: now };
  }
  const low = wanted.map((weight, index) => Math.min(weight, now[index] ?? 0));
  if (now.some((weight, index) => weight > 0 && wanted[index] === 0)) {
    if (sum(low) > 0) return { ...plain, mode: "return", weights: low };
    return returnToOthers(s, now);
  }
  const allowed = wanted.map((weight, index) =>
    weight <= (now[index] ?? 0) || mayRaise(s, index, absent) ? weight : (now[index] ?? 0),
  );
  const until = nextRaise(s, wanted, allowed);
  if (sum(allowed) === 0) {
    const message = s.fenced
      ? "the outcome of the last write is not known yet"
      : "no version has been ready for long enough";
    return { mode: "create", weights: undefined, reason: "NotStable", message, ...until };
  }
  const raises = allowed.some((weight, index) => weight > (now[index] ?? 0));
  return { ...plain, mode: absent ? "create" : raises ? "raise" : "reweight", weights: allowed, ...until };
}

/** A return that leaves nobody: to the fallback where that is ready, else to the versions wanted once they are stable. */
function returnToOthers(s: Survey, now: readonly number[]): Step {
  const plain = { reason: "Current", message: "" };
  const wanted = s.desire.weights;
  if (s.desire.rule === "weights" && readyFallbacks.includes(s.fallback.rule))
    return { ...plain, mode: "return", weights: s.fallback.weights };
  const gaining = wanted.some((weight, index) => weight > (now[index] ?? 0) && !mayRaise(s, index, false));
  if (s.desire.rule === "weights" && gaining)
    return { ...plain, mode: "reweight", weights: now, ...nextRaise(s, wanted, now) };
  return { ...plain, mode: "return", weights: wanted };
}

function mayRaise(s: Survey, index: number, absent: boolean): boolean {
  if (s.fenced) return false;
  if (s.desire.rule !== "weights") return true;
  const at = s.raiseAt[index];
  if (at === undefined) return false;
  return at <= s.now.monotonic || (absent && index === 0);
}

function nextRaise(s: Survey, wanted: readonly number[], allowed: readonly number[]): { until?: number } {
  const blocked = wanted.flatMap((weight, index) => (allowed[index] === weight ? [] : [s.raiseAt[index]]));
  const times = blocked.filter((time): time is number => time !== undefined);
  if (s.fenced && blocked.length > 0) return { until: s.observed.memory.fencedUntil };
  return times.length === 0 ? {} : { until: Math.max(Math.min(...times), s.now.monotonic) };
}

function sameWeights(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((weight, index) => weight === b[index]);
}

/** Unchanged: our hash is on it and our managedFields entry still covers every field that we sent. */
function isCurrent(s: Survey, object: KubeObject, body: Rendered, stored: StoredWeights): boolean {
  if (stored.applied !== body.hash) return false;
  return covered(ownEntry(object, managers.routes), body.body, s.observed.memory.baselines.get(outputKey(body.id)));
}

/** Why nothing but a return may be written for now, if so: others fight for it, or the last write failed. */
export function heldUp(s: Survey, rendered: Rendered): Decision | undefined {
  const recent = s.observed.memory.fights.filter((at) => s.now.monotonic - at < fightWindow);
  const oldest = recent[recent.length - fightLimit];
  if (oldest !== undefined && !s.adopt)
    return {
      kind: "blocked",
      rendered,
      condition: "Fighting",
      message: `others changed the outputs ${recent.length} times in 10 minutes`,
      until: oldest + fightWindow,
    };
  const trouble = s.observed.memory.troubles.get(outputKey(rendered.id));
  if (trouble === undefined || trouble.retryAt <= s.now.monotonic) return undefined;
  if (trouble.condition === "FieldConflict" && s.adopt) return undefined;
  return { kind: "blocked", rendered, condition: trouble.condition, message: trouble.message, until: trouble.retryAt };
}

function writeDecision(
  s: Survey,
  body: Rendered,
  step: Step,
  stored: StoredWeights,
  object: KubeObject | undefined,
  ownership: Ownership | undefined,
): Decision {
  const weights = step.weights ?? [];
  const carries = willCarry(s, body, weights);
  const gaining = weights.flatMap((weight, index) =>
    carries[index] === true && (weight > (stored.raw[index] ?? 0) || stored.carries[index] !== true) ? [index] : [],
  );
  const adopting = ownership?.kind === "adoptable";
  const sweepIter8 = ownership?.kind === "adoptable" || ownership?.kind === "ours" ? ownership.sweepIter8 : false;
  const tries = s.observed.memory.troubles.get(outputKey(body.id))?.tries ?? 0;
  const pinned = !(step.mode === "return" && tries >= 2);
  const action: WriteAction = {
    type: "write",
    mode: step.mode,
    output: body.id,
    body: body.body,
    weights,
    gains: gaining.map((index): Gain => ({ version: s.facts[index]?.name ?? "", refs: holdable(s, index) })),
    uses: carries.flatMap((carried, index) => (carried ? holdable(s, index) : [])),
    force: step.mode === "return" || adopting || sweepIter8 || s.adopt,
    sweepIter8,
    ...(object === undefined ? {} : { uid: object.metadata.uid }),
    ...(object === undefined || !pinned ? {} : { resourceVersion: object.metadata.resourceVersion }),
  };
  return { kind: "write", rendered: body, action, claims: carryingClaims(s, carries) };
}

/** Which versions a body gives traffic: as its reader says, or where it has none as the weights say. */
function willCarry(s: Survey, body: Rendered, weights: readonly number[]): readonly boolean[] {
  const reading = readBody(body.body);
  if (!reading.readable) return weights.map((weight) => weight > 0);
  return carriedWeights(reading, s.versions, s.observed.subsetLabels).perVersion.map((version) => version.carries);
}

function holdable(s: Survey, index: number): readonly ResourceRef[] {
  return (s.facts[index]?.resources ?? []).filter((resource) => resource.kind.hold).map((resource) => resource.ref);
}

/** Claims for every version that carries traffic and is not held yet; `carries` goes by the versions' index. */
export function carryingClaims(s: Survey, carries: readonly boolean[]): readonly ClaimAction[] {
  // Where every version is gone or going there is nothing left to protect: a claim would be released again at once.
  if (!s.multi || s.facts.every((version) => version.goneOrDeleting)) return [];
  return s.facts.flatMap((version) => {
    if (carries[version.index] !== true) return [];
    return version.resources.flatMap((resource): ClaimAction[] => {
      if (!resource.kind.hold || resource.object === undefined || resource.held || resource.deleting) return [];
      if (resource.object.metadata.labels?.[names.watchLabel] !== "true") return [];
      return [{ type: "claim", version: version.name, ref: resource.ref, uid: resource.object.metadata.uid }];
    });
  });
}
