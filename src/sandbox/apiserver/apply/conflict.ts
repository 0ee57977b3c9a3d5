import type { FieldTree } from "./fieldTree.js";
import { compareText, pathsOf } from "./fieldTree.js";
import { formatFieldPath } from "./fieldsV1.js";
import type { Manager, Operation } from "./managers.js";

/** A manager that owns fields which an apply without force would change. */
export interface Conflict {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
  /** As `.spec.ports[port=80,protocol="TCP"].name`. */
  readonly fields: readonly string[];
}

/** What a Status object says of conflicts: its message, and a cause for each field. */
export interface ConflictReport {
  readonly message: string;
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
}

/** The conflict with a manager over these fields. */
export function conflictWith(manager: Manager, fields: FieldTree): Conflict {
  return {
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.subresource === "" ? {} : { subresource: manager.subresource }),
    ...(manager.time === undefined ? {} : { time: manager.time }),
    fields: pathsOf(fields).map(formatFieldPath),
  };
}

/** The words of the 409 that answers an apply with conflicts. */
export function reportConflicts(conflicts: readonly Conflict[]): ConflictReport {
  const sorted = [...conflicts].sort((a, b) => compareText(nameOf(a), nameOf(b)));
  const causes = sorted.flatMap((conflict) =>
    conflict.fields.map((field) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${nameOf(conflict)}`,
      field,
    })),
  );
  const [only] = causes;
  if (causes.length === 1 && only !== undefined)
    return { message: `Apply failed with 1 conflict: ${only.message}: ${only.field}`, causes };
  const lines = sorted.flatMap((conflict) => [
    `conflicts with ${nameOf(conflict)}:`,
    ...conflict.fields.map((field) => `- ${field}`),
  ]);
  return { message: `Apply failed with ${causes.length} conflicts: ${lines.join("\n")}`, causes };
}

function nameOf(conflict: Conflict): string {
  const subresource =
    conflict.subresource === undefined ? "" : ` with subresource ${JSON.stringify(conflict.subresource)}`;
  const version = conflict.operation === "Update" ? ` using ${conflict.apiVersion}` : "";
  return `${JSON.stringify(conflict.manager)}${subresource}${version}`;
}
