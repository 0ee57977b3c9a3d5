import type { JsonObject } from "../../../base/json.js";
import type { Schema } from "../schema/schema.js";
import { fieldsOf } from "./fieldsOf.js";
import type { FieldTree } from "./fieldTree.js";
import { difference, intersection, isEmpty, union } from "./fieldTree.js";
import { removeFields, withNamedParents } from "./removeFields.js";

/** What the removal of fields is decided by. */
export interface Removal {
  /** Live object with the applied one laid over it. */
  readonly merged: JsonObject;
  /** What the manager applied the last time. */
  readonly last: FieldTree;
  /** What anybody owns now, what the manager applies this time included. */
  readonly owned: FieldTree;
  readonly schema: Schema;
}

/**
 * The merged object without what its manager applied last time, applies no longer, and nobody else owns (KEP-555).
 * Fields of others below a removed item or struct keep it.
 */
export function removeDropped({ merged, last, owned, schema }: Removal): JsonObject {
  if (isEmpty(difference(last, owned))) return merged;
  const named = (fields: FieldTree): FieldTree => withNamedParents(fields, schema);
  const fieldsThere = (object: JsonObject): FieldTree => named(fieldsOf(object, schema));
  const whole = fieldsThere(merged);
  const bare = removeFields(merged, named(last), schema);
  // Owned fields come back, with the items and structs that hold them …
  const kept = union(fieldsThere(bare), named(owned));
  const withOwned = removeFields(merged, difference(whole, kept), schema);
  // … and so does what went with its parent though the manager never applied it.
  const gone = difference(whole, fieldsThere(withOwned));
  return removeFields(merged, intersection(gone, named(last)), schema);
}
