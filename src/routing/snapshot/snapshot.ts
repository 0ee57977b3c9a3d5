import { objectAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import { ClusterLookup } from "../clusterLookup.js";
import { decodeSpec } from "../decodeSpec.js";
import { heldClaims } from "../heldClaims.js";
import type { Memory } from "../memory.js";
import { blankMemory } from "../memory.js";
import type { MissingPermission } from "../missing.js";
import type { Now, Observed, RoutemapObject, SpecState } from "../observed.js";
import { outputKey } from "../observed.js";
import { rememberSurvey } from "../remember.js";
import { OutputCache } from "../render/outputCache.js";
import { sightOutput } from "../sight.js";
import { specInForce, survey } from "../survey.js";
import type { OutputTrack } from "../track.js";
import type { SnapshotObjects } from "./snapshotView.js";
import { SnapshotView } from "./snapshotView.js";

/** A cluster at one moment, as objects. */
export interface SnapshotInput extends SnapshotObjects {
  /** The moment; `plan` is to be asked with the same. */
  readonly now: Now;
  /** The only namespace in which the controller works; absent: it works in all. */
  readonly onlyNamespace?: string;
  /** Rights that the controller is known not to have. */
  readonly missing?: readonly MissingPermission[];
  /**
   * Take each route to be stored since its last write as its managers tell, as a controller that was there saw it;
   * absent: since now, as one that has just started.
   */
  readonly datedByWrites?: boolean;
  /** Objects that are taken as ready whatever they say, by resource key. */
  readonly assumed?: ReadonlySet<string>;
}

/** One routemap of a snapshot. */
export interface SnapshotRoutemap {
  readonly object: KubeObject;
  readonly observed: Observed;
}

/** What a snapshot shows. */
export interface Snapshot {
  /** In the order of namespace and name. */
  readonly routemaps: readonly SnapshotRoutemap[];
  /** What the routemaps' worlds read: they see what changes in it. */
  readonly view: SnapshotView;
}

/**
 * The world of every routemap among the objects, as a controller sees it that has just started and remembers nothing:
 * only labelled objects count, claims are those that finalizers and routes tell of, each route was seen once, and since
 * when a version is ready the objects alone tell.
 */
export function snapshot(input: SnapshotInput): Snapshot {
  const view = new SnapshotView(input);
  const lookup = new ClusterLookup(input.config, view, view.strays);
  const routemaps = view.list("routemap", "configmaps").map((object) => ({
    object,
    observed: observe(object, lookup, input),
  }));
  return { view, routemaps: routemaps.sort(byName) };
}

function byName(left: SnapshotRoutemap, right: SnapshotRoutemap): number {
  const [a, b] = [left, right].map(({ object: { metadata } }) => `${metadata.namespace ?? ""}/${metadata.name}`);
  return (a ?? "") < (b ?? "") ? -1 : 1;
}

function observe(object: KubeObject, lookup: ClusterLookup, input: SnapshotInput): Observed {
  const fresh = blankObserved(object, lookup, input);
  const spec = specInForce(fresh);
  const claims = heldClaims(lookup, lookup.specTold(object.metadata.uid, fresh.routemap.namespace), spec);
  const observed = { ...fresh, claims };
  return spec === undefined ? observed : { ...observed, memory: firstSightings(observed, spec, input.now) };
}

/** What the first look shows was there before it: of that the objects alone tell since when. */
function firstSightings(observed: Observed, spec: Parameters<typeof survey>[1], now: Now): Memory {
  return rememberSurvey(blankMemory, survey(observed, spec, now), true);
}

function blankObserved(object: KubeObject, lookup: ClusterLookup, input: SnapshotInput): Observed {
  const { config, kinds } = lookup;
  const routemap = viewOf(object);
  const { namespace, uid } = routemap;
  const tracks = new Map<string, OutputTrack>();
  return {
    routemap,
    spec: specOf(object, lookup, input.onlyNamespace),
    config,
    kinds,
    claims: [],
    memory: blankMemory,
    missing: input.missing ?? [],
    ...(input.assumed === undefined ? {} : { assumed: input.assumed }),
    reading: new OutputCache(),
    resource: (ref) => lookup.resource(ref),
    endpoints: (home, service) => lookup.endpoints(home, service),
    output: (id) => lookup.output(id.groupResource, namespace, id.name),
    ownOutputs: () => lookup.ownOutputs(uid),
    knownOutputs: () => lookup.ownOutputs(uid),
    gatewayClass: (home, name) => lookup.gatewayClass(home, name),
    subsetLabels: (host, subset) => lookup.subsetLabels(namespace, host, subset),
    terminating: (name) => lookup.isTerminating(name),
    template: (ref) => lookup.template(ref),
    track(id) {
      const seen = lookup.output(id.groupResource, namespace, id.name);
      if (seen.state !== "seen") return undefined;
      const track = tracks.get(outputKey(id)) ?? sightOutput(undefined, seen.object, seenSince(seen.object, input));
      tracks.set(outputKey(id), track);
      return track;
    },
  };
}

/** Monotonic time since which a route is stored as it is. */
function seenSince(object: KubeObject | undefined, { now, datedByWrites }: SnapshotInput): number {
  const writes = (object?.metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource !== "status")
    .map(({ time }) => Date.parse(time ?? ""))
    .filter((time) => !Number.isNaN(time));
  if (datedByWrites !== true || writes.length === 0) return now.monotonic;
  return now.monotonic - Math.max(0, now.server - Math.max(...writes));
}

function viewOf({ metadata }: KubeObject): RoutemapObject {
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    uid: metadata.uid,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    life: "present",
  };
}

function specOf(object: KubeObject, lookup: ClusterLookup, onlyNamespace: string | undefined): SpecState {
  const namespace = object.metadata.namespace ?? "";
  const text = stringAt(objectAt(object, "data"), "strSpec") ?? "";
  const spec = decodeSpec(text, namespace, lookup, onlyNamespace);
  if (spec.state === "valid") return spec;
  const makeshift = lookup.specTold(object.metadata.uid, namespace);
  return makeshift === undefined ? spec : { ...spec, makeshift };
}
