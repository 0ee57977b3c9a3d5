import type { JsonObject } from "../../../base/json.js";
import { isBuiltin } from "./builtins/builtinSchema.js";
import { completeBuiltin } from "./completion/completeBuiltin.js";
import type { NullRule } from "./defaults.js";
import { withDefaults } from "./defaults.js";
import type { Schema } from "./schema.js";
import { withoutEmpties } from "./withoutEmpties.js";

/**
 * The object with all defaults: those of its schema, and for built-in kinds those that depend on other fields. `nulls`
 * is for custom resources; in a built-in object null is always dropped.
 */
export function defaulted(object: JsonObject, schema: Schema, nulls: NullRule = "drop"): JsonObject {
  if (!isBuiltin(object)) return withDefaults(object, schema, nulls);
  return completeBuiltin(withDefaults(withoutEmpties(object, schema), schema));
}
