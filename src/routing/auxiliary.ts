import { ownEntry } from "../kube/fieldset.js";
import type { KubeObject } from "../kube/object.js";
import { covered } from "./coverage.js";
import type { Decision, Rerender } from "./decide.js";
import { heldUp, targetOf } from "./decide.js";
import { managers, names } from "./names.js";
import { outputKey } from "./observed.js";
import type { Ownership } from "./ownership.js";
import type { Rendered } from "./render/render.js";
import type { AppliedNote } from "./stored.js";
import { parseApplied } from "./stored.js";
import { keepSubsets } from "./subsets.js";
import type { Survey } from "./survey.js";

/**
 * Decides about an output that carries no traffic itself, such as a DestinationRule: a version stays defined in it
 * as long as any route still leads there, and is defined before a route leads there (make before break).
 */
export function decideAuxiliary(
  s: Survey,
  rendered: Rendered,
  main: readonly Decision[],
  rerender: Rerender,
): Decision {
  const target = targetOf(s, rendered);
  if (target.kind !== "open") return target;
  const { object, ownership } = target;
  if (s.observed.terminating(s.observed.routemap.namespace))
    return { kind: "wait", rendered, reason: "NamespaceTerminating", message: "the namespace is being deleted" };
  if (s.paused) return { kind: "wait", rendered, reason: "Paused", message: "the routemap is paused" };
  const note = parseApplied(object?.metadata.annotations?.[names.applied]);
  const weights = definedWeights(s, main, note);
  const body = keepSubsets(s, rerender(weights) ?? rendered, object, weights);
  const covers =
    object !== undefined &&
    covered(ownEntry(object, managers.routes), body.body, s.observed.memory.baselines.get(outputKey(body.id)));
  if (ownership?.kind === "ours" && note?.hash === body.hash && covers)
    return { kind: "current", rendered: body, claims: [] };
  const held = heldUp(s, body);
  if (held !== undefined) return held;
  return writeAuxiliary(s, body, weights, object, ownership);
}

function writeAuxiliary(
  s: Survey,
  body: Rendered,
  weights: readonly number[],
  object: KubeObject | undefined,
  ownership: Ownership | undefined,
): Decision {
  const sweepIter8 = ownership?.kind === "adoptable" || ownership?.kind === "ours" ? ownership.sweepIter8 : false;
  const identity =
    object === undefined ? {} : { uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion };
  const force = sweepIter8 || s.adopt || ownership?.kind === "adoptable";
  const mode = object === undefined ? "create" : "reweight";
  const plain = { type: "write", mode, output: body.id, body: body.body, weights, gains: [], uses: [] } as const;
  return { kind: "write", rendered: body, claims: [], action: { ...plain, force, sweepIter8, ...identity } };
}

/** The desired weights, and for a version that a route may still lead to the one it was defined with. */
function definedWeights(s: Survey, main: readonly Decision[], note: AppliedNote | undefined): readonly number[] {
  const leaving = main.some((decision) => decision.kind !== "current");
  return s.desire.weights.map((weight, index) => {
    const raw = s.raw[index] ?? 0;
    if (weight > 0 || !leaving || raw === 0) return weight;
    return note?.weights.get(s.versions[index]?.name ?? "") ?? raw;
  });
}
