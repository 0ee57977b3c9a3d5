import type { JsonObject } from "../../../base/json.js";
import { canonicalJson, isObject, objectAt, stringAt } from "../../../base/json.js";
import { parseJson } from "../../../kube/status.js";
import type { Schema } from "../schema/schema.js";
import { compare } from "./compare.js";
import { fieldsOf } from "./fieldsOf.js";
import type { FieldTree } from "./fieldTree.js";
import { difference, noFields, union } from "./fieldTree.js";

/** Where `kubectl apply` without --server-side keeps what it applied. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** The fields that client-side apply set and nobody changed since: kubectl's server-side apply may take them over. */
export function allowedByLastApplied(live: JsonObject, schema: Schema): FieldTree {
  const text = stringAt(live, "metadata", "annotations", lastApplied);
  const applied = text === undefined ? undefined : parseJson(text);
  if (!isObject(applied) || applied["apiVersion"] !== live["apiVersion"]) return noFields;
  const { modified, added, removed } = compare(applied, live, schema);
  return difference(fieldsOf(applied, schema), union(union(modified, added), removed));
}

/** The object with its annotation of client-side apply, if it has one, brought to what was applied now. */
export function withLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  const annotations = objectAt(object, "metadata", "annotations");
  if (annotations[lastApplied] === undefined) return object;
  const metadata = objectAt(object, "metadata");
  return {
    ...object,
    metadata: {
      ...metadata,
      annotations: { ...annotations, [lastApplied]: `${canonicalJson(configuration(applied))}\n` },
    },
  };
}

function configuration(applied: JsonObject): JsonObject {
  const metadata = objectAt(applied, "metadata");
  const { [lastApplied]: _lastApplied, ...annotations } = objectAt(metadata, "annotations");
  return { ...applied, metadata: { ...metadata, annotations } };
}
