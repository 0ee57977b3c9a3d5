import type { KubeObject } from "../kube/object.js";
import { managers } from "./names.js";

/** A manager that owns a field we wanted to set, and how it wrote. */
export interface Conflict {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly field: string;
  readonly time?: string;
}

/** Whether a change by others is forced back or respected (docs/rules.md, "Force is decided by who wrote"). */
export type ConflictVerdict =
  /** Changed with operation Update: drift. */
  | { readonly kind: "drift"; readonly message: string }
  /** Taken by another manager's Apply: a claim. */
  | { readonly kind: "claim"; readonly message: string };

const forcible: readonly string[] = [managers.iter8, managers.routes];

/** Judges a conflict by the operation with which each conflicting manager wrote. */
export function judgeConflict(conflicts: readonly Conflict[], object: KubeObject): ConflictVerdict {
  const claims = conflicts.filter((conflict) => conflict.operation === "Apply" && !forcible.includes(conflict.manager));
  const told = claims.length > 0 ? claims : conflicts;
  const message = [...new Set(told.map((conflict) => describe(conflict, object)))].join(", ");
  return { kind: claims.length > 0 ? "claim" : "drift", message };
}

function describe(conflict: Conflict, object: KubeObject): string {
  const entry = object.metadata.managedFields?.find(
    (candidate) => candidate.manager === conflict.manager && candidate.operation === conflict.operation,
  );
  const time = conflict.time ?? entry?.time;
  return `${conflict.manager} (${conflict.operation}${time === undefined ? "" : ` at ${time}`}) set ${conflict.field}`;
}
