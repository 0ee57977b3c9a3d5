import type { JsonObject } from "../base/json.js";
import type { Template } from "../templates/index.js";

/** A resource that a version lists. `kind` is the shorthand of the configuration, `namespace` is always filled in. */
export interface ResourceRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** CEL expression over `object` that must be true. */
  readonly ready?: string;
}

/** One version of the application. Index 0 of a routemap is the primary. */
export interface VersionSpec {
  readonly name: string;
  /** Relative weight, integer 0..1 000 000; absent means 1. */
  readonly weight?: number;
  readonly resources: readonly ResourceRef[];
}

/** A Go template whose output is one or more manifests. */
export interface RoutingTemplate {
  readonly name: string;
  /** Shorthand of the kind that the template writes. */
  readonly kind: string;
  /** The source, and what was parsed of it. */
  readonly template: string;
  readonly compiled: Template;
  /** Values for `.Values`, from `values`. */
  readonly values: JsonObject;
}

/** Times of a release, milliseconds; absent ones come from the configuration. */
export interface ReleaseTimes {
  readonly minStable?: number;
  readonly settle?: number;
  readonly drain?: number;
  readonly deadline?: number;
}

/** A decoded routemap (`data.strSpec`). */
export interface Routemap {
  readonly versions: readonly VersionSpec[];
  readonly templates: readonly RoutingTemplate[];
  readonly release: ReleaseTimes;
}
