import type { Action, ReleaseAction, WriteAction } from "../../../src/routing/actions.js";
import { names } from "../../../src/routing/names.js";
import { outputKey } from "../../../src/routing/observed.js";
import { parseApplied } from "../../../src/routing/stored.js";
import { carriedBy, hasDeadRule } from "./carried.js";
import type { LastWeight } from "./routeHistory.js";
import type { SequenceWorld } from "./sequenceWorld.js";
import { isHeld } from "./sequenceWorld.js";
import { hasReadyTarget, viewsOf } from "./views.js";

/**
 * What is wrong with an action that is about to be carried out, or without one with the state that everything came to,
 * one sentence each, by the invariants I1 to I5 and I7.
 */
export function safety(world: SequenceWorld, action?: Action): readonly string[] {
  switch (action?.type) {
    case "write":
      return ofWrite(world, action);
    case "release":
      return ofRelease(world, action);
    case "claim":
      return ofClaim(world, action.ref);
    case "strip":
      return ofStrip(world, action.ref);
    case "prune":
    case "handOver":
      return [];
    case undefined:
      return ofState(world);
  }
}

type Ref = ReleaseAction["ref"];

function ofClaim(world: SequenceWorld, { kind, name }: Ref): readonly string[] {
  const { labels, deletionTimestamp } = world.objects.get(`${kind}/${name}`)?.metadata ?? {};
  const fine = labels?.[names.watchLabel] === "true" && deletionTimestamp === undefined;
  return fine ? [] : [`I5: claims ${kind}/${name}, which is not labelled or is being deleted`];
}

function ofStrip(world: SequenceWorld, { kind, name }: Ref): readonly string[] {
  const object = world.objects.get(`${kind}/${name}`);
  const inForeground = object?.metadata.finalizers?.includes(names.foreground) === true;
  return inForeground && isHeld(object) && object.metadata.deletionTimestamp !== undefined
    ? []
    : [`I7: strips ${kind}/${name}, which is not held and deleted in the foreground`];
}

function ofWrite(world: SequenceWorld, action: WriteAction): readonly string[] {
  const found: string[] = [];
  const tell = `${action.mode} ${outputKey(action.output)} ${action.weights.join("/")}`;
  if (hasDeadRule(action.body)) found.push(`I3: ${tell} has a rule that gives nobody any weight`);
  if (world.annotations[names.paused] === "true") found.push(`${tell} although paused`);
  if (world.terminating.has("default")) found.push(`${tell} although the namespace is being deleted`);
  if (world.time < world.memory.fencedUntil && action.mode === "raise") found.push(`${tell} within the fence`);
  return [...found, ...gainProblems(world, action).map((what) => `I1: ${tell} ${what}`)];
}

/** Versions that get what they did not have must be ready and held, unless nobody is ready. */
function gainProblems(world: SequenceWorld, action: WriteAction): readonly string[] {
  if (world.inForce === undefined || !hasReadyTarget(world)) return [];
  const stored = world.outputs.get(outputKey(action.output));
  const before = stored === undefined ? new Map<string, number>() : carriedBy(stored);
  const views = viewsOf(world);
  const several = world.inForce.versions.length > 1;
  return [...carriedBy(action.body).keys()].flatMap((service): string[] => {
    const view = views.find((candidate) => candidate.service === service);
    if (before.has(service) || view?.seen === false) return [];
    if (view?.ready !== true) return [`gives weight to ${service}, which is not ready, while another is`];
    return several && !view.held ? [`gives weight to ${service}, which is not held`] : [];
  });
}

function ofRelease(world: SequenceWorld, { ref, ground }: ReleaseAction): readonly string[] {
  const object = world.objects.get(`${ref.kind}/${ref.name}`);
  const tell = (what: string): string[] => [`I2: releases ${ref.kind}/${ref.name} by ${ground}, ${what}`];
  switch (ground) {
    case "deadline":
      return object !== undefined && world.isOverdue(object) ? [] : tell("whose deadline has not passed");
    case "namespace-terminating":
      return world.terminating.has("default") ? [] : tell("whose namespace is not being deleted");
    case "nothing-left":
      return viewsOf(world).some(({ standing }) => standing) ? tell("while a version stands") : [];
    case "single-version":
      return isSingle(world) ? [] : tell("in an app of several versions");
    case "never-claimed":
      return tell("though its kind is held");
    case "proof":
      return ofProof(world, ref.name).flatMap(tell);
  }
}

/** By the spec in force, or for a controller that saw none by what the stored routes tell of it ("Bad input"). */
function isSingle({ inForce, outputs }: SequenceWorld): boolean {
  const notes = [...outputs.values()].map(({ metadata }) => parseApplied(metadata.annotations?.[names.applied]));
  const told = notes.flatMap((note) => [...(note?.weights.keys() ?? [])]);
  return new Set(inForce?.versions.map(({ name }) => name) ?? told).size === 1;
}

function ofProof(world: SequenceWorld, service: string): readonly string[] {
  const found: string[] = [];
  if ([...world.outputs.values()].some((route) => carriedBy(route).has(service)))
    found.push("which a stored route gives weight");
  if (world.time < world.memory.fencedUntil) found.push("within the fence");
  const { drain, confirmTimeout } = world.config.release;
  for (const last of world.history.lastWeights(service)) {
    // A route whose kind the cluster does not have leads nowhere ("Gates").
    if (world.absentOutputs.has(last.route.split("/")[0] ?? "")) continue;
    const early = earliest(last, world, confirmTimeout) + drain - world.time;
    if (early > 0) found.push(`${early} ms before its requests have drained`);
  }
  return found;
}

/** When a data plane must have followed: settle after the confirmation, after `confirmTimeout` where none came. */
function earliest(last: LastWeight, { config }: SequenceWorld, confirmTimeout: number): number {
  if (last.mesh) return last.endedAt + config.settle.virtualService;
  if (last.gone) return last.endedAt + config.settle.unknownClass;
  const patience = last.endedAt + confirmTimeout;
  return Math.min(last.confirmedAt ?? patience, patience) + config.settle.unknownClass;
}

/** I4 and the deadline, in the state that everything came to at once. */
function ofState(world: SequenceWorld): readonly string[] {
  const found: string[] = [];
  for (const [key, object] of world.objects)
    if (isHeld(object) && world.isOverdue(object, 1) && !world.unseenKinds.has(key.split("/")[0] ?? ""))
      found.push(`liveness: ${key} is held after its deadline`);
  const views = viewsOf(world);
  const [primary] = views;
  const braked = world.annotations[names.paused] === "true" || world.absentOutputs.size > 0;
  if (primary?.ready !== true || !primary.seen || braked) return found;
  for (const view of views)
    if (!view.ready && view.seen && view.carries)
      found.push(`I4: ${view.service} has weight though it is not ready and the primary is`);
  return found;
}
