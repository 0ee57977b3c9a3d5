import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import type { Schema } from "./schema.js";
import { memberSchema } from "./schema.js";

/**
 * The object with what its schema gives as defaults filled in where a field is missing. Null counts as missing unless
 * the field is nullable; without a default it is dropped (apiextensions, "Defaulting and Nullable").
 */
export function withDefaults(object: JsonObject, schema: Schema): JsonObject {
  return fillObject(object, schema);
}

function fill(value: Json, schema: Schema | undefined): Json {
  if (isArray(value)) {
    return value.map((item) =>
      fill(isMissing(item, schema?.items) ? (schema?.items?.default ?? null) : item, schema?.items),
    );
  }
  return isObject(value) ? fillObject(value, schema) : value;
}

function fillObject(value: JsonObject, schema: Schema | undefined): JsonObject {
  const filled: [string, Json][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const declared = memberSchema(schema, name);
    const given = isMissing(member, declared) ? declared?.default : member;
    if (given !== undefined) filled.push([name, fill(given, declared)]);
  }
  for (const [name, declared] of Object.entries(schema?.properties ?? {})) {
    const { default: given } = declared;
    if (given !== undefined && value[name] === undefined) filled.push([name, fill(given, declared)]);
  }
  return Object.fromEntries(filled);
}

/** Null where the schema knows the field and does not allow null. */
function isMissing(value: Json, schema: Schema | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true;
}
