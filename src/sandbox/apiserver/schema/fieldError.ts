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
