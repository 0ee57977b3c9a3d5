import { parse } from "yaml";

import type { Json, JsonObject } from "../../src/base/json.js";
import { arrayAt, at, canonicalJson, isObject, numberAt, stringAt } from "../../src/base/json.js";
import type { KubeObject, ManagedFields } from "../../src/kube/object.js";
import type { Revision } from "./plane/recorder.js";

const finalizer = "iter8.tools/finalizer";
const watch = "iter8.tools/watch";
const us = "pointsman";

/** One version as the checker must know it: the objects that are held for it. Its backend is the Service's name. */
export interface ModelVersion {
  readonly service: string;
  /** Kind and name, as "Deployment/v1". */
  readonly objects: readonly string[];
}

/** One app: the route that leads to it and its versions. */
export interface ModelApp {
  readonly route: string;
  readonly versions: readonly ModelVersion[];
}

/** What is checked against. */
export interface InvariantOptions {
  readonly apps: readonly ModelApp[];
  /** resourceVersions that the test itself wrote and that we must not be blamed for. */
  readonly foreign?: ReadonlySet<string>;
  /** Least time from the first stored 0 to a release, milliseconds, less some for the record's own delay. */
  readonly holdMs?: number;
}

/** Versions that consist of a Deployment and a Service of one name. */
export function modelOf(route: string, ...names: readonly string[]): ModelApp {
  const versions = names.map((name) => ({ service: name, objects: [`Deployment/${name}`, `Service/${name}`] }));
  return { route, versions };
}

/**
 * Checks what must hold on every stored revision and returns what is wrong, one sentence each.
 *
 * The record must hold the routes, the routemaps and all kinds that are held. Revisions are taken in the order of their
 * resourceVersion, which is one counter for the whole cluster. Routes are read here, not by the product's reader.
 */
export function violations(revisions: readonly Revision[], options: InvariantOptions): readonly string[] {
  const replay = new Replay(options);
  for (const revision of revisions.toSorted((a, b) => a.stored - b.stored)) replay.take(revision);
  return replay.found;
}

/** The namespace as it was at one resourceVersion after the other. */
class Replay {
  readonly found: string[] = [];
  private readonly live = new Map<string, KubeObject>();
  /** When each service was last seen to get weight by any stored route, monotonic milliseconds. */
  private readonly zeroAt = new Map<string, number>();

  constructor(private readonly options: InvariantOptions) {}

  take(revision: Revision): void {
    const { object } = revision;
    const key = keyOf(object);
    const before = this.live.get(key);
    const same = before?.metadata.uid === object.metadata.uid ? before : undefined;
    const foreign = this.options.foreign?.has(object.metadata.resourceVersion) ?? false;
    if (isRoute(object)) this.takeRoute(revision, same, foreign);
    else this.takeHeld(revision, same, foreign);
    this.checkManagers(object);
    if (isHeld(object) && same !== undefined && !isHeld(same) && object.metadata.labels?.[watch] !== "true")
      this.blame("I5", object, "is held although it lacks the label watch");
    if (same !== undefined && revision.type !== "DELETED" && !foreign) this.checkForeignParts(same, object);
    if (revision.type === "DELETED") this.live.delete(key);
    else this.live.set(key, object);
  }

  private takeRoute(revision: Revision, before: KubeObject | undefined, foreign: boolean): void {
    const { object, at: time } = revision;
    if (revision.type === "DELETED") {
      this.noteZeros(before, undefined, time);
      return;
    }
    const changed = canonicalJson(object["spec"] ?? null) !== canonicalJson(before?.["spec"] ?? null);
    if (!changed) return;
    this.noteZeros(before, object, time);
    if (foreign || !wroteLast(object)) return;
    this.checkRules(object);
    for (const app of this.options.apps.filter((candidate) => candidate.route === object.metadata.name))
      this.checkRaises(app, before, object);
  }

  private noteZeros(before: KubeObject | undefined, after: KubeObject | undefined, time: number): void {
    const now = weightsOf(after);
    for (const [service, weight] of weightsOf(before))
      if (weight > 0 && (now.get(service) ?? 0) === 0) this.zeroAt.set(service, time);
  }

  /** I3 on a route that we wrote: no rule whose backends all have weight 0. */
  private checkRules(route: KubeObject): void {
    arrayAt(route, "spec", "rules").forEach((rule, index) => {
      const refs = arrayAt(rule, "backendRefs");
      if (refs.length > 0 && refs.every((ref) => weightOf(ref) === 0))
        this.blame("I3", route, `rule ${index} gives nobody any weight`);
    });
  }

  /** I1: who gains weight by a revision of ours carries our finalizer in the revisions before it. */
  private checkRaises(app: ModelApp, before: KubeObject | undefined, route: KubeObject): void {
    if (!this.isHolding(route)) return;
    const old = weightsOf(before);
    const now = weightsOf(route);
    for (const version of app.versions) {
      if ((now.get(version.service) ?? 0) <= (old.get(version.service) ?? 0)) continue;
      for (const name of version.objects) {
        const object = this.live.get(name);
        if (object !== undefined && isHeld(object)) continue;
        const state = object === undefined ? "is not there" : "is not held";
        this.blame("I1", route, `raises ${version.service} to ${now.get(version.service) ?? 0}, but ${name} ${state}`);
      }
    }
  }

  private takeHeld(revision: Revision, before: KubeObject | undefined, foreign: boolean): void {
    if (before === undefined || !isHeld(before) || foreign) return;
    if (revision.type !== "DELETED" && isHeld(revision.object)) return;
    this.checkRelease(revision);
  }

