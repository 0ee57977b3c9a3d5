import { arrayAt, objectAt, stringAt } from "../../base/json.js";
import type { Json, JsonObject } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import type { WriteAction } from "../actions.js";
import { managers } from "../names.js";

/**
 * A route as it would be stored after a write of ours, and accepted by all who report on it: parents of the Gateway API,
 * and Istio where it reports.
 */
export function writtenRoute(before: KubeObject | undefined, { body, output }: WriteAction, uid: string): KubeObject {
  const generation = (before?.metadata.generation ?? 0) + 1;
  const metadata = objectAt(body, "metadata");
  const part = (name: "labels" | "annotations"): Record<string, string> =>
    textsOf({ ...before?.metadata[name], ...objectAt(metadata, name) });
  const status = acceptedStatus(before, body, generation);
  return {
    ...before,
    ...body,
    apiVersion: stringAt(body, "apiVersion") ?? "",
    kind: stringAt(body, "kind") ?? "",
    ...(status === undefined ? {} : { status }),
    metadata: {
      ...before?.metadata,
      ...metadata,
      name: output.name,
      uid: before?.metadata.uid ?? uid,
      resourceVersion: `${before?.metadata.resourceVersion ?? "0"}0`,
      generation,
      labels: part("labels"),
      annotations: part("annotations"),
      managedFields: [
        ...(before?.metadata.managedFields ?? []).filter((entry) => !isOurs(entry)),
        { manager: managers.routes, operation: "Apply", fieldsV1: fieldsOf(body) },
      ],
    },
  };
}

function isOurs({ manager, operation, subresource }: JsonObject): boolean {
  return manager === managers.routes && operation === "Apply" && (subresource ?? "") === "";
}

/** Every part of a body as one field, which FieldsV1 allows: a field without children is owned as a whole. */
function fieldsOf(body: JsonObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...parts } = body;
  const owned = (members: JsonObject): JsonObject =>
    Object.fromEntries(Object.keys(members).map((key) => [`f:${key}`, {}]));
  return { ...owned(parts), "f:metadata": owned(objectAt(metadata ?? null)) };
}

function acceptedStatus(before: KubeObject | undefined, body: JsonObject, generation: number): Json | undefined {
  const parentRefs = arrayAt(body, "spec", "parentRefs");
  if (parentRefs.length > 0) {
    const condition = { type: "Accepted", status: "True", observedGeneration: generation };
    return { parents: parentRefs.map((parentRef) => ({ parentRef, conditions: [condition] })) };
  }
  const reports = arrayAt(before, "status", "conditions").some((one) => stringAt(one, "type") === "Reconciled");
  if (!reports) return before?.["status"];
  return { conditions: [{ type: "Reconciled", status: "True", observedGeneration: generation }] };
}

function textsOf(members: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
