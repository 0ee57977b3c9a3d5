import type { JsonObject } from "../../../base/json.js";
import { stringAt } from "../../../base/json.js";
import { isBuiltin } from "./builtins/builtinSchema.js";
import type { Schema } from "./schema.js";
import { configurationErrors } from "./validation/configuration.js";
import type { FieldError } from "./validation/fieldError.js";
import { metadataErrors } from "./validation/metadata.js";
import { serviceErrors } from "./validation/services.js";
import { valueErrors } from "./validation/values.js";
import { deploymentErrors, jobErrors, podErrors, workloadErrors } from "./validation/workloads.js";

const rules: ReadonlyMap<string, (object: JsonObject) => readonly FieldError[]> = new Map([
  ["v1 ConfigMap", configurationErrors],
  ["v1 Pod", podErrors],
  ["v1 Secret", configurationErrors],
  ["v1 Service", serviceErrors],
  ["apps/v1 DaemonSet", workloadErrors],
  ["apps/v1 Deployment", deploymentErrors],
  ["apps/v1 ReplicaSet", workloadErrors],
  ["apps/v1 StatefulSet", workloadErrors],
  ["batch/v1 Job", jobErrors],
]);

/**
 * What is wrong with an object whose defaults are filled in; empty if nothing is. Custom resources are validated by
 * their schema (but for CEL rules), the common built-in kinds by the checks that people run into, the other built-in
 * kinds by what their schema requires. A write of the status subresource is judged by the status alone.
 */
export function validate(object: JsonObject, schema: Schema, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return statusErrors(object, schema);
  const errors = metadataErrors(object, isBuiltin(object));
  const { metadata: _metadata, ...own } = schema.properties ?? {};
  const rule = rules.get(`${stringAt(object, "apiVersion") ?? ""} ${stringAt(object, "kind") ?? ""}`);
  return [...errors, ...(rule === undefined ? valueErrors(object, { ...schema, properties: own }, "") : rule(object))];
}

/** The server names the fields of a status in its messages from the status on. */
function statusErrors(object: JsonObject, schema: Schema): readonly FieldError[] {
  const status = schema.properties?.["status"];
  if (isBuiltin(object) || status === undefined || object["status"] === undefined) return [];
  return valueErrors(object["status"], status, "status").map((error) => ({
    ...error,
    message: error.message.replace(": status.", ": "),
  }));
}
