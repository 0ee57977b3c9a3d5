import type { Clock } from "../../base/clock.js";
import { arrayAt, objectAt, stringAt } from "../../base/json.js";
import type { ControllerConfig } from "../../config/config.js";
import type { KindSettings } from "../../config/kind.js";
import type { KubeObject } from "../../kube/object.js";
import { groupResourceOf } from "../../kube/resource.js";
import { confirmationOf } from "../confirmation.js";
import { makeshiftSpec } from "../makeshift.js";
import type { MissingPermission } from "../missing.js";
import { names } from "../names.js";
import type { Endpoints, Now, Observed, OutputId, Seen, SpecState } from "../observed.js";
import { outputKey, resourceKey } from "../observed.js";
import { serviceOfHost } from "../reader/backend.js";
import { readRoute } from "../reader/read.js";
import type { ServiceName } from "../route.js";
import type { Routemap, VersionSpec } from "../routemap.js";
import { specInForce } from "../survey.js";
import { trackOutput } from "../track.js";
import { readyEndpoints } from "./endpoints.js";
import type { RoutemapEntry } from "./entry.js";
import { ForegroundDeletions } from "./foregroundDeletions.js";
import { ReverseIndex } from "./reverseIndex.js";
import { TemplateLibrary } from "./templateLibrary.js";
import type { Watches } from "./watches.js";

/** What the controller knows of the cluster: caches, what it remembers, and who is concerned by what. */
export class World {
  readonly entries = new Map<string, RoutemapEntry>();
  readonly index = new ReverseIndex();
  /** Objects that carry our finalizer but are in no store of ours, because they lost their label; by resource key. */
  readonly strays = new Map<string, KubeObject>();
  readonly inForeground = new ForegroundDeletions();
  kinds: ReadonlyMap<string, KindSettings>;
  missing: readonly MissingPermission[] = [];
  private readonly templates: TemplateLibrary;

  constructor(
    public config: ControllerConfig,
    readonly watches: Watches,
    readonly clock: Clock,
    private readonly serverTimeOffset: () => number,
  ) {
    this.kinds = kindMap(config);
    this.templates = new TemplateLibrary((namespace, name) => watches.see("template", "configmaps", namespace, name));
  }

  now(): Now {
    return { monotonic: this.clock.monotonic(), server: this.clock.now() + this.serverTimeOffset() };
  }

