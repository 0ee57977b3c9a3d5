import type { Json, JsonObject } from "../../../base/json.js";
import { isObject } from "../../../base/json.js";
import type { Schema } from "./schema.js";

/**
 * What a built-in object has before anything was set: the structs and required lists that the server's own types
 * always carry. Nobody comes to own those by creating the object.
 */
export function zeroObject(schema: Schema): JsonObject {
  const required = new Set(schema.required);
  const members: [string, Json][] = [];
  for (const [name, declared] of Object.entries(schema.properties ?? {})) {
    if (isAlways(declared)) members.push([name, zeroObject(declared)]);
    else if (declared.type === "array" && required.has(name)) members.push([name, null]);
  }
  return Object.fromEntries(members);
}

function isAlways({ default: value }: Schema): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
