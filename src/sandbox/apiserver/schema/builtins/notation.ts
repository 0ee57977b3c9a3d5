import type { Json } from "../../../../base/json.js";
import type { Schema } from "../schema.js";

/** Text. */
export const text: Schema = { type: "string" };
/** Bytes in base64. */
export const bytes: Schema = { type: "string", format: "byte" };
/** RFC 3339 with whole seconds. */
export const time: Schema = { type: "string", format: "date-time", nullable: true };
/** RFC 3339 with microseconds. */
export const microTime: Schema = { type: "string", format: "date-time", nullable: true };
export const int32: Schema = { type: "integer", format: "int32" };
export const int64: Schema = { type: "integer", format: "int64" };
export const double: Schema = { type: "number", format: "double" };
export const bool: Schema = { type: "boolean" };
/** A number or a text such as `25%` or `http`. */
export const intOrString: Schema = { format: "int-or-string", "x-kubernetes-int-or-string": true };
/** An amount such as `500m`, `1Gi` or 2. */
export const quantity: Schema = { format: "quantity", "x-kubernetes-int-or-string": true };
/** Any value, kept as it is. */
export const anything: Schema = { "x-kubernetes-preserve-unknown-fields": true };
/** Text by any key. */
export const texts: Schema = mapOf(text);

/** What can be said of a struct besides its fields. */
export interface StructOptions {
  readonly description?: string;
  readonly required?: readonly string[];
  /** Owned as a whole in server-side apply. */
  readonly atomic?: boolean;
}

/** An object with these fields. */
export function struct(properties: Readonly<Record<string, Schema>>, options: StructOptions = {}): Schema {
  const { description, required, atomic: isAtomic } = options;
  return {
    type: "object",
    ...(description === undefined ? {} : { description }),
    properties,
    ...(required === undefined ? {} : { required }),
    ...(isAtomic === true ? { "x-kubernetes-map-type": "atomic" } : {}),
  };
}

/** How a list is merged. */
export interface ListOptions {
  /** The keys of a map list in server-side apply; without them the list is owned as a whole. */
  readonly keys?: readonly string[];
  /** The key of its items in strategic merge patch. */
  readonly mergeKey?: string;
  /** The strategy in strategic merge patch; default `merge` where there is a merge key, else the list is replaced. */
  readonly strategy?: string;
}

/** A list. */
export function listOf(items: Schema, { keys, mergeKey, strategy }: ListOptions = {}): Schema {
  const chosen = strategy ?? (mergeKey === undefined ? undefined : "merge");
  return {
    type: "array",
    items,
    "x-kubernetes-list-type": keys === undefined ? "atomic" : "map",
    ...(keys === undefined ? {} : { "x-kubernetes-list-map-keys": keys }),
    ...(mergeKey === undefined ? {} : { "x-kubernetes-patch-merge-key": mergeKey }),
    ...(chosen === undefined ? {} : { "x-kubernetes-patch-strategy": chosen }),
  };
}

/** A list whose items are told apart by one key, in server-side apply as in strategic merge patch. */
export function keyed(items: Schema, key: string): Schema {
  return listOf(items, { keys: [key], mergeKey: key });
}

/** A list of different scalars, each owned by itself. */
export function setOf(items: Schema, { strategy }: Pick<ListOptions, "strategy"> = {}): Schema {
  const patch = strategy === undefined ? {} : { "x-kubernetes-patch-strategy": strategy };
  return { type: "array", items, "x-kubernetes-list-type": "set", ...patch };
}

/** Values of one kind by any key. */
export function mapOf(values: Schema): Schema {
  return { type: "object", additionalProperties: values };
}

/** The same map, owned as a whole. */
export function atomic(map: Schema): Schema {
  return { ...map, "x-kubernetes-map-type": "atomic" };
}

/** The schema with a default. */
export function or(schema: Schema, value: Json): Schema {
  return { ...schema, default: value };
}

/** The schema with a description. */
export function about(schema: Schema, description: string): Schema {
  return { ...schema, description };
}
