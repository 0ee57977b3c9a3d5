import { arrayAt, numberAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import { annotationPrefix } from "./behaviour.js";

/** Who answers. */
export interface PodIdentity {
  readonly pod: string;
  readonly version: string;
}

/** Ports of a Pod that declares none. */
const usualPorts = [80, 8080];

/**
 * The Pod's name and its version: the annotation `sandbox.pointsman.dev/version`, else the first of the labels
 * `version`, `app.kubernetes.io/version` and `app`, else the name.
 */
export function podIdentity(pod: KubeObject): PodIdentity {
  const { name, labels = {}, annotations = {} } = pod.metadata;
  const version =
    annotations[`${annotationPrefix}version`] ??
    labels["version"] ??
    labels["app.kubernetes.io/version"] ??
    labels["app"] ??
    name;
  return { pod: name, version };
}

/** The TCP ports that a Pod's containers declare; 80 and 8080 if there are none. */
export function podPorts(pod: KubeObject): readonly number[] {
  const declared = arrayAt(pod, "spec", "containers")
    .flatMap((container) => arrayAt(container, "ports"))
    .filter((port) => (stringAt(port, "protocol") ?? "TCP") === "TCP")
    .flatMap((port) => numberAt(port, "containerPort") ?? []);
  return declared.length === 0 ? usualPorts : [...new Set(declared)];
}
