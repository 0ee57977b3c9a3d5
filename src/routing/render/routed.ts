import { arrayAt, numberAt } from "../../base/json.js";
import type { KindSettings } from "../../config/kind.js";
import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";
import type { RoutedBackend, RoutedVersion } from "../generate/facts.js";
import { deploymentModeOf, modelMeshOf, predictorOf } from "../kserve.js";
import type { Seen } from "../observed.js";
import type { ResourceRef } from "../routemap.js";
import type { RouteSpec } from "../routeSpec.js";

/** A version as far as its backend goes: its name and the resources it has. */
export interface Routable {
  readonly name: string;
  readonly refs: readonly ResourceRef[];
}

/** What a cluster knows of the backends. */
export interface BackendView {
  resource(ref: ResourceRef): Seen;
  /** Labels of a subset of the route's shared Service, as they are stored. */
  subset(route: RouteSpec, name: string): Readonly<Record<string, string>> | undefined;
  /** Whether the stored route names the version, with whatever weight. */
  namedBefore(route: RouteSpec, version: number): boolean;
  /** Whether the version is proven to get nothing, so that a route need not name it any more. */
  drained(version: number): boolean;
}

const inferenceServices = "inferenceservices.serving.kserve.io";

/**
 * Where requests for each version go. A version's backend is its one Service or InferenceService; with a shared
 * Service it is a subset. One that is not there is not named, so that no route refers to what a gateway cannot find; one
 * that is being deleted is dropped before it goes, once it is drained; one that cannot be seen stays named as it was.
 */
export function routedVersions(
  route: RouteSpec,
  versions: readonly Routable[],
  kinds: ReadonlyMap<string, KindSettings>,
  view: BackendView,
): readonly RoutedVersion[] {
  return versions.map((version, index): RoutedVersion => {
    if (route.shared !== undefined) return subsetVersion(route, version, index, view);
    const backends = version.refs.filter((ref) => isBackend(ref, kinds));
    const [ref] = backends;
    if (ref === undefined || backends.length > 1) return { name: version.name, backend: undefined, named: false };
    const seen = view.resource(ref);
    return {
      name: version.name,
      backend: backendOf(ref, seen, kinds),
      named: isNamed(route, index, seen, view),
    };
  });
}

function isNamed(route: RouteSpec, version: number, seen: Seen, view: BackendView): boolean {
  const isDeleting = seen.state === "seen" && seen.object?.metadata.deletionTimestamp !== undefined;
  if (isDeleting) return !view.drained(version) && view.namedBefore(route, version);
  return isThere(seen) ?? view.namedBefore(route, version);
}

function subsetVersion(route: RouteSpec, version: Routable, index: number, view: BackendView): RoutedVersion {
  const labels = route.shared?.subsets.get(version.name) ?? view.subset(route, version.name);
  if (labels === undefined) return { name: version.name, backend: undefined, named: false };
  const answers = version.refs.map((ref) => isThere(view.resource(ref)));
  const there = answers.includes(undefined) ? view.namedBefore(route, index) : answers.includes(true);
  return { name: version.name, backend: { type: "subset", labels }, named: there };
}

/** Undefined while it cannot be told. */
function isThere(seen: Seen): boolean | undefined {
  switch (seen.state) {
    case "seen":
      return seen.object !== undefined;
    case "kindAbsent":
      return false;
    case "unseen":
      return undefined;
  }
}

/** True for a resource that routes can send requests to: a core Service or an InferenceService. */
export function isBackend(ref: ResourceRef, kinds: ReadonlyMap<string, KindSettings>): boolean {
  const kind = kinds.get(ref.kind);
  return kind !== undefined && ["services", inferenceServices].includes(groupResourceOf(kind));
}

function backendOf(ref: ResourceRef, seen: Seen, kinds: ReadonlyMap<string, KindSettings>): RoutedBackend {
  const { namespace, name } = ref;
  const object = seen.state === "seen" ? seen.object : undefined;
  const kind = kinds.get(ref.kind);
  if (kind === undefined || groupResourceOf(kind) !== inferenceServices)
    return { type: "service", namespace, name, ports: object === undefined ? undefined : portsOf(object) };
  const modelMesh = modelMeshOf(object);
  return {
    type: "inferenceService",
    namespace,
    name,
    ...(seen.state === "unseen" ? { unseen: seen.message } : {}),
    mode: deploymentModeOf(object),
    predictor: predictorOf(object, name),
    ...(modelMesh === undefined ? {} : { modelMesh }),
  };
}

function portsOf(service: KubeObject): readonly number[] {
  return arrayAt(service, "spec", "ports").flatMap((port) => numberAt(port, "port") ?? []);
}
