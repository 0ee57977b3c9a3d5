import type { Clock } from "../../base/clock.js";
import { trimmed } from "../../base/trimmed.js";
import type { ControllerConfig } from "../../config/config.js";
import type { KindSettings } from "../../config/kind.js";
import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";
import { ClusterLookup } from "../clusterLookup.js";
import type { MissingPermission } from "../missing.js";
import { names } from "../names.js";
import type { Now, Observed, OutputId, Seen, SpecState } from "../observed.js";
import { outputKey, resourceKey } from "../observed.js";
import type { Routemap } from "../routemap.js";
import { sightOutput } from "../sight.js";
import { specInForce } from "../survey.js";
import type { RoutemapEntry } from "./entry.js";
import { EntryShare } from "./entry.js";
import { ForegroundDeletions } from "./foregroundDeletions.js";
import { ReverseIndex } from "./reverseIndex.js";
import type { Watches } from "./watches.js";

/** What the controller knows of the cluster: caches, what it remembers, and who is concerned by what. */
export class World {
  readonly entries = new Map<string, RoutemapEntry>();
  readonly share = new EntryShare((namespace, name) => this.watches.routemap(namespace, name));
  readonly index = new ReverseIndex();
  /** Objects that carry our finalizer but are in no store of ours, because they lost their label; by resource key. */
  readonly strays = new Map<string, KubeObject>();
  readonly inForeground = new ForegroundDeletions();
  missing: readonly MissingPermission[] = [];
  /** The routemap that is just taking the answer to a write of its own: it looks again anyway. */
  private taking: string | undefined;
  /** Answers from the caches, under the configuration in force. */
  lookup: ClusterLookup;

  constructor(
    config: ControllerConfig,
    readonly watches: Watches,
    readonly clock: Clock,
    private readonly serverTimeOffset: () => number,
  ) {
    this.lookup = new ClusterLookup(config, watches, this.strays);
  }

  get config(): ControllerConfig {
    return this.lookup.config;
  }

  get kinds(): ReadonlyMap<string, KindSettings> {
    return this.lookup.kinds;
  }

  now(): Now {
    return { monotonic: this.clock.monotonic(), server: this.clock.now() + this.serverTimeOffset() };
  }

  /** Takes the answer to a write of a routemap, without waking that one: it must look again by itself. */
  takeOwn(uid: string, take: () => void): void {
    this.taking = uid;
    try {
      take();
    } finally {
      this.taking = undefined;
    }
  }

  /** Whether a fact about an object need not wake a routemap. */
  expects(uid: string): boolean {
    return this.taking === uid;
  }

  /** Takes a new configuration; the caller decodes every routemap anew. */
  reconfigure(config: ControllerConfig): void {
    this.lookup = new ClusterLookup(config, this.watches, this.strays);
  }

  /** One routemap's world as plain data. */
  observe(entry: RoutemapEntry): Observed {
    return {
      routemap: entry.view(),
      spec: this.specOf(entry),
      config: this.config,
      kinds: this.kinds,
      claims: entry.claims,
      memory: entry.memory,
      missing: this.missing,
      reading: entry.reading,
      resource: (ref) => this.seeResource(ref),
      endpoints: (namespace, service) => this.lookup.endpoints(namespace, service),
      output: (id) => this.seeOutput(id.groupResource, entry.namespace, id.name),
      ownOutputs: () => this.ownOutputs(entry.uid),
      knownOutputs: () => entry.known,
      gatewayClass: (namespace, name) => this.lookup.gatewayClass(namespace, name),
      subsetLabels: (host, subset) => this.lookup.subsetLabels(entry.namespace, host, subset),
      terminating: (namespace) => this.isTerminating(namespace),
      template: (ref) => this.lookup.template(ref),
      track: (id) => entry.tracks.get(outputKey(id)),
    };
  }

  /** The spec as decoded; where this process never saw a good one, with what the stored outputs tell of it. */
  private specOf(entry: RoutemapEntry): SpecState {
    if (entry.spec.state === "valid" || entry.spec.lastGood !== undefined) return entry.spec;
    const makeshift = this.lookup.specTold(entry.uid, entry.namespace);
    return makeshift === undefined ? entry.spec : { ...entry.spec, makeshift };
  }

  /** The spec by which a routemap is worked on; undefined while nothing is known of it. */
  specInForce(entry: RoutemapEntry): Routemap | undefined {
    return specInForce({ spec: this.specOf(entry) });
  }

