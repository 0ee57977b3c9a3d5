import type { JsonObject } from "../base/json.js";
import type { Template } from "../templates/index.js";
import type { RouteSpec } from "./routeSpec.js";

/** A resource that a version lists. `kind` is the shorthand of the configuration, `namespace` is always filled in. */
export interface ResourceRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** CEL expression over `object` that must be true. */
  readonly ready?: string;
}

/** A resource for people, for example "deploy shop/app-v2". */
export function describeRef({ kind, namespace, name }: Pick<ResourceRef, "kind" | "namespace" | "name">): string {
  return `${kind} ${namespace}/${name}`;
}

/** One version of the application. Index 0 of a routemap is the primary. */
export interface VersionSpec {
  readonly name: string;
  /** Relative weight, integer 0..1 000 000; absent means 1. */
  readonly weight?: number;
  readonly resources: readonly ResourceRef[];
}

/** A template of a ConfigMap labelled `iter8.tools/kind: routetemplate`. */
export interface TemplateRef {
  readonly namespace: string;
  readonly name: string;
  /** Key in `data`; absent: the only one. */
  readonly key?: string;
}

/** Where the text of a template is: in the routemap, parsed, or in a ConfigMap. */
export type TemplateText =
  | { readonly type: "inline"; readonly source: string; readonly compiled: Template }
  | { readonly type: "reference"; readonly ref: TemplateRef };

/** A Go template whose output is one or more manifests. */
export interface RoutingTemplate {
  readonly name: string;
  /** Shorthand of the kind that the template writes. */
  readonly kind: string;
  readonly text: TemplateText;
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
  readonly routes: readonly RouteSpec[];
  readonly release: ReleaseTimes;
}
