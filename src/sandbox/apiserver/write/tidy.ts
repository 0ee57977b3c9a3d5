import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject, objectAt } from "../../../base/json.js";

const droppedWhereEmpty: ReadonlySet<string> = new Set([
  "annotations",
  "finalizers",
  "generateName",
  "labels",
  "managedFields",
  "ownerReferences",
]);

/** The object as it is kept: lists and maps of its metadata that hold nothing are left out, as Go's `omitempty` has it. */
export function tidied(object: JsonObject): JsonObject {
  return object["kind"] === "Deployment" && object["apiVersion"] === "apps/v1"
    ? withoutZeros(withoutEmpty(object))
    : withoutEmpty(object);
}

/** A Deployment's status leaves out counts of nothing. */
function withoutZeros(object: JsonObject): JsonObject {
  const counts = Object.entries(objectAt(object, "status")).filter(([, value]) => value !== 0);
  return object["status"] === undefined ? object : { ...object, status: Object.fromEntries(counts) };
}

function withoutEmpty(object: JsonObject): JsonObject {
  const entries = Object.entries(objectAt(object, "metadata"));
  const kept = entries.filter(([name, value]) => !(droppedWhereEmpty.has(name) && isEmpty(value)));
  return kept.length === entries.length ? object : { ...object, metadata: Object.fromEntries(kept) };
}

function isEmpty(value: Json | undefined): boolean {
  if (isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === "" || (isObject(value) && Object.keys(value).length === 0);
}
