import type { JsonObject } from "../../../src/base/json.js";
import { canonicalJson, objectAt } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { names } from "../../../src/routing/names.js";
import { outputKey } from "../../../src/routing/observed.js";
import type { Plan } from "../../../src/routing/plan.js";
import { reportStatus } from "../../../src/routing/report.js";
import { parseApplied } from "../../../src/routing/stored.js";
import { isDecodable, strategyOf } from "./appSpec.js";
import { carriedBy } from "./carried.js";
import { SequenceWorld, isHeld } from "./sequenceWorld.js";
import { hasReadyTarget, isBehind, viewsOf } from "./views.js";

/** More than the deadline, the breaker's window and any proof. */
const longEnough = 1_500_000;

/** All faults stop, and time passes until nothing happens any more; then nothing may be written for ten minutes. */
export function comeToRest(world: SequenceWorld): Plan {
  world.unseenKinds.clear();
  world.absentOutputs.clear();
  world.nextWrite = undefined;
  world.pass(longEnough);
  const writes = world.log.length;
  world.pass(600_000);
  for (const late of world.log.slice(writes)) world.broken.push(`I6: ${late} at rest`);
  return world.wake();
}

/** What is wrong with a world at rest, one sentence each. */
export function problemsAtRest(world: SequenceWorld, plan: Plan): readonly string[] {
  return [...untold(world, plan), ...unplanned(world, plan), ...holdProblems(world), ...notReadyAtRest(world)];
}

/** Bad input is never ignored without a condition, and what is not done says why. */
function untold(world: SequenceWorld, plan: Plan): readonly string[] {
  const { conditions } = reportStatus(plan, isDecodable(world.app) ? undefined : "it cannot be decoded");
  const types = new Set(conditions.filter(({ status }) => status === "True").map(({ type }) => type));
  const found: string[] = [];
  const need = (type: string, wanted: boolean): void => {
    if (wanted && !types.has(type)) found.push(`no condition ${type}`);
  };
  need("SpecInvalid", !isDecodable(world.app));
  need("TemplateFailed", world.inForce?.mistake === "template");
  need(
    "InvalidWeight",
    viewsOf(world).some(({ listed, weight }) => listed && weight === undefined),
  );
  need("Paused", world.annotations[names.paused] === "true" && plan.survey !== undefined);
  const waits = plan.decisions.some(({ kind }) => kind !== "current");
  if (waits && types.has("Ready")) found.push("Ready although a route is not as it should be");
  return found;
}

/** The stored route is the one that the pure plan renders of the end state. */
function unplanned(world: SequenceWorld, plan: Plan): readonly string[] {
  return plan.decisions.flatMap((decision): string[] => {
    const { id, body } = decision.rendered;
    if (decision.kind === "write") return [`${outputKey(id)} is still to be written`];
    const stored = objectAt(world.outputs.get(outputKey(id)), "spec");
    const same = canonicalJson(stored) === canonicalJson(objectAt(body, "spec"));
    return decision.kind === "current" && !same ? [`${outputKey(id)} is not what the plan renders`] : [];
  });
}

/** Whether the user or another manager keeps us from writing routes. */
function isBraked(world: SequenceWorld): boolean {
  return world.annotations[names.paused] === "true" || world.claimed.size > 0 || world.inForce === undefined;
}

function holdProblems(world: SequenceWorld): readonly string[] {
  const found: string[] = [];
  const views = viewsOf(world);
  const listed = world.inForce?.versions.map(({ service }): string => service) ?? [];
  const held = [...world.objects].flatMap(([key, object]) => (isHeld(object) ? [key.split("/")[1] ?? ""] : []));
  // What left the spec and is still held counts among the versions ("Who is held").
  const isSingle = listed.length === 1 && held.every((service) => listed.includes(service));
  for (const [key, object] of world.objects) {
    if (!isHeld(object)) continue;
    const service = key.split("/")[1] ?? "";
    // What an undecodable routemap might name waits for its deadline ("Never stuck").
    const unsure = world.claimed.size > 0 || world.inForce === undefined;
    // What left the spec is held while a route leads to it ("Who is held"), also by a controller that never saw it listed.
    const carries = [...world.outputs.values()].some((route) => carriedBy(route).has(service));
    if (!carries && !unsure) found.push(`${key} is held though it carries nothing`);
    if (object.metadata.deletionTimestamp !== undefined) found.push(`${key} is deleting and held for ever`);
    if (isSingle) found.push(`${key} is held though it is the only version`);
  }
  if (isBraked(world) || (world.inForce?.versions.length ?? 0) < 2) return found;
  for (const view of views)
    if (view.listed && view.carries && view.standing && !view.held)
      found.push(`${view.service} carries and is not held`);
  return found;
}

