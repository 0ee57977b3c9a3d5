import type { KubeObject, ManagedFields } from "../../kube/object.js";
import { managers } from "../names.js";
import type { FieldsExplanation, WriterExplanation } from "./explanation.js";

const ourManagers: readonly string[] = [managers.routes, managers.status];

/** Everybody who wrote an object, the latest first; `fieldsOf` tells what of it to say of an entry's fields, if anything. */
export function writersOf(
  object: KubeObject,
  fieldsOf: (entry: ManagedFields) => FieldsExplanation | undefined = () => undefined,
): readonly WriterExplanation[] {
  return (object.metadata.managedFields ?? [])
    .map((entry): WriterExplanation => {
      const { manager = "unknown", operation, subresource, time } = entry;
      const fields = fieldsOf(entry);
      return {
        manager,
        operation: operation === "Apply" ? "Apply" : "Update",
        ...(subresource === undefined || subresource === "" ? {} : { subresource }),
        ...(time === undefined ? {} : { time }),
        ours: isOurs(entry),
        ...(fields === undefined ? {} : { fields }),
      };
    })
    .sort((a, b) => (b.time ?? "").localeCompare(a.time ?? ""));
}

/** Whether an entry of managedFields is of one of our own field managers. */
export function isOurs({ manager }: ManagedFields): boolean {
  return manager !== undefined && ourManagers.includes(manager);
}
