import type { ApiError } from "./apiError.js";
import type { KubeObject } from "./object.js";
import { parseJson } from "./status.js";

/** Somebody who owns fields of an object. */
export interface Manager {
  readonly manager: string;
  /** Apply: server-side apply. Update: everything else. */
  readonly operation: "Apply" | "Update";
  readonly subresource?: string;
  /** RFC 3339, of his last write. Conflicts tell it for updates only. */
  readonly time?: string;
}

/** A field that an apply without force would have taken from its manager. */
export interface FieldConflict extends Manager {
  readonly field: string;
}

// The texts of fieldmanager's conflict errors: an applier is only named, an updater comes with "using VERSION [at TIME]".
const pattern =
  /^conflict with ("(?:[^"\\]|\\.)*")(?: with subresource ("(?:[^"\\]|\\.)*"))?( using \S+(?: at (\S+))?)?/;

/** Who owns what, from the 409 of a server-side apply; empty for any other error, a resourceVersion conflict included. */
export function conflictingManagers(error: ApiError): readonly FieldConflict[] {
  if (error.kind !== "status" || error.code !== 409) return [];
  return error.causes.flatMap((cause): FieldConflict[] => {
    if (cause.reason !== "FieldManagerConflict") return [];
    const [, manager, subresource, using, time] = pattern.exec(cause.message) ?? [];
    return [
      {
        manager: manager === undefined ? cause.message : unquoted(manager),
        operation: manager !== undefined && using === undefined ? "Apply" : "Update",
        field: cause.field ?? "",
        ...(subresource === undefined ? {} : { subresource: unquoted(subresource) }),
        ...(time === undefined ? {} : { time }),
      },
    ];
  });
}

/** Everybody but `ours` who owns fields of an object. */
export function otherManagers(object: KubeObject, ours: readonly string[]): readonly Manager[] {
  return (object.metadata.managedFields ?? []).flatMap((entry): Manager[] => {
    const { manager = "", operation, subresource, time } = entry;
    if (ours.includes(manager)) return [];
    return [
      {
        manager,
        operation: operation === "Apply" ? "Apply" : "Update",
        ...(subresource === undefined || subresource === "" ? {} : { subresource }),
        ...(time === undefined ? {} : { time }),
      },
    ];
  });
}

/** Go's %q is JSON but for rare escapes. */
function unquoted(text: string): string {
  const value = parseJson(text);
  return typeof value === "string" ? value : text.slice(1, -1);
}
