import type { Json, JsonObject } from "../base/json.js";
import { canonicalJson, isArray, isObject } from "../base/json.js";
import { stepOf } from "./fieldPaths.js";
import type { KubeObject, ManagedFields } from "./object.js";
import { parseJson } from "./status.js";

/** The managedFields entry of a manager's server-side applies; undefined if it owns nothing. */
export function ownEntry(object: KubeObject, manager: string, subresource?: string): ManagedFields | undefined {
  return object.metadata.managedFields?.find(
    (entry) =>
      entry.manager === manager && entry.operation === "Apply" && (entry.subresource ?? "") === (subresource ?? ""),
  );
}

/** Whether an entry owns every field that an applied body sends. */
export function covers(entry: ManagedFields | undefined, body: JsonObject): boolean {
  return uncovered(entry, body).length === 0;
}

/**
 * Paths of the fields of an applied body that an entry does not own. Fields that say which object is meant are never
 * owned and do not count. An atomic list or map is one field: FieldsV1 does not look into it (KEP-555).
 */
export function uncovered(entry: ManagedFields | undefined, body: JsonObject): readonly string[] {
  const missing: string[] = [];
  collect(entry?.fieldsV1 ?? {}, withoutIdentity(body), "", true, missing);
  return missing;
}

/** Whether two entries own the same fields; two absent entries do. */
export function sameFieldSet(a: ManagedFields | undefined, b: ManagedFields | undefined): boolean {
  return canonicalJson(a?.fieldsV1 ?? null) === canonicalJson(b?.fieldsV1 ?? null);
}

const identity = new Set([
  "name",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
  "selfLink",
]);

function withoutIdentity(body: JsonObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = body;
  if (!isObject(metadata)) return rest;
  const kept = Object.entries(metadata).filter(([key, value]) => !identity.has(key) && value !== undefined);
  return kept.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(kept) };
}

function collect(node: Json | undefined, value: Json, path: string, root: boolean, missing: string[]): void {
  if (!isObject(node)) {
    missing.push(path);
    return;
  }
  // A node without children is a leaf: a scalar, something empty, or something atomic.
  if (!root && Object.keys(node).length === 0) return;
  if (isArray(value)) {
    for (const item of value) collectItem(node, item, path, missing);
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      if (member !== undefined) collect(node[`f:${key}`], member, `${path}.${key}`, false, missing);
    }
  } else if (!("." in node)) {
    missing.push(path);
  }
}

/** An item of a set is owned by value (`v:`), an item of a map list by its keys (`k:`). */
function collectItem(node: JsonObject, item: Json, path: string, missing: string[]): void {
  let best: readonly string[] | undefined;
  for (const [key, child] of Object.entries(node)) {
    if (!names(key, item)) continue;
    const lacking: string[] = [];
    collect(child, item, path + stepOf(key), false, lacking);
    if (best === undefined || lacking.length < best.length) best = lacking;
  }
  missing.push(...(best ?? [`${path}[${canonicalJson(item)}]`]));
}

function names(key: string, item: Json): boolean {
  const parsed = parseJson(key.slice(2));
  if (parsed === undefined) return false;
  if (key.startsWith("v:")) return canonicalJson(parsed) === canonicalJson(item);
  if (!key.startsWith("k:") || !isObject(parsed) || !isObject(item)) return false;
  return Object.entries(parsed).every(([name, wanted]) => {
    const found = item[name];
    // A key that we did not send was filled in by a default (protocol: TCP).
    return found === undefined || canonicalJson(found) === canonicalJson(wanted ?? null);
  });
}
