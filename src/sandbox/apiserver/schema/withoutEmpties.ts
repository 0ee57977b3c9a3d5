import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import type { Schema } from "./schema.js";
import { memberSchema } from "./schema.js";

/**
 * A built-in object without its empty lists and maps: the server's own types do not tell them from absent ones. An
 * empty `metadata.managedFields` stays: it asks for something.
 */
export function withoutEmpties(object: JsonObject, schema: Schema): JsonObject {
  const required = new Set(schema.required);
  const kept: [string, Json][] = [];
  for (const [name, member] of Object.entries(object)) {
    if (member === undefined) continue;
    const declared = memberSchema(schema, name);
    const isOptional = !required.has(name) && name !== "managedFields";
    if (isOptional && isEmptyCollection(member, declared)) continue;
    kept.push([name, clean(member, declared)]);
  }
  return Object.fromEntries(kept);
}

function clean(value: Json, schema: Schema | undefined): Json {
  if (schema === undefined) return value;
  if (isObject(value)) return withoutEmpties(value, schema);
  return isArray(value) ? value.map((item) => clean(item, schema.items)) : value;
}

function isEmptyCollection(value: Json, schema: Schema | undefined): boolean {
  if (isArray(value)) return schema?.type === "array" && value.length === 0;
  return isObject(value) && typeof schema?.additionalProperties === "object" && Object.keys(value).length === 0;
}
