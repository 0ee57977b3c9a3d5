import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import type { Schema } from "./schema.js";
import { isNamed, memberSchema } from "./schema.js";

/** A value without the fields that its schema does not know. */
export interface Pruned<T extends Json> {
  readonly value: T;
  /** Where dropped fields stood: `spec.template.replica`, `spec.rules[0].foo`. Sorted. */
  readonly unknown: readonly string[];
}

const every = new Set(["apiVersion", "kind", "metadata"]);

/**
 * Drops the fields of an object that its schema does not declare (structural pruning, KEP-2888). What stands under
 * `x-kubernetes-preserve-unknown-fields` stays, but what is declared below it is pruned again.
 */
export function prune(object: JsonObject, schema: Schema): Pruned<JsonObject> {
  const unknown: string[] = [];
  const root: Schema = { ...schema, "x-kubernetes-embedded-resource": true };
  const value = members(object, root, "", unknown);
  return { value, unknown: unknown.sort() };
}

function walk(value: Json, schema: Schema | undefined, path: string, unknown: string[]): Json {
  if (isArray(value)) return value.map((item, index) => walk(item, schema?.items, `${path}[${index}]`, unknown));
  return isObject(value) ? members(value, schema, path, unknown) : value;
}

function members(value: JsonObject, schema: Schema | undefined, path: string, unknown: string[]): JsonObject {
  const kept: [string, Json][] = [];
  const isResource = schema?.["x-kubernetes-embedded-resource"] === true;
  const keepsAll = schema?.["x-kubernetes-preserve-unknown-fields"] === true;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const here = path === "" ? name : `${path}.${name}`;
    const declared = memberSchema(schema, name);
    const isMeta = isResource && every.has(name);
    const isAny = schema?.additionalProperties === true || declared?.["x-kubernetes-preserve-unknown-fields"] === true;
    if (isMeta && !isNamed(schema, name)) kept.push([name, member]);
    else if (declared !== undefined) kept.push([name, walk(member, declared, here, unknown)]);
    else if (keepsAll || isAny) kept.push([name, member]);
    else unknown.push(here);
  }
  return Object.fromEntries(kept);
}
