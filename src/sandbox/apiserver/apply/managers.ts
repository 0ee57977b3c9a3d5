import type { JsonObject } from "../../../base/json.js";
import { arrayAt, isObject, stringAt } from "../../../base/json.js";
import type { ManagedFields } from "../../../kube/object.js";
import { compareText, isEmpty, union } from "./fieldTree.js";
import type { FieldTree } from "./fieldTree.js";
import { decodeFieldsV1, encodeFieldsV1 } from "./fieldsV1.js";

/** How a manager wrote: by server-side apply, or by any other write. */
export type Operation = "Apply" | "Update";

/** Who owns fields. `subresource` is "" for the object itself; `time` is RFC 3339 with whole seconds. */
export interface Manager {
  readonly name: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time?: string;
  readonly fields: FieldTree;
}

/** The managers of an object by `managerKey`. */
export type Managers = ReadonlyMap<string, Manager>;

/** One manager: an applier is the same in every API version, an updater is another one in each (KEP-555). */
export function managerKey(manager: Pick<Manager, "name" | "operation" | "apiVersion" | "subresource">): string {
  const version = manager.operation === "Apply" ? "" : manager.apiVersion;
  return JSON.stringify([manager.operation, manager.name, version, manager.subresource]);
}

/** The managers that `metadata.managedFields` names; undefined where an entry cannot be read. */
export function decodeManagers(object: JsonObject | undefined): Managers | undefined {
  const managers = new Map<string, Manager>();
  for (const entry of arrayAt(object, "metadata", "managedFields")) {
    const manager = isObject(entry) ? decodeManager(entry) : undefined;
    if (manager === undefined) return undefined;
    managers.set(managerKey(manager), manager);
  }
  return managers;
}

function decodeManager(entry: JsonObject): Manager | undefined {
  const operation = stringAt(entry, "operation");
  const apiVersion = stringAt(entry, "apiVersion") ?? "";
  const fields = decodeFieldsV1(entry["fieldsV1"] ?? {});
  const time = stringAt(entry, "time");
  if (operation !== "Apply" && operation !== "Update") return undefined;
  if (apiVersion === "" || stringAt(entry, "fieldsType") !== "FieldsV1" || fields === undefined) return undefined;
  return {
    name: stringAt(entry, "manager") ?? "",
    operation,
    apiVersion,
    subresource: stringAt(entry, "subresource") ?? "",
    ...(time === undefined ? {} : { time }),
    fields,
  };
}

/** The object with these managers, in the server's order; without the member if there are none. */
export function withManagers(object: JsonObject, managers: Managers): JsonObject {
  const { metadata, ...rest } = object;
  const { managedFields: _managedFields, ...meta } = isObject(metadata) ? metadata : {};
  if (managers.size === 0) return { ...rest, metadata: meta };
  const sorted = [...managers.values()].sort(inServerOrder);
  return { ...rest, metadata: { ...meta, managedFields: sorted.map(encodeManager) } };
}

/** The object without `metadata.managedFields`. */
export function withoutManagers(object: JsonObject): JsonObject {
  return withManagers(object, new Map());
}

/** The managers that own anything. */
export function withFields(managers: Iterable<readonly [string, Manager]>): Managers {
  return new Map([...managers].filter(([, manager]) => !isEmpty(manager.fields)));
}

/** Most updaters that an object keeps apart. */
const mostUpdaters = 10;

/** Merges the longest unseen updaters into one named `ancient-changes` for each API version when there are too many. */
export function cappedUpdaters(managers: Managers): Managers {
  const capped = new Map(managers);
  const updaters = [...managers].filter(([, manager]) => manager.operation === "Update");
  updaters.sort(([, a], [, b]) => compareText(a.time ?? "", b.time ?? "") || compareText(a.name, b.name));
  const buckets = new Map<string, string>();
  let excess = updaters.length - mostUpdaters;
  for (const [key, manager] of updaters) {
    if (excess <= 0) break;
    const before = buckets.get(manager.apiVersion);
    const older = before === undefined ? undefined : capped.get(before);
    if (before === undefined || older === undefined) {
      buckets.set(manager.apiVersion, key);
      continue;
    }
    const bucket = {
      ...manager,
      name: "ancient-changes",
      subresource: "",
      fields: union(manager.fields, older.fields),
    };
    capped.delete(before);
    capped.delete(key);
    capped.set(managerKey(bucket), bucket);
    buckets.set(manager.apiVersion, managerKey(bucket));
    excess--;
  }
  return capped;
}

function encodeManager(manager: Manager): ManagedFields {
  return {
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time === undefined ? {} : { time: manager.time }),
    fieldsType: "FieldsV1",
    fieldsV1: encodeFieldsV1(manager.fields),
    ...(manager.subresource === "" ? {} : { subresource: manager.subresource }),
  };
}

function inServerOrder(a: Manager, b: Manager): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time ?? "", b.time ?? "") ||
    compareText(a.name, b.name) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}