  /** Takes a new configuration; the caller decodes every routemap anew. */
  reconfigure(config: ControllerConfig): void {
    this.config = config;
    this.kinds = kindMap(config);
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
      endpoints: (namespace, service) => this.seeEndpoints(namespace, service),
      output: (id) => this.seeOutput(id.groupResource, entry.namespace, id.name),
      ownOutputs: () => this.ownOutputs(entry.uid),
      knownOutputs: () => [...entry.known.values()],
      gatewayClass: (namespace, name) => this.gatewayClass(namespace, name),
      subsetLabels: (host, subset) => this.subsetLabels(entry.namespace, host, subset),
      terminating: (namespace) => this.isTerminating(namespace),
      template: (ref) => this.templates.find(ref),
      track: (id) => entry.tracks.get(outputKey(id)),
    };
  }

  /** The spec as decoded; where this process never saw a good one, with what the stored outputs tell of it. */
  private specOf(entry: RoutemapEntry): SpecState {
    if (entry.spec.state === "valid" || entry.spec.lastGood !== undefined) return entry.spec;
    const makeshift = this.told(entry);
    return makeshift === undefined ? entry.spec : { ...entry.spec, makeshift };
  }

  private told(entry: RoutemapEntry): Routemap | undefined {
    const outputs = this.ownOutputs(entry.uid).flatMap((id) => {
      const seen = this.seeOutput(id.groupResource, entry.namespace, id.name);
      return seen.state === "seen" && seen.object !== undefined ? [seen.object] : [];
    });
    return makeshiftSpec(outputs, this.kinds);
  }

  /** The versions that a routemap's stored outputs tell of, also those that have left the spec since. */
  versionsTold(entry: RoutemapEntry): readonly VersionSpec[] {
    return this.told(entry)?.versions ?? [];
  }

  /** The spec by which a routemap is worked on; undefined while nothing is known of it. */
  specInForce(entry: RoutemapEntry): Routemap | undefined {
    return specInForce({ spec: this.specOf(entry) });
  }

  /** A watched object as the label-selected cache or the strays have it. */
  seeResource(ref: { readonly kind: string; readonly namespace: string; readonly name: string }): Seen {
    const kind = this.kinds.get(ref.kind);
    if (kind === undefined)
      return { state: "unseen", reason: "KindUnknown", message: `kind ${ref.kind} is not configured` };
    const seen = this.watches.see("watched", groupResourceOf(kind), ref.namespace, ref.name);
    if (seen.state !== "seen" || seen.object !== undefined) return seen;
    return { state: "seen", object: this.strays.get(resourceKey(groupResourceOf(kind), ref.namespace, ref.name)) };
  }

  /** Text key of a resource, whatever shorthand names its kind. */
  keyOf(ref: { readonly kind: string; readonly namespace: string; readonly name: string }): string | undefined {
    const kind = this.kinds.get(ref.kind);
    return kind === undefined ? undefined : resourceKey(groupResourceOf(kind), ref.namespace, ref.name);
  }

  /** Whether a kind's settings are about this group-resource. */
  isOf(kind: KindSettings, groupResource: string): boolean {
    return groupResourceOf(kind) === groupResource;
  }

  /** A route object, ours or not. */
  seeOutput(groupResource: string, namespace: string, name: string): Seen {
    return this.watches.see("output", groupResource, namespace, name);
  }

  private seeEndpoints(namespace: string, service: string): Endpoints {
    const slices = this.watches.slicesOf(namespace, service);
    return slices.state === "seen" ? readyEndpoints(slices.objects) : { state: "unseen", reason: slices.reason };
  }

  /** Whether a namespace is being deleted, as far as namespaces can be seen. */
  isTerminating(namespace: string): boolean {
    const seen = this.watches.see("namespace", "namespaces", "", namespace);
    return seen.state === "seen" && seen.object?.metadata.deletionTimestamp !== undefined;
  }

  private gatewayClass(namespace: string, name: string): string | undefined {
    const seen = this.watches.see("gateway", "gateways.gateway.networking.k8s.io", namespace, name);
    return seen.state === "seen" ? stringAt(seen.object, "spec", "gatewayClassName") : undefined;
  }

  /** Labels of a subset, from the DestinationRules of the routemap's namespace (Istio looks there first). */
  private subsetLabels(
    namespace: string,
    host: ServiceName,
    subset: string,
  ): Readonly<Record<string, string>> | undefined {
    for (const rule of this.watches.list("output", "destinationrules.networking.istio.io")) {
      if (rule.metadata.namespace !== namespace) continue;
      const service = serviceOfHost(stringAt(rule, "spec", "host") ?? "", namespace);
      if (service?.name !== host.name || service.namespace !== host.namespace) continue;
      const found = arrayAt(rule, "spec", "subsets").find((candidate) => stringAt(candidate, "name") === subset);
      if (found === undefined) continue;
      const labels = Object.entries(objectAt(found, "labels"));
      return Object.fromEntries(labels.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
    }
    return undefined;
  }

  /** Every stored output that carries the label of a routemap. */
  ownOutputs(uid: string): readonly OutputId[] {
    return this.config.outputs.flatMap((shorthand): OutputId[] => {
      const kind = this.kinds.get(shorthand);
      if (kind === undefined) return [];
      const groupResource = groupResourceOf(kind);
      return this.watches
        .ownedBy(groupResource, uid)
        .map((object) => ({ kind: shorthand, groupResource, name: object.metadata.name }));
    });
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
      const reading = object === undefined ? unread : readRoute(object);
      const confirmation = object === undefined ? ({ kind: "none" } as const) : confirmationOf(object);
      const before = entry.tracks.get(key);
      entry.tracks.set(key, trackOutput(before, object, reading, confirmation, this.clock.monotonic(), restart));
    }
  }

  /** Brings the tracks of a routemap up to the caches, whichever fact about an output did not reach them. */
  syncTracks(entry: RoutemapEntry): void {
    for (const id of entry.known.values()) {
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
    const key = outputKey({ groupResource, name });
    if (entry.known.has(key)) return;
    const kind = this.config.outputs.find((shorthand) => {
      const settings = this.kinds.get(shorthand);
      return settings !== undefined && groupResourceOf(settings) === groupResource;
    });
    if (kind !== undefined) entry.known.set(key, { kind, groupResource, name });
  }

  /** Renews what a routemap is woken by: its resources, its claims, and the outputs it renders or has. */
  reindex(entry: RoutemapEntry): void {
    const spec = this.specInForce(entry);
    const refs = [
      ...(spec?.versions.flatMap((version) => version.resources) ?? []),
      ...entry.claims.map((claim) => claim.ref),
    ];
    const keys = refs.flatMap((ref) => this.keyOf(ref) ?? []);
    const outputs = [...entry.known.values()].map((id) => resourceKey(id.groupResource, entry.namespace, id.name));
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

const unread = { readable: true, rules: [] } as const;

function kindMap(config: ControllerConfig): ReadonlyMap<string, KindSettings> {
  return new Map(config.kinds.map((kind) => [kind.shorthand, kind]));
}
