import type { JsonObject } from "../../../base/json.js";
import { completeBuiltin } from "./completion/completeBuiltin.js";
import { withDefaults } from "./defaults.js";
import type { Schema } from "./schema.js";

/** The object with all defaults: those of its schema, and for built-in kinds those that depend on other fields. */
export function defaulted(object: JsonObject, schema: Schema): JsonObject {
  return completeBuiltin(withDefaults(object, schema));
}
