import type { Observable } from "rxjs";
import { Subject } from "rxjs";

import type { Clock } from "../../base/clock.js";
import type { Random } from "../../base/random.js";
import type { ControllerConfig } from "../../config/config.js";
import { resources } from "../../config/config.js";
import type { Api } from "../../kube/api.js";
import type { Delta, WatchState } from "../../kube/delta.js";
import type { Discovery } from "../../kube/discovery.js";
import type { Informer } from "../../kube/informer.js";
import { createInformer } from "../../kube/informer.js";
import { objectKey } from "../../kube/item.js";
import type { KubeObject } from "../../kube/object.js";
import { likeTheFirst } from "../../kube/packing.js";
import { projectMetadata, projectOutput, projectWatched } from "../../kube/projection.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import { groupResourceOf } from "../../kube/resource.js";
import type { ClusterView, Role, SeenSlices } from "../clusterView.js";
import { managers, names } from "../names.js";
import type { Seen } from "../observed.js";
import type { IndexBy } from "../../kube/store.js";
import { projectSlice } from "../endpoints.js";
import { KindWatch } from "./kindWatch.js";
import type { KindWatchSpec } from "./kindWatch.js";

/** One change of one watched object. */
export interface Change {
  readonly role: Role;
  readonly groupResource: string;
  readonly delta: Delta<KubeObject>;
}

/** A watch became trustworthy, or ceased to be. */
export interface StateChange {
  readonly role: Role;
  readonly groupResource: string;
  readonly state: WatchState;
}

/** What the watches are made of. `namespace`: the only one that is watched. */
export interface WatchesOptions {
  readonly api: Api;
  readonly discovery: Discovery;
  readonly clock: Clock;
  readonly random: Random;
  readonly namespace?: string;
}

const byOwner: IndexBy<KubeObject> = (object) =>
  [object.metadata.labels?.[names.owner] ?? ""].filter((uid) => uid !== "");
const byNamespace: IndexBy<KubeObject> = ({ metadata }) => [metadata.namespace ?? ""];
const byService: IndexBy<KubeObject> = (object) => {
  const service = object.metadata.labels?.["kubernetes.io/service-name"];
  return service === undefined ? [] : [objectKey({ namespace: object.metadata.namespace ?? "", name: service })];
};

/** Route objects. DestinationRules are searched through, so they are kept as they are. */
function outputSpec(gvr: GroupVersionResource): KindWatchSpec {
  const packing = gvr.resource === "destinationrules" ? {} : { packing: likeTheFirst() };
  const indexes = { owner: byOwner, namespace: byNamespace };
  return { gvr, project: projectOutput(managers.routes), indexes, ...packing };
}

