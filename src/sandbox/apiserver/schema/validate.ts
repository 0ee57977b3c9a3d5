import type { JsonObject } from "../../../base/json.js";
import type { FieldError } from "./fieldError.js";
import type { Schema } from "./schema.js";

/** What is wrong with an object; empty if nothing is. */
export function validate(_object: JsonObject, _schema: Schema): readonly FieldError[] {
  return [];
}
