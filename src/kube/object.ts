import type { JsonObject } from "../base/json.js";
import { isObject } from "../base/json.js";

/** One entry of metadata.managedFields (KEP-555). `fieldsV1` is the field set in FieldsV1 notation. */
export interface ManagedFields extends JsonObject {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly apiVersion?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: JsonObject;
}

/** An owner reference. */
export interface OwnerReference extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** Object metadata as the API server sends it. */
export interface ObjectMeta extends JsonObject {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFields[];
}

/** Any Kubernetes object, as raw JSON: nothing the server sent is dropped or converted. */
export interface KubeObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** True if `value` has what every stored object has: apiVersion, kind, and metadata with name, uid and resourceVersion. */
export function isKubeObject(value: unknown): value is KubeObject {
  return (
    isObject(value) &&
    typeof value["apiVersion"] === "string" &&
    typeof value["kind"] === "string" &&
    isObject(value["metadata"]) &&
    typeof value["metadata"]["name"] === "string" &&
    typeof value["metadata"]["uid"] === "string" &&
    typeof value["metadata"]["resourceVersion"] === "string"
  );
}
