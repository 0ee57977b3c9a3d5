import type { FieldPath, FieldTree } from "./fieldTree.js";
import { difference, treeOf, withoutSubtrees } from "./fieldTree.js";

const meta = ["name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation"].concat([
  "managedFields",
  "resourceVersion",
]);
const identity = treeOf([
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...meta.map((name) => ["f:metadata", `f:${name}`]),
]);

/** The set without the fields that say which object is meant or are the server's: nobody owns them. */
export function withoutIdentity(fields: FieldTree): FieldTree {
  return difference(fields, identity);
}

/** A member that a request cannot change, as steps of names: `["status"]`. */
export type ResetField = readonly string[];

/** The set without the fields that this request cannot change, and all below them. */
export function withoutReset(fields: FieldTree, reset: readonly ResetField[]): FieldTree {
  if (reset.length === 0) return fields;
  return withoutSubtrees(fields, treeOf(reset.map((names): FieldPath => names.map((name) => `f:${name}`))));
}
