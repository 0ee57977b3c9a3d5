import type { JsonObject } from "../../../../base/json.js";

/** A built-in object with the defaults that depend on its other fields; any other object as it is. */
export function completeBuiltin(object: JsonObject): JsonObject {
  return object;
}