  /** I2: what is released gets no weight from any stored route, and has not for as long as the hold. */
  private checkRelease({ object, at: time }: Revision): void {
    const name = keyOf(object);
    for (const app of this.options.apps) {
      const version = app.versions.find((candidate) => candidate.objects.includes(name));
      if (version === undefined || this.nothingLeft(app, object)) continue;
      for (const route of this.live.values())
        if (isRoute(route) && (weightsOf(route).get(version.service) ?? 0) > 0 && this.isHolding(route))
          this.blame("I2", object, `is released while ${keyOf(route)} gives it weight`);
      const zero = this.zeroAt.get(version.service);
      const held = zero === undefined ? Infinity : time - zero;
      const needed = this.options.holdMs ?? 0;
      if (held < needed) this.blame("I2", object, `is released ${Math.round(held)} ms after its weight, not ${needed}`);
    }
  }

  /** Whether the routemap of a route lists more than one version by now: an app of one version is not held. */
  private isHolding(route: KubeObject): boolean {
    const owner = route.metadata.ownerReferences?.[0]?.name ?? "";
    const text = stringAt(this.live.get(`ConfigMap/${owner}`), "data", "strSpec") ?? "";
    return text === "" || arrayAt(parse(text) as Json, "versions").length > 1;
  }

  /** True where every version has an object that is deleting or gone: there is nothing to protect. */
  private nothingLeft(app: ModelApp, released: KubeObject): boolean {
    return app.versions.every((version) =>
      version.objects.some((name) => {
        const object = name === keyOf(released) ? released : this.live.get(name);
        return object === undefined || object.metadata.deletionTimestamp !== undefined;
      }),
    );
  }

  /** I5: on anything but routes and routemaps we own our finalizer and nothing else. */
  private checkManagers(object: KubeObject): void {
    for (const entry of ours(object)) {
      const fields = canonicalJson(entry.fieldsV1 ?? {});
      if (isRoute(object)) continue;
      if (object.kind === "ConfigMap") {
        if (object.metadata.labels?.["iter8.tools/kind"] !== "routemap") this.blame("I5", object, "was written by us");
      } else if (!allowedFields.has(fields)) this.blame("I5", object, `has fields of ours: ${fields}`);
    }
  }

  /** I7: finalizers, labels and annotations of others stay. */
  private checkForeignParts(before: KubeObject, after: KubeObject): void {
    const now = after.metadata.finalizers ?? [];
    for (const name of before.metadata.finalizers ?? [])
      if (name !== finalizer && !collectors.has(name) && !now.includes(name))
        this.blame("I7", after, `lost the finalizer ${name}`);
    if (!isRoute(after) || !wroteLast(after)) return;
    for (const part of ["labels", "annotations"] as const)
      for (const key of Object.keys(before.metadata[part] ?? {}))
        if (after.metadata[part]?.[key] === undefined && !ownedByUs(before, part, key))
          this.blame("I7", after, `lost the ${part} ${key}`);
  }

  private blame(invariant: string, object: KubeObject, what: string): void {
    this.found.push(`${invariant}: ${keyOf(object)} at ${object.metadata.resourceVersion} ${what}`);
  }
}

/** Finalizers that the garbage collector takes away itself. */
const collectors = new Set(["foregroundDeletion", "orphan"]);

const allowedFields = new Set(
  [
    {},
    { "f:metadata": { "f:finalizers": { ".": {}, [`v:"${finalizer}"`]: {} } } },
    { "f:metadata": { "f:finalizers": { [`v:"${finalizer}"`]: {} } } },
    { "f:metadata": { "f:finalizers": {} } },
  ].map((fields) => canonicalJson(fields)),
);

function keyOf(object: KubeObject): string {
  return `${object.kind}/${object.metadata.name}`;
}

function isRoute(object: KubeObject): boolean {
  return object.kind === "HTTPRoute";
}

function isHeld(object: KubeObject): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

/** Gateway API: an absent weight is 1. */
function weightOf(ref: Json): number {
  return numberAt(ref, "weight") ?? 1;
}

/** Service name → its greatest weight over all rules of an HTTPRoute. */
function weightsOf(route: KubeObject | undefined): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const rule of arrayAt(route, "spec", "rules"))
    for (const ref of arrayAt(rule, "backendRefs")) {
      const name = stringAt(ref, "name") ?? "";
      found.set(name, Math.max(found.get(name) ?? 0, weightOf(ref)));
    }
  return found;
}

/** Entries of managedFields that are ours; the stand-in gateway and kubelet write status under the same name. */
function ours(object: KubeObject): readonly ManagedFields[] {
  return (object.metadata.managedFields ?? []).filter(
    (entry) => entry.manager === us && entry.subresource === undefined,
  );
}

/** Whether no other manager wrote the object's spec or metadata after us, as far as whole seconds tell. */
function wroteLast(object: KubeObject): boolean {
  const mine = ours(object).map((entry) => entry.time ?? "");
  const latest = mine.sort().at(-1);
  if (latest === undefined) return false;
  const others = (object.metadata.managedFields ?? []).filter(
    (entry) => entry.manager !== us && entry.subresource === undefined,
  );
  return others.every((entry) => (entry.time ?? "") <= latest);
}

function ownedByUs(object: KubeObject, part: "labels" | "annotations", key: string): boolean {
  return ours(object).some((entry) => {
    const fields: JsonObject = entry.fieldsV1 ?? {};
    return isObject(at(fields, "f:metadata", `f:${part}`, `f:${key}`));
  });
}
