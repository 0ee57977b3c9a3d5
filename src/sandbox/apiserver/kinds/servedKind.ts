import type { Json, JsonObject } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import { apiVersionOf } from "../../../kube/resource.js";
import type { Schema } from "../schema/schema.js";
import type { Subject } from "../status/failure.js";

/** A path under an object with a meaning of its own. */
export interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  /** Group and version of `kind`, where they are not those of the resource. */
  readonly group?: string;
  readonly version?: string;
}

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  /** 0: always shown; above: with `-o wide`. */
  readonly priority: number;
  /** The cell of one object; `now` is wall time in milliseconds. */
  readonly cell: (object: KubeObject, now: number) => Json;
}

/** Where the replicas of a scalable object stand, as paths of members. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  readonly selector?: readonly string[];
}

/** A resource as it is served in one version: what discovery tells of it, and how its objects are written and read. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Where its objects are stored: the same for all versions of a resource. */
  readonly collection: string;
  /** apiVersion under which its objects are stored. */
  readonly storedAs: string;
  /** Whether metadata.generation counts the changes of what users wish. */
  readonly counts: boolean;
  readonly isCustom: boolean;
  readonly schema: Schema;
  /** Whether the schema fills anything in. */
  readonly hasDefaults: boolean;
  readonly columns: readonly Column[];
  readonly scale?: ScalePaths;
  /** Fields beside name and namespace that a field selector may name, where the definition says so. */
  readonly selectableFields?: readonly string[];
  /** The object in this version, from what is stored, and back. Absent: the versions differ by name alone. */
  readonly conversion?: Conversion;
}

/** How an object of one version becomes one of another; pure. */
export interface Conversion {
  readonly fromStored: (object: KubeObject) => KubeObject;
  readonly toStored: (object: KubeObject) => KubeObject;
}

/** The verbs of resources whose objects are stored. */
export const allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** Whether the kind keeps its status apart from its spec. */
export function hasSubresource(kind: ServedKind, name: string): boolean {
  return kind.subresources.some((subresource) => subresource.name === name);
}

/** What failures about an object of this kind name: its resource. */
export function subjectOf(kind: ServedKind, name: string): Subject {
  return { group: kind.group, resource: kind.plural, name };
}

/** What failures about invalid objects name: the kind. */
export function kindSubjectOf(kind: ServedKind, name: string): Subject {
  return { group: kind.group, resource: kind.kind, name };
}

/** apiVersion of the objects of this kind, as it is served. */
export function servedAs(kind: ServedKind): string {
  return apiVersionOf(kind);
}

/** Whether what is stored has to be looked at before it is sent: another shape than what is stored. */
export function isSentAsStored(kind: ServedKind): boolean {
  return kind.conversion === undefined && kind.storedAs === servedAs(kind);
}

/** Group, version and kind, as documents write them. */
export function groupVersionKind(kind: ServedKind): JsonObject {
  return { group: kind.group, version: kind.version, kind: kind.kind };
}
