import type { Json, JsonObject } from "../../../base/json.js";
import { at, canonicalJson, isArray, isObject } from "../../../base/json.js";
import type { Schema } from "./schema.js";
import { memberSchema } from "./schema.js";

/**
 * How server-side apply sees a value: owned as a whole (scalars, atomic lists and maps), member by member, or item by
 * item (KEP-555, "Topology"). Without a schema, objects are maps and lists are atomic.
 */
export type Structure =
  | { readonly kind: "leaf" }
  | { readonly kind: "map" }
  | { readonly kind: "set" }
  | { readonly kind: "mapList"; readonly keys: readonly string[]; readonly item: Schema | undefined };

const leaf: Structure = { kind: "leaf" };
const map: Structure = { kind: "map" };
const set: Structure = { kind: "set" };

/** The structure of a value that a schema describes; a value of another type than the schema's is a leaf. */
export function structureOf(schema: Schema | undefined, value: Json): Structure {
  if (isObject(value)) {
    const isMap = schema?.type === undefined || schema.type === "object";
    return isMap && schema?.["x-kubernetes-map-type"] !== "atomic" ? map : leaf;
  }
  if (!isArray(value) || schema === undefined) return leaf;
  if (schema["x-kubernetes-list-type"] === "set") return set;
  const keys = schema["x-kubernetes-list-map-keys"];
  if (schema["x-kubernetes-list-type"] !== "map" || keys === undefined) return leaf;
  return { kind: "mapList", keys, item: schema.items };
}

/**
 * The step to an item in FieldsV1 notation: `v:"a"` in a set, `k:{"port":80,"protocol":"TCP"}` in a map list. A key
 * that the item leaves out is its default; without one it is left out of the step, too. Undefined where the item
 * cannot be addressed: no object or without any of its keys, or neither text, number nor boolean in a set.
 */
export function itemStep(structure: Structure, item: Json): string | undefined {
  switch (structure.kind) {
    case "set":
      return item === null || isObject(item) || isArray(item) ? undefined : `v:${canonicalJson(item)}`;
    case "mapList": {
      const keys = isObject(item) ? keysOf(structure, item) : [];
      return keys.length === 0 ? undefined : `k:${canonicalJson(Object.fromEntries(keys))}`;
    }
    case "leaf":
    case "map":
      return undefined;
  }
}

function keysOf(structure: Structure & { readonly kind: "mapList" }, item: JsonObject): (readonly [string, Json])[] {
  return structure.keys.flatMap((key) => {
    const value = at(item, key) ?? memberSchema(structure.item, key)?.default;
    return value === undefined ? [] : [[key, value] as const];
  });
}
