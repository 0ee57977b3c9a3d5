import type { JsonObject } from "../../base/json.js";
import type { PlanInput } from "./planRules.js";

/** One manifest of a generated route: apiVersion, kind, metadata.name and spec. */
export interface GeneratedManifest {
  readonly shorthand: string;
  readonly body: JsonObject;
}

/** What a route is generated from besides its spec; the lists go by the versions' index. */
export interface RouteInput extends PlanInput {
  /** Namespace of the routemap. */
  readonly namespace: string;
  /** `apiVersion` of the kind that the configuration knows under a shorthand. */
  readonly apiVersions: (shorthand: string) => string;
}
