import type { ControllerConfig } from "../../config/config.js";
import { resources } from "../../config/config.js";
import type { KubeObject } from "../../kube/object.js";
import { projectOutput, projectWatched } from "../../kube/projection.js";
import { groupResourceOf } from "../../kube/resource.js";
import type { ClusterView, Role, SeenSlices } from "../clusterView.js";
import { managers, names } from "../names.js";
import type { Seen } from "../observed.js";
import { resourceKey } from "../observed.js";
import type { KindNames } from "./resourceOfObject.js";
import { resourceOfObject } from "./resourceOfObject.js";

/** A kind that could not be listed, everywhere or in one namespace, and why. */
export interface UnseenKind {
  /** For example "deployments.apps". */
  readonly groupResource: string;
  /** Absent: nowhere. */
  readonly namespace?: string;
  readonly seen: Exclude<Seen, { readonly state: "seen" }>;
}

/** Objects, and what is known of those that are not among them. */
export interface SnapshotObjects {
  readonly objects: readonly KubeObject[];
  readonly config: ControllerConfig;
  readonly unseen?: readonly UnseenKind[];
  /** Namespaces that were listed; absent: all. Of others nothing is known. */
  readonly namespaces?: ReadonlySet<string>;
  /** How kinds are called that are not guessed right. */
  readonly kindNames?: KindNames;
}

const slices = "endpointslices.discovery.k8s.io";
const configMaps = "configmaps";

/** Objects seen all at once, each in the roles in which a controller watches it, and no more of it than it keeps. */
export class SnapshotView implements ClusterView {
  /** Objects with our finalizer that lost their label, by resource key. */
  readonly strays = new Map<string, KubeObject>();
  private readonly byRole = new Map<string, Map<string, KubeObject>>();
  /** Outputs by group-resource and the uid of their routemap, then by key. */
  private readonly byOwner = new Map<string, Map<string, KubeObject>>();
  private readonly slicesByService = new Map<string, KubeObject[]>();
  private readonly outputs: ReadonlySet<string>;
  private readonly specPaths: ReadonlyMap<string, readonly string[]>;

  constructor(private readonly input: SnapshotObjects) {
    const { config } = input;
    const written = config.kinds.filter(({ shorthand }) => config.outputs.includes(shorthand));
    this.outputs = new Set(written.map(groupResourceOf));
    this.specPaths = new Map(resources(config).map((kind) => [groupResourceOf(kind), kind.specPaths]));
    for (const object of input.objects) {
      const groupResource = resourceOfObject(object, config.kinds, input.kindNames);
      if (groupResource !== undefined) this.take(groupResource, object);
    }
  }

  private take(groupResource: string, object: KubeObject): void {
    const watched = object.metadata.labels?.[names.watchLabel] === "true";
    const specPaths = this.specPaths.get(groupResource);
    if (specPaths !== undefined && watched) this.put("watched", groupResource, projectWatched(specPaths)(object));
    if (specPaths !== undefined && !watched && isHeld(object))
      this.strays.set(keyOf(groupResource, object), projectWatched(specPaths)(object));
    if (this.outputs.has(groupResource)) this.put("output", groupResource, projectOutput(managers.routes)(object));
    switch (groupResource) {
      case slices:
        if (watched) this.takeSlice(projectWatched([], ["endpoints"])(object));
        return;
      case configMaps:
        this.takeConfigMap(object);
        return;
      case "namespaces":
        this.put("namespace", groupResource, object);
        return;
      case "gateways.gateway.networking.k8s.io":
        this.put("gateway", groupResource, object);
        return;
    }
  }

  private takeConfigMap(object: KubeObject): void {
    const label = object.metadata.labels?.[names.kindLabel];
    if (label === names.routemapKind) this.put("routemap", configMaps, object);
    if (label === names.routeTemplateKind) this.put("template", configMaps, object);
  }

  private takeSlice(object: KubeObject): void {
    const service = object.metadata.labels?.["kubernetes.io/service-name"];
    if (service === undefined) return;
    const key = resourceKey("services", object.metadata.namespace ?? "", service);
    this.slicesByService.set(key, [...(this.slicesByService.get(key) ?? []), object]);
  }

  /** Puts an object in the place of what was seen under its name, for whoever plays through what would happen. */
  put(role: Role, groupResource: string, object: KubeObject): void {
    const key = `${role} ${groupResource}`;
    const found = this.byRole.get(key) ?? new Map<string, KubeObject>();
    const before = found.get(keyOf(groupResource, object));
    found.set(keyOf(groupResource, object), object);
    this.byRole.set(key, found);
    if (role === "output") this.reown(groupResource, before, object);
  }

  private reown(groupResource: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    const ownersOf = (object: KubeObject): string => `${groupResource} ${object.metadata.labels?.[names.owner] ?? ""}`;
    if (before !== undefined) this.byOwner.get(ownersOf(before))?.delete(keyOf(groupResource, before));
    if (after?.metadata.labels?.[names.owner] === undefined) return;
    const owned = this.byOwner.get(ownersOf(after)) ?? new Map<string, KubeObject>();
    owned.set(keyOf(groupResource, after), after);
    this.byOwner.set(ownersOf(after), owned);
  }

  /** An object that was seen ceases to be. */
  remove(role: Role, groupResource: string, object: KubeObject): void {
    const found = this.byRole.get(`${role} ${groupResource}`);
    if (role === "output") this.reown(groupResource, found?.get(keyOf(groupResource, object)), undefined);
    found?.delete(keyOf(groupResource, object));
    if (role === "watched") this.strays.delete(keyOf(groupResource, object));
  }

  see(role: Role, groupResource: string, namespace: string, name: string): Seen {
    const object = this.byRole.get(`${role} ${groupResource}`)?.get(resourceKey(groupResource, namespace, name));
    if (object !== undefined) return { state: "seen", object };
    return this.unseen(groupResource, namespace) ?? { state: "seen", object: undefined };
  }

  list(role: Role, groupResource: string, namespace?: string): readonly KubeObject[] {
    const all = [...(this.byRole.get(`${role} ${groupResource}`)?.values() ?? [])];
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  slicesOf(namespace: string, service: string): SeenSlices {
    const objects = this.slicesByService.get(resourceKey("services", namespace, service));
    if (objects !== undefined) return { state: "seen", objects };
    const doubt = this.unseen(slices, namespace);
    if (doubt === undefined) return { state: "seen", objects: [] };
    return { state: "unseen", reason: doubt.state === "unseen" ? doubt.reason : "KindAbsent" };
  }

  ownedBy(groupResource: string, uid: string): readonly KubeObject[] {
    return [...(this.byOwner.get(`${groupResource} ${uid}`)?.values() ?? [])];
  }

  /** Why an object that is not among the objects may exist all the same; undefined where it does not. */
  private unseen(groupResource: string, namespace: string): UnseenKind["seen"] | undefined {
    const { unseen = [], namespaces } = this.input;
    const kind = unseen.find(
      (one) => one.groupResource === groupResource && (one.namespace === undefined || one.namespace === namespace),
    );
    if (kind !== undefined) return kind.seen;
    if (namespaces === undefined || namespace === "" || namespaces.has(namespace)) return undefined;
    const message = `${groupResource} of the namespace ${namespace} were not listed`;
    return { state: "unseen", reason: "NotListed", message };
  }
}

function keyOf(groupResource: string, { metadata }: KubeObject): string {
  return resourceKey(groupResource, metadata.namespace ?? "", metadata.name);
}

function isHeld(object: KubeObject): boolean {
  return object.metadata.finalizers?.includes(names.finalizer) ?? false;
}
