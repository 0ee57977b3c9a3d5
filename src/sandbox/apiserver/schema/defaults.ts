import type { Json, JsonObject } from "../../../base/json.js";
import { at, isArray, isObject } from "../../../base/json.js";
import type { Schema } from "./schema.js";
import { memberSchema } from "./schema.js";

/** What becomes of null where a field is not nullable and has no default. */
export type NullRule = "drop" | "keep";

/**
 * The object with what its schema gives as defaults filled in where a field is missing. Null counts as missing unless
 * the field is nullable; without a default it is dropped (apiextensions, "Defaulting and Nullable"), or kept for
 * validation to refuse it.
 */
export function withDefaults(object: JsonObject, schema: Schema, nulls: NullRule = "drop"): JsonObject {
  return fillObject(object, schema, nulls);
}

function fill(value: Json, schema: Schema | undefined, nulls: NullRule): Json {
  if (isObject(value)) return fillObject(value, schema, nulls);
  if (!isArray(value)) return value;
  const items = schema?.items;
  return value.map((item) => fill(isMissing(item, items) ? (items?.default ?? null) : item, items, nulls));
}

function fillObject(value: JsonObject, schema: Schema | undefined, nulls: NullRule): JsonObject {
  const filled: [string, Json][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const declared = memberSchema(schema, name);
    const given = isMissing(member, declared) ? declared?.default : member;
    if (given !== undefined) filled.push([name, fill(given, declared, nulls)]);
    else if (nulls === "keep") filled.push([name, null]);
  }
  for (const [name, declared] of Object.entries(schema?.properties ?? {})) {
    const { default: given } = declared;
    if (given !== undefined && at(value, name) === undefined) filled.push([name, fill(given, declared, nulls)]);
  }
  return Object.fromEntries(filled);
}

/** Null where the schema knows the field and does not allow null. */
function isMissing(value: Json, schema: Schema | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true;
}
