import type { Complaint } from "../base/problem.js";
import type { Result } from "../base/result.js";
import type { ControllerConfig } from "../config/config.js";
import type { KindSettings } from "../config/kind.js";
import type { KubeObject } from "../kube/object.js";
import type { Memory } from "./memory.js";
import type { MissingPermission } from "./missing.js";
import type { OutputCache } from "./render/outputCache.js";
import type { Problem } from "./problem.js";
import type { SubsetLabels } from "./reader/identify.js";
import type { RouteTemplate } from "./decode/decodeRouteTemplates.js";
import type { ResourceRef, Routemap, TemplateRef } from "./routemap.js";
import type { OutputTrack } from "./track.js";

/** What is known of an object: seen (and there or not), not to be seen at all, or of a kind the cluster does not have. */
export type Seen =
  | { readonly state: "seen"; readonly object: KubeObject | undefined }
  | { readonly state: "unseen"; readonly reason: string; readonly message: string }
  | { readonly state: "kindAbsent" };

/** Ready endpoints behind a Service, summed over its EndpointSlices. */
export type Endpoints =
  | { readonly state: "seen"; readonly ready: number; readonly slices: number }
  | { readonly state: "unseen"; readonly reason: string }
  | { readonly state: "notApplicable" };

/** Names one output: a route object in the routemap's namespace. */
export interface OutputId {
  /** Shorthand of the kind. */
  readonly kind: string;
  /** For example "httproutes.gateway.networking.k8s.io". */
  readonly groupResource: string;
  readonly name: string;
}

/** Text key of an output, unique within a namespace. */
export function outputKey(id: { readonly groupResource: string; readonly name: string }): string {
  return `${id.groupResource}/${id.name}`;
}

/** Whether traffic follows an output of this kind; it does, unless the kind's settings say otherwise. */
export function carriesTraffic({ kinds }: Pick<Observed, "kinds">, { kind }: Pick<OutputId, "kind">): boolean {
  return kinds.get(kind)?.carries ?? true;
}

/** Text key of a listed or held resource: group-resource, namespace and name. */
export function resourceKey(groupResource: string, namespace: string, name: string): string {
  // Many are kept: joined, a text is in one piece.
  return [groupResource, namespace, name].join("/");
}

/** An object that this routemap has claimed: it carries, or carried, our finalizer for one of its versions. */
export interface Claim {
  readonly version: string;
  readonly ref: ResourceRef;
  readonly uid: string;
}

/**
 * The decoded spec, or why it cannot be decoded and which one was good last; where this process saw none, `makeshift` is
 * what the stored outputs still tell of it.
 */
export type SpecState =
  | { readonly state: "valid"; readonly routemap: Routemap; readonly warnings: readonly Problem[] }
  | {
      readonly state: "invalid";
      readonly problems: readonly Problem[];
      readonly lastGood?: Routemap;
      readonly makeshift?: Routemap;
    };

/** The routemap object itself. `unlabelled`: it lost its label and is handed over; `gone`: it was deleted. */
export interface RoutemapObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly life: "present" | "unlabelled" | "gone";
}

/** One routemap's world as plain data; `plan` reads nothing else. */
export interface Observed {
  readonly routemap: RoutemapObject;
  readonly spec: SpecState;
  readonly config: ControllerConfig;
  readonly kinds: ReadonlyMap<string, KindSettings>;
  readonly claims: readonly Claim[];
  readonly memory: Memory;
  /** Rights that the API server says we do not have, whether this routemap needs them or not. */
  readonly missing: readonly MissingPermission[];
  /** For what-if questions: objects that count as ready if they exist, whatever they say; by resource key. */
  readonly assumed?: ReadonlySet<string>;
  /** Saves reading again what a template gave before; the plan is the same without. */
  readonly reading?: OutputCache;
  resource(ref: { readonly kind: string; readonly namespace: string; readonly name: string }): Seen;
  endpoints(namespace: string, service: string): Endpoints;
  output(id: { readonly groupResource: string; readonly name: string }): Seen;
  /** A template of a ConfigMap, or why it cannot be used. */
  template(ref: TemplateRef): Result<RouteTemplate, Complaint>;
  /** Whether a namespace is being deleted, as far as namespaces can be seen. */
  terminating(namespace: string): boolean;
  /** Every stored object that carries our label with this routemap's uid. */
  ownOutputs(): readonly OutputId[];
  /** Every output of this routemap that this process has seen, whether it still exists or not. */
  knownOutputs(): readonly OutputId[];
  /** The GatewayClass of a Gateway, where it is known. */
  gatewayClass(namespace: string, name: string): string | undefined;
  /** Labels of a DestinationRule's subset. */
  readonly subsetLabels: SubsetLabels;
  track(id: { readonly groupResource: string; readonly name: string }): OutputTrack | undefined;
}

/** Time as the plan needs it. */
export interface Now {
  /** Our monotonic clock, milliseconds. */
  readonly monotonic: number;
  /** Epoch milliseconds, corrected by the server's `Date` header. */
  readonly server: number;
}
