import type { JsonObject } from "../../base/json.js";
import type { Answer } from "../gates/verdict.js";
import type { Condition, Phase } from "../status.js";

/** What a cause, a time or a step is about. */
export type Subject =
  | { readonly type: "routemap" }
  | { readonly type: "version"; readonly name: string }
  | { readonly type: "route"; readonly kind: string; readonly name: string };

/**
 * One reason why things are as they are. `error`: it stays until somebody acts; `waiting`: it ends by itself or by what
 * it names; `info`: all is well, and this is how it came about.
 */
export interface Cause {
  readonly severity: "error" | "waiting" | "info";
  /** A CamelCase word that never changes. */
  readonly reason: string;
  /** One sentence for people. */
  readonly message: string;
  readonly about: Subject;
  /** What was read, where one field decided. */
  readonly evidence?: Evidence;
  /** RFC 3339 time at which it ends at the latest, where that is known. */
  readonly until?: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** A field of an object and the value that was read there. */
export interface Evidence {
  /** For example "deploy shop/app-v2". */
  readonly object: string;
  /** Dotted path, for example "status.availableReplicas"; absent where the object as a whole counts. */
  readonly field?: string;
  readonly value?: string;
  /** RFC 3339 time since which it has this value, where the cluster tells. */
  readonly since?: string;
}

/** What one gate said about one resource. */
export interface GateExplanation {
  readonly gate: string;
  readonly answer: Answer;
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
  readonly value?: string;
  /** RFC 3339 time since which. */
  readonly since?: string;
}

/** One resource of a version, with every gate that was asked. */
export interface ResourceExplanation {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly state: "exists" | "absent" | "unseen" | "kindAbsent";
  readonly deleting: boolean;
  /** Whether it carries our finalizer. */
  readonly held: boolean;
  readonly gates: readonly GateExplanation[];
  /** Who owns what the gates read or what we go by, the latest first; absent where the managers' fields were not read. */
  readonly writers?: readonly WriterExplanation[];
}

/** Where the weight of a version comes from. */
export interface WeightExplanation {
  /** What annotation, spec or default ask for, were it the version's turn. */
  readonly asked: number;
  readonly source: "annotation" | "spec" | "default" | "kept" | "left";
  /** What gave it, for example "annotation iter8.tools/weight of deploy shop/app-v2". */
  readonly from: string;
  /** Relative weight that the routes should give it now. */
  readonly wanted: number;
  /** Relative weight in the stored routes. */
  readonly stored: number;
  /** Relative weight that every gateway has accepted; absent until the live generation of each route is. */
  readonly confirmed?: number;
  /** The same as shares in percent, which sum to 100 over all versions. */
  readonly percent: { readonly wanted: number; readonly stored: number; readonly confirmed?: number };
}

/** Whether an object that we hold may go, and if not yet, what it waits for. */
export interface HoldExplanation {
  readonly resource: string;
  readonly release: boolean;
  /** Ground of the release or stage of the wait: "proof", "carrying", "settling", "draining", … */
  readonly stage: string;
  readonly message: string;
  /** RFC 3339 time at which the stage ends, where time ends it. */
  readonly until?: string;
  /** RFC 3339 time at which it is let go without proof, once it is being deleted. */
  readonly deadline?: string;
}

/** One version, from its objects to its weight. */
export interface VersionExplanation {
  readonly index: number;
  readonly name: string;
  readonly listed: boolean;
  readonly phase: Phase;
  readonly answer: Answer;
  readonly resources: readonly ResourceExplanation[];
  readonly weight: WeightExplanation;
  /** RFC 3339 time from which it may be raised; absent while it may not, or needs no raise. */
  readonly raiseAt?: string;
  readonly holds: readonly HoldExplanation[];
  /** Most decisive first; never empty. */
  readonly causes: readonly Cause[];
}

/** What one parent says about a route. */
export interface ParentExplanation {
  readonly parent: string;
  readonly controller?: string;
  readonly observedGeneration?: number;
  readonly accepted: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
}

/** The fields of one writer that matter here: of a route what we render, of a resource what decides about its version. */
export interface FieldsExplanation {
  /** The most telling ones, five at most, for example "spec.rules" or "metadata.labels[iter8.tools/watch]". */
  readonly paths: readonly string[];
  /** How many more there are. */
  readonly more: number;
}

/** Who wrote an object. */
export interface WriterExplanation {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly subresource?: string;
  /** RFC 3339 time of his last write. */
  readonly time?: string;
  readonly ours: boolean;
  /** Absent for our own writes to a route, and where the fields of others were not read: a controller keeps none. */
  readonly fields?: FieldsExplanation;
}

/** One route: what is to be stored, what is stored, and who says that it is in force. */
export interface RouteExplanation {
  /** Shorthand of the kind. */
  readonly kind: string;
  /** For example "httproutes.gateway.networking.k8s.io". */
  readonly groupResource: string;
  readonly name: string;
  /** `current`: as it should be; `write`: about to be written; `left`: not rendered any more. */
  readonly state: "current" | "write" | "wait" | "blocked" | "left";
  readonly reason: string;
  readonly message: string;
  readonly generation?: number;
  /** Latest generation that every parent accepted; absent where nobody reports on the kind. */
  readonly confirmedGeneration?: number;
  readonly confirmed: boolean;
  readonly parents: readonly ParentExplanation[];
  /** By version name; absent where the route cannot be read. */
  readonly weights?: readonly { readonly version: string; readonly wanted: number; readonly stored: number }[];
  readonly writers: readonly WriterExplanation[];
  /** What the guard corrected. */
  readonly corrections: readonly string[];
  /** The body that should be stored, without what the API server adds; absent for a route that is left. */
  readonly desired?: JsonObject;
  /** The stored object without managedFields and status; absent where there is none. */
  readonly stored?: JsonObject;
}

/** The breaker: how often others changed what is ours of late. */
export interface BreakerExplanation {
  readonly fights: number;
  readonly limit: number;
  readonly open: boolean;
  /** RFC 3339 time at which it closes by itself. */
  readonly until?: string;
}

/** The whole chain of reasons of one routemap, as plain JSON: the answer of the read API, and of `pointsman why -o json`. */
export interface Explanation {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** RFC 3339 time, on the API server's clock, of the world that is explained. */
  readonly at: string;
  readonly ready: Condition;
  /** Most decisive first; never empty. */
  readonly causes: readonly Cause[];
  readonly versions: readonly VersionExplanation[];
  readonly routes: readonly RouteExplanation[];
  readonly conditions: readonly Condition[];
  readonly breaker: BreakerExplanation;
  readonly brakes: { readonly paused: boolean; readonly forcePrimary: boolean; readonly adopt: boolean };
  /** Which rule gave the weights: "weights", "force-primary" or a step of the fallback. */
  readonly rule: string;
}

/** What a list shows of a routemap. */
export interface Summary {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly ready: "True" | "False" | "Unknown";
  /** Reason and message of the first cause. */
  readonly reason: string;
  readonly message: string;
  readonly versions: readonly {
    readonly name: string;
    readonly phase: Phase;
    readonly answer: Answer;
    readonly weight: WeightExplanation;
    readonly reason: string;
    readonly message: string;
  }[];
}

/** What a list shows of an explanation. */
export function summaryOf({ namespace, name, uid, ready, causes, versions }: Explanation): Summary {
  const [first] = causes;
  return {
    namespace,
    name,
    uid,
    ready: ready.status,
    reason: first?.reason ?? ready.reason,
    message: first?.message ?? ready.message,
    versions: versions.map((version) => ({
      name: version.name,
      phase: version.phase,
      answer: version.answer,
      weight: version.weight,
      reason: version.causes[0]?.reason ?? "",
      message: version.causes[0]?.message ?? "",
    })),
  };
}
