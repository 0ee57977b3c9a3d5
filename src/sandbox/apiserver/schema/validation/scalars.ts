import type { Json } from "../../../../base/json.js";
import type { Schema } from "../schema.js";
import type { FieldError } from "./fieldError.js";
import { invalid } from "./fieldError.js";

/** What is wrong with a number or a text by the limits of its schema. */
export function scalarErrors(value: Json, schema: Schema, field: string): readonly FieldError[] {
  if (typeof value === "number") return numberErrors(value, schema, field);
  return typeof value === "string" ? textErrors(value, schema, field) : [];
}

function numberErrors(value: number, schema: Schema, field: string): readonly FieldError[] {
  const { minimum, maximum, multipleOf } = schema;
  const wrong = (text: string): FieldError => invalid(field, value, `${field} in body should be ${text}`);
  const errors: FieldError[] = [];
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf))
    errors.push(wrong(`a multiple of ${multipleOf}`));
  if (maximum !== undefined) {
    if (schema.exclusiveMaximum === true && value >= maximum) errors.push(wrong(`less than ${maximum}`));
    else if (value > maximum) errors.push(wrong(`less than or equal to ${maximum}`));
  }
  if (minimum !== undefined) {
    if (schema.exclusiveMinimum === true && value <= minimum) errors.push(wrong(`greater than ${minimum}`));
    else if (value < minimum) errors.push(wrong(`greater than or equal to ${minimum}`));
  }
  return errors;
}

function textErrors(value: string, schema: Schema, field: string): readonly FieldError[] {
  const { minLength = 0, maxLength = Infinity, pattern } = schema;
  const length = Array.from(value).length;
  const errors: FieldError[] = [];
  if (length < minLength)
    errors.push(invalid(field, value, `${field} in body should be at least ${minLength} chars long`));
  if (length > maxLength) {
    const message = `Too long: may not be more than ${maxLength} bytes`;
    errors.push({ reason: "FieldValueTooLong", field, message });
  }
  if (pattern !== undefined && !matches(value, pattern))
    errors.push(invalid(field, value, `${field} in body should match '${pattern}'`));
  return errors;
}

/** A pattern that only Go's regular expressions know is taken to match. */
function matches(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}
