import type { JsonObject } from "../../../../base/json.js";
import { at, numberAt, objectAt, stringAt } from "../../../../base/json.js";
import type { FieldError } from "./fieldError.js";
import { invalid, required } from "./fieldError.js";
import { podSpecErrors } from "./podSpec.js";

/** What is wrong with a Deployment (apps/v1 validation). */
export function deploymentErrors(deployment: JsonObject): readonly FieldError[] {
  const type = stringAt(deployment, "spec", "strategy", "type") ?? "RollingUpdate";
  const errors = workloadErrors(deployment);
  if (type === "RollingUpdate" || type === "Recreate") return errors;
  const message = `Unsupported value: {"Type":${JSON.stringify(type)},"RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"`;
  return [...errors, { reason: "FieldValueNotSupported", field: "spec.strategy", message }];
}

/** What is wrong with a ReplicaSet, StatefulSet or DaemonSet (apps/v1 validation). */
export function workloadErrors(workload: JsonObject): readonly FieldError[] {
  const replicas = numberAt(workload, "spec", "replicas") ?? 0;
  const negative = invalid("spec.replicas", replicas, "must be greater than or equal to 0");
  return [
    ...(replicas < 0 ? [negative] : []),
    ...selectorErrors(workload),
    ...podSpecErrors(objectAt(workload, "spec", "template", "spec"), "spec.template.spec", ["Always"]),
  ];
}

/** What is wrong with a Job (batch/v1 validation). */
export function jobErrors(job: JsonObject): readonly FieldError[] {
  const spec = objectAt(job, "spec", "template", "spec");
  return podSpecErrors(spec, "spec.template.spec", ["OnFailure", "Never"]);
}

/** What is wrong with a Pod (core/v1 validation). */
export function podErrors(pod: JsonObject): readonly FieldError[] {
  return podSpecErrors(objectAt(pod, "spec"), "spec", ["Always", "OnFailure", "Never"]);
}

/** A selector must be there and select the Pods of the template; expressions are taken to do so. */
function selectorErrors(workload: JsonObject): readonly FieldError[] {
  const labels = at(workload, "spec", "template", "metadata", "labels");
  const wanted = Object.entries(objectAt(workload, "spec", "selector", "matchLabels"));
  const isThere = Object.keys(objectAt(workload, "spec", "selector")).length > 0;
  const selects = isThere && wanted.every(([key, value]) => at(labels, key) === value);
  const mismatch = invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
  return [...(isThere ? [] : [required("spec.selector")]), ...(selects ? [] : [mismatch])];
}
