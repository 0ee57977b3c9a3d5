import type { Json } from "../../../../base/json.js";
import { canonicalJson } from "../../../../base/json.js";

/** What is wrong with a field, in the words of a Status object's causes (`metav1.CauseType`). */
export type FieldErrorReason =
  | "FieldValueNotFound"
  | "FieldValueRequired"
  | "FieldValueDuplicate"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid";

/** One thing that is wrong with an object. */
export interface FieldError {
  readonly reason: FieldErrorReason;
  /** As `spec.ports[0].port`. */
  readonly field: string;
  /** Without the field: `Invalid value: "x": must be …`. */
  readonly message: string;
}

/** `Invalid value`: the value shown as JSON. */
export function invalid(field: string, value: Json | undefined, detail: string): FieldError {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${shown(value)}: ${detail}` };
}

/** A field is missing. */
export function required(field: string, detail?: string): FieldError {
  const more = detail === undefined ? "" : `: ${detail}`;
  return { reason: "FieldValueRequired", field, message: `Required value${more}` };
}

/** A value is none of the known ones. */
export function notSupported(field: string, value: Json | undefined, supported: readonly Json[]): FieldError {
  const list = supported.map(shown).join(", ");
  return {
    reason: "FieldValueNotSupported",
    field,
    message: `Unsupported value: ${shown(value)}: supported values: ${list}`,
  };
}

/** A value that is there already. */
export function duplicate(field: string, value: Json | undefined): FieldError {
  return { reason: "FieldValueDuplicate", field, message: `Duplicate value: ${shown(value)}` };
}

/** A name that nothing has. */
export function notFound(field: string, value: Json | undefined): FieldError {
  return { reason: "FieldValueNotFound", field, message: `Not found: ${shown(value)}` };
}

function shown(value: Json | undefined): string {
  return canonicalJson(value ?? null);
}