function notReadyAtRest(world: SequenceWorld): readonly string[] {
  if (isBraked(world) || !hasReadyTarget(world)) return [];
  return viewsOf(world).flatMap(({ service, carries, ready, seen }) =>
    carries && seen && !ready ? [`I4: ${service} carries at rest though it is not ready and another is`] : [],
  );
}

/** A state at rest in which the route may depend on the way there. */
export interface PathDependence {
  readonly state: string;
  /** Heading of docs/rules.md. */
  readonly rule: string;
  applies(world: SequenceWorld): boolean;
}

const primaryWaits = (world: SequenceWorld): boolean => viewsOf(world)[0]?.ready !== true;

/** All of them. Everywhere else the route is that of a cluster put directly into the end state. */
export const pathDependences: readonly PathDependence[] = [
  {
    state: "the spec cannot be decoded, so the last good one counts",
    rule: "Bad input",
    applies: (world) => !isDecodable(world.app),
  },
  {
    state: "the template fails, so the route stays",
    rule: "Bad input",
    applies: (world) => world.app.mistake === "template",
  },
  {
    state: "a weight annotation cannot be read, so the stored weight stays",
    rule: "Bad input",
    applies: (world) => viewsOf(world).some(({ listed, weight }) => listed && weight === undefined),
  },
  {
    state: "the routemap is paused",
    rule: "Hands on the brake",
    applies: (world) => world.annotations[names.paused] === "true",
  },
  {
    state: "another manager applied the route",
    rule: "Force is decided by who wrote",
    applies: (world) => world.claimed.size > 0,
  },
  {
    state: "the status of a version stays behind its spec, which changes nothing while it carries",
    rule: "Gates",
    applies: (world) => viewsOf(world).some(({ service }) => isBehind(world, service)),
  },
  {
    state: "no version with weight is ready, so traffic goes where it is",
    rule: "Where traffic returns to",
    applies: (world) => !viewsOf(world).some(({ ready, weight }) => ready && (weight ?? 0) > 0),
  },
  {
    state: "the primary is not ready and a canary, a mirror, force-primary or a template without weights wants it",
    rule: "Where traffic returns to",
    applies: (world) =>
      primaryWaits(world) &&
      (strategyOf(world.app) !== "blue-green" ||
        world.app.by === "hard" ||
        world.annotations[names.forcePrimary] === "true"),
  },
];

/** The routes of a cluster that is put directly into the end state of another. */
export function freshRoutes(world: SequenceWorld): JsonObject {
  const fresh = new SequenceWorld(world.app);
  fresh.time = world.time;
  fresh.annotations = { ...world.annotations };
  for (const [service, ready] of world.endpoints) fresh.endpoints.set(service, ready);
  for (const [key, object] of world.objects) fresh.objects.set(key, unheld(object));
  comeToRest(fresh);
  return routesOf(fresh);
}

function unheld(object: KubeObject): KubeObject {
  const finalizers = (object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== names.finalizer);
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/** The routes without what the API server and the gateway add; of our note the hash, as the rest is of its writing. */
export function routesOf(world: SequenceWorld): JsonObject {
  const routes = [...world.outputs].map(([key, route]): [string, JsonObject] => {
    const { labels = {}, annotations = {} } = route.metadata;
    const hash = parseApplied(annotations[names.applied])?.hash ?? "none";
    return [key, { apiVersion: route.apiVersion, labels, hash, spec: objectAt(route, "spec") }];
  });
  return Object.fromEntries(routes.sort(([a], [b]) => (a < b ? -1 : 1)));
}
