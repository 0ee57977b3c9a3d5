import type { JsonObject } from "../base/json.js";

/** The kinds that can be written without a template. */
export type RouteKind = "HTTPRoute" | "GRPCRoute" | "VirtualService";

/** How KServe runs an InferenceService (annotation `serving.kserve.io/deploymentMode`; newer releases say Knative and Standard). */
export type DeploymentMode = "Serverless" | "RawDeployment" | "ModelMesh";

/** How a route shares requests out among the versions. */
export type Strategy =
  | { readonly type: "blue-green"; readonly sticky?: Sticky }
  /** Native matches by name of the candidate; everybody else goes to the fallback. */
  | { readonly type: "canary"; readonly match: ReadonlyMap<string, readonly JsonObject[]> }
  /** Percent of the requests that a candidate gets a copy of, 0..100, by its name. */
  | { readonly type: "mirror"; readonly percent: ReadonlyMap<string, number> };

/** A cookie that keeps a user on his version until that goes. */
export interface Sticky {
  readonly cookie: string;
  /** Seconds; absent: a session cookie. */
  readonly maxAge?: number;
}

/** One Service for all versions, told apart by subsets of a DestinationRule. */
export interface SharedService {
  readonly name: string;
  /** Labels of the Pods by name of the version. */
  readonly subsets: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** One entry of `routes:`, decoded. */
export interface RouteSpec {
  readonly kind: RouteKind;
  /** Shorthand under which the configuration knows the kind. */
  readonly shorthand: string;
  /** Shorthand of DestinationRule, where subsets are used. */
  readonly destinationRule?: string;
  readonly name: string;
  readonly hostnames: readonly string[];
  /** Gateway API, as written. */
  readonly parentRefs: readonly JsonObject[];
  /** Istio: names of Gateways; empty: the mesh alone. */
  readonly gateways: readonly string[];
  /** Port of every version's Service; absent: its only one. */
  readonly port?: number;
  readonly strategy: Strategy;
  /** Merged into every generated rule but those by which serverless models are reached (`branchRule`). */
  readonly rule: JsonObject;
  /** Name of the response header that tells the version; absent: none is written. */
  readonly versionHeader?: string;
  /** Absent: as each InferenceService says itself. */
  readonly deploymentMode?: DeploymentMode;
  readonly shared?: SharedService;
}