  /** A watched object as the label-selected cache or the strays have it. */
  seeResource(ref: { readonly kind: string; readonly namespace: string; readonly name: string }): Seen {
    return this.lookup.resource(ref);
  }

  /** Text key of a resource, whatever shorthand names its kind. */
  keyOf(ref: { readonly kind: string; readonly namespace: string; readonly name: string }): string | undefined {
    return this.lookup.keyOf(ref);
  }

  /** Whether a kind's settings are about this group-resource. */
  isOf(kind: KindSettings, groupResource: string): boolean {
    return groupResourceOf(kind) === groupResource;
  }

  /** A route object, ours or not. */
  seeOutput(groupResource: string, namespace: string, name: string): Seen {
    return this.lookup.output(groupResource, namespace, name);
  }

  /** Whether a namespace is being deleted, as far as namespaces can be seen. */
  isTerminating(namespace: string): boolean {
    return this.lookup.isTerminating(namespace);
  }

  /** Every stored output that carries the label of a routemap. */
  ownOutputs(uid: string): readonly OutputId[] {
    return this.lookup.ownOutputs(uid);
  }

  /** Takes one sight of an output into the tracks of the routemaps it concerns. */
  track(groupResource: string, namespace: string, name: string, object: KubeObject | undefined, restart = false): void {
    const key = outputKey({ groupResource, name });
    const concerned = new Set(this.index.owners(resourceKey(groupResource, namespace, name)));
    const owner = object?.metadata.labels?.[names.owner];
    if (owner !== undefined) concerned.add(owner);
    for (const uid of concerned) {
      const entry = this.entries.get(uid);
      if (entry === undefined || entry.namespace !== namespace) continue;
      this.know(entry, groupResource, name);
      const before = entry.tracks.get(key);
      entry.tracks.set(key, sightOutput(before, object, this.clock.monotonic(), restart));
    }
  }

  /** Brings the tracks of a routemap up to the caches, whichever fact about an output did not reach them. */
  syncTracks(entry: RoutemapEntry): void {
    for (const id of entry.known) {
      const seen = this.seeOutput(id.groupResource, entry.namespace, id.name);
      if (seen.state !== "seen") continue;
      const track = entry.tracks.get(outputKey(id));
      const { uid, generation = 0 } = seen.object?.metadata ?? {};
      const current = track !== undefined && track.uid === uid && track.generation === generation;
      if (!current) this.track(id.groupResource, entry.namespace, id.name, seen.object);
    }
  }

  /** Starts to follow an output that a routemap renders. */
  follow(entry: RoutemapEntry, id: OutputId): void {
    this.know(entry, id.groupResource, id.name);
    if (entry.tracks.has(outputKey(id))) return;
    const seen = this.seeOutput(id.groupResource, entry.namespace, id.name);
    if (seen.state === "seen") this.track(id.groupResource, entry.namespace, id.name, seen.object);
  }

  private know(entry: RoutemapEntry, groupResource: string, name: string): void {
    if (entry.known.some((id) => id.groupResource === groupResource && id.name === name)) return;
    const id = this.lookup.outputId(groupResource, name);
    if (id !== undefined) entry.known = trimmed([...entry.known, id]);
  }

  /** Renews what a routemap is woken by: its resources, its claims, and the outputs it renders or has. */
  reindex(entry: RoutemapEntry): void {
    const spec = this.specInForce(entry);
    const refs = [
      ...(spec?.versions.flatMap((version) => version.resources) ?? []),
      ...entry.claims.map((claim) => claim.ref),
    ];
    const keys = refs.flatMap((ref) => this.keyOf(ref) ?? []);
    const outputs = entry.known.map((id) => resourceKey(id.groupResource, entry.namespace, id.name));
    const templates = (spec?.templates ?? []).flatMap(({ text }) =>
      text.type === "reference" ? templateKey(text.ref.namespace, text.ref.name) : [],
    );
    const namespaces = [entry.namespace, ...refs.map((ref) => ref.namespace)].map(namespaceKey);
    this.index.set(entry.uid, [...keys, ...outputs, ...templates, ...namespaces]);
  }
}

/** Key under which the users of a route template are woken. */
export function templateKey(namespace: string, name: string): string {
  return `routetemplate ${namespace}/${name}`;
}

/** Key under which whoever has something in a namespace is woken. */
export function namespaceKey(name: string): string {
  return `namespace ${name}`;
}
