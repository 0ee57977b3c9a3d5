import type { Json, JsonObject } from "../base/json.js";
import { arrayAt, at, isObject } from "../base/json.js";
import type { Projection } from "./item.js";
import type { KubeObject, ManagedFields, ObjectMeta } from "./object.js";

const statusLimit = 8 * 1024;
const conditionLimit = 64;
const textLimit = 256;
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Only apiVersion, kind and metadata, the latter without managedFields and kubectl's copy of the object. */
export function projectMetadata(object: KubeObject): KubeObject {
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: slimMetadata(object.metadata) };
}

/**
 * Keeps of a watched object its metadata (as `projectMetadata`), its `status`, and the given parts.
 *
 * `specPaths` are dotted paths below `spec`; `rootPaths` dotted paths from the root, for kinds whose content is
 * elsewhere ("data", "endpoints"). A status of more than 8 KiB of JSON is cut to its conditions and its top-level
 * numbers, booleans and short strings, and the object gets `statusTruncated: true`.
 */
export function projectWatched(
  specPaths: readonly string[],
  rootPaths: readonly string[] = [],
): Projection<KubeObject> {
  const paths = [...specPaths.map((path) => ["spec", ...path.split(".")]), ...rootPaths.map((path) => path.split("."))];
  return (object) => {
    const kept = pickPaths(object, paths);
    return { ...kept, ...slimStatus(object["status"]), ...projectMetadata(object) };
  };
}

/**
 * Keeps an output whole, but of the managedFields of other managers than `manager` only who, how, where and when
 * (manager, operation, subresource, time).
 */
export function projectOutput(manager: string): Projection<KubeObject> {
  return (object) => {
    const { managedFields, ...metadata } = object.metadata;
    const slim = slimMetadata(metadata);
    if (managedFields === undefined) return { ...object, metadata: slim };
    const entries = managedFields.map((entry) => (entry.manager === manager ? entry : slimEntry(entry)));
    return { ...object, metadata: { ...slim, managedFields: entries } };
  };
}

function slimMetadata(metadata: ObjectMeta): ObjectMeta {
  const { managedFields: _fields, annotations, ...rest } = metadata;
  if (annotations === undefined) return rest;
  const { [lastApplied]: _applied, ...others } = annotations;
  return { ...rest, annotations: others };
}

function slimEntry(entry: ManagedFields): ManagedFields {
  const { manager, operation, subresource, time } = entry;
  return {
    ...(manager === undefined ? {} : { manager }),
    ...(operation === undefined ? {} : { operation }),
    ...(subresource === undefined ? {} : { subresource }),
    ...(time === undefined ? {} : { time }),
  };
}

function slimStatus(status: Json | undefined): JsonObject {
  if (status === undefined) return {};
  if (!isObject(status) || Buffer.byteLength(JSON.stringify(status)) <= statusLimit) return { status };
  const scalars = Object.entries(status).filter(([, value]) => isShort(value));
  const conditions = arrayAt(status, "conditions").slice(0, conditionLimit).map(cutTexts);
  const cut = Object.fromEntries(scalars);
  return { status: conditions.length === 0 ? cut : { ...cut, conditions }, statusTruncated: true };
}

function isShort(value: Json | undefined): boolean {
  return typeof value === "string"
    ? value.length <= textLimit
    : typeof value === "number" || typeof value === "boolean";
}

function cutTexts(condition: Json): Json {
  if (!isObject(condition)) return null;
  const cut = Object.entries(condition).map(([name, value]): readonly [string, Json | undefined] => [
    name,
    typeof value === "string" ? value.slice(0, textLimit) : value,
  ]);
  return Object.fromEntries(cut.filter(([, value]) => isShort(value)));
}

/** A copy of the parts of `source` at `paths`; where one path leads into another, the shorter one decides. */
function pickPaths(source: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  const picked = new Map<string, Json>();
  for (const head of new Set(paths.map((path) => path[0] ?? ""))) {
    const below = paths.filter((path) => path[0] === head).map((path) => path.slice(1));
    const value = at(source, head);
    if (value === undefined) continue;
    if (below.some((path) => path.length === 0)) picked.set(head, value);
    else if (isObject(value)) picked.set(head, pickPaths(value, below));
  }
  return Object.fromEntries(picked);
}