const namespaces = { group: "", version: "v1", resource: "namespaces" };
const configMaps = { group: "", version: "v1", resource: "configmaps" };
const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
const slices = { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" };
const gateways = { group: "gateway.networking.k8s.io", version: "v1", resource: "gateways" };

/** Every informer of the controller, by role and group-resource, and what they see. */
export class Watches implements ClusterView {
  private readonly watches = new Map<string, KindWatch>();
  private kinds: Informer<KubeObject> | undefined;
  private readonly changes = new Subject<Change>();
  private readonly states = new Subject<StateChange>();

  constructor(private readonly options: WatchesOptions) {}

  /** Facts about objects, as they come. */
  get changes$(): Observable<Change> {
    return this.changes.asObservable();
  }

  get states$(): Observable<StateChange> {
    return this.states.asObservable();
  }

  /** Starts what a configuration asks for and is not running yet. Watches of kinds that left it go on unused. */
  start(config: ControllerConfig, signal: AbortSignal): void {
    const watched = `${names.watchLabel}=true`;
    this.add(
      "routemap",
      {
        gvr: configMaps,
        labelSelector: `${names.kindLabel}=${names.routemapKind}`,
        project: projectWatched([], ["data"]),
        packing: likeTheFirst(),
      },
      signal,
    );
    this.startTemplates(config, signal);
    for (const resource of resources(config)) {
      this.add(
        "watched",
        {
          gvr: resource,
          labelSelector: watched,
          project: projectWatched(resource.specPaths),
          packing: likeTheFirst(),
          indexes: { namespace: byNamespace },
        },
        signal,
      );
    }
    const outputs = config.kinds.filter((kind) => config.outputs.includes(kind.shorthand));
    for (const kind of outputs) this.add("output", outputSpec(kind), signal);
    this.add(
      "slices",
      {
        gvr: slices,
        labelSelector: watched,
        project: projectSlice,
        packing: likeTheFirst(),
        indexes: { service: byService },
      },
      signal,
    );
    this.add("namespace", { gvr: namespaces, scope: "cluster", project: projectMetadata }, signal);
    if (this.options.namespace === undefined) this.followKinds(signal);
    this.add("gateway", { gvr: gateways, project: projectWatched(["gatewayClassName"]) }, signal);
  }

  /** Route templates: everywhere, or in the one namespace and those that are shared, each by a watch of its own. */
  private startTemplates(config: ControllerConfig, signal: AbortSignal): void {
    const only = this.options.namespace;
    const spec = {
      gvr: configMaps,
      labelSelector: `${names.kindLabel}=${names.routeTemplateKind}`,
      project: projectWatched([], ["data"]),
    };
    for (const namespace of only === undefined ? [undefined] : new Set([only, ...config.templateNamespaces]))
      this.add("template", namespace === undefined ? spec : { ...spec, namespace }, signal);
  }

  /** A CRD that appears ends the wait for its kind at once; where CRDs cannot be watched, rediscovery finds it later. */
  private followKinds(signal: AbortSignal): void {
    if (this.kinds !== undefined) return;
    const { api, clock, random, discovery } = this.options;
    this.kinds = createInformer<KubeObject>(
      api,
      { resource: definitions, metadataOnly: true },
      { clock, random, project: projectMetadata },
    );
    this.kinds.deltas$.subscribe((delta) => {
      const absent = [...this.watches.values()].some((watch) => watch.state.state === "absent");
      if (absent && delta.type !== "deleted") void discovery.refresh(signal).then(() => this.poke());
    });
    this.kinds.start(signal);
  }

  private add(role: Role, spec: KindWatchSpec, signal: AbortSignal): void {
    const groupResource = groupResourceOf(spec.gvr);
    const key = keyOf(role, groupResource, spec.namespace);
    if (this.watches.has(key)) return;
    const watch = new KindWatch(this.options, spec, {
      changed: (delta) => this.changes.next({ role, groupResource, delta }),
      state: (state) => this.states.next({ role, groupResource, state }),
    });
    this.watches.set(key, watch);
    watch.start(signal);
  }

  /** True once every watch has listed, or is known to be refused, absent or broken. */
  started(): boolean {
    return [...this.watches.values()].every((watch) => watch.state.state !== "syncing");
  }

  /** Every watch with its state, for health and metrics. */
  all(): readonly StateChange[] {
    return [...this.watches].map(([key, watch]) => {
      const [role, groupResource = ""] = key.split(" ");
      return { role: isRole(role) ? role : "watched", groupResource, state: watch.state };
    });
  }

  /** One object as its watch sees it; `namespace` is empty for kinds without. */
  see(role: Role, groupResource: string, namespace: string, name: string): Seen {
    const watch = this.find(role, groupResource) ?? this.watches.get(keyOf(role, groupResource, namespace));
    if (watch === undefined)
      return { state: "unseen", reason: "NotWatched", message: `${groupResource} of ${namespace} are not watched` };
    const key = objectKey(namespace === "" ? { name } : { namespace, name });
    return this.trusted(watch, groupResource) ?? { state: "seen", object: watch.get(key) };
  }

  private trusted(watch: KindWatch, groupResource: string): Exclude<Seen, { state: "seen" }> | undefined {
    const { state } = watch;
    switch (state.state) {
      case "synced":
        return undefined;
      case "absent":
        return { state: "kindAbsent" };
      case "syncing":
        return { state: "unseen", reason: "Syncing", message: `${groupResource} were not listed yet` };
      case "forbidden":
        return {
          state: "unseen",
          reason: "Forbidden",
          message: `may not list and watch ${groupResource}: ${state.message}`,
        };
      case "broken":
        return { state: "unseen", reason: "WatchBroken", message: `cannot watch ${groupResource}: ${state.message}` };
    }
  }

  /** The EndpointSlices of a Service. */
  slicesOf(namespace: string, service: string): SeenSlices {
    const groupResource = groupResourceOf(slices);
    const watch = this.find("slices", groupResource);
    if (watch === undefined) return { state: "unseen", reason: "NotWatched" };
    const doubt = this.trusted(watch, groupResource);
    if (doubt !== undefined) return { state: "unseen", reason: doubt.state === "unseen" ? doubt.reason : "KindAbsent" };
    return { state: "seen", objects: watch.byIndex("service", objectKey({ namespace, name: service })) };
  }

  /** Outputs of a kind that carry the label of a routemap. */
  ownedBy(groupResource: string, uid: string): readonly KubeObject[] {
    return this.find("output", groupResource)?.byIndex("owner", uid) ?? [];
  }

  /** All objects of a role and kind, or those of one namespace; outputs and watched objects are found without a search. */
  list(role: Role, groupResource: string, namespace?: string): readonly KubeObject[] {
    const watch = this.find(role, groupResource);
    if (namespace === undefined) return watch?.list() ?? [];
    if (role === "watched" || role === "output") return watch?.byIndex("namespace", namespace) ?? [];
    return watch?.list().filter(({ metadata }) => metadata.namespace === namespace) ?? [];
  }

  /** The version under which the cluster serves a kind; the configured one until that is known. */
  served(gvr: GroupVersionResource): GroupVersionResource {
    const groupResource = groupResourceOf(gvr);
    const watch = this.find("watched", groupResource) ?? this.find("output", groupResource);
    return { group: gvr.group, version: watch?.version ?? gvr.version, resource: gvr.resource };
  }

  /** Takes a live object or the answer to our own write. */
  put(role: Role, groupResource: string, object: KubeObject): void {
    this.find(role, groupResource)?.put(object);
  }

  /** A routemap as its watch has it, whether that is trusted or not. */
  routemap(namespace: string, name: string): KubeObject | undefined {
    return this.find("routemap", groupResourceOf(configMaps))?.get(objectKey({ namespace, name }));
  }

  putRoutemap(object: KubeObject): void {
    this.put("routemap", groupResourceOf(configMaps), object);
  }

  /** Takes the news that an object is gone: this one, by its uid. */
  forget(role: Role, groupResource: string, { metadata }: KubeObject): void {
    this.find(role, groupResource)?.forget(objectKey(metadata), metadata.uid);
  }

  /** Tries absent kinds again at once: a CRD may have appeared. */
  poke(): void {
    for (const watch of this.watches.values()) watch.poke();
  }

  private find(role: Role, groupResource: string): KindWatch | undefined {
    return this.watches.get(keyOf(role, groupResource));
  }
}

const roles: ReadonlySet<string> = new Set<Role>([
  "watched",
  "output",
  "gateway",
  "routemap",
  "template",
  "slices",
  "namespace",
]);

function isRole(text: string | undefined): text is Role {
  return text !== undefined && roles.has(text);
}

/** Key of a watch; `namespace` where it watches one that is not everybody's. */
function keyOf(role: Role, groupResource: string, namespace?: string): string {
  return namespace === undefined ? `${role} ${groupResource}` : `${role} ${groupResource} ${namespace}`;
}
