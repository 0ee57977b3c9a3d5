import { arrayAt, numberAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";

/** Whether a Pod has ended for good, by itself. */
export function isTerminal(pod: KubeObject): boolean {
  const phase = stringAt(pod, "status", "phase");
  return phase === "Succeeded" || phase === "Failed";
}

/** Whether a Pod counts for its ReplicaSet: neither deleted nor ended. */
export function isActive(pod: KubeObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && !isTerminal(pod);
}

/** Whether a Pod's condition Ready holds. */
export function isReady(pod: KubeObject): boolean {
  return stringAt(readyCondition(pod), "status") === "True";
}

/** For how long a Pod must be ready still to count as available; 0: it does; undefined: it is not ready. In ms. */
export function untilAvailable(pod: KubeObject, minReadySeconds: number, now: number): number | undefined {
  if (!isReady(pod)) return undefined;
  if (minReadySeconds <= 0) return 0;
  const since = Date.parse(stringAt(readyCondition(pod), "lastTransitionTime") ?? "");
  return Number.isNaN(since) ? undefined : Math.max(0, since + minReadySeconds * 1_000 - now);
}

/**
 * Which of two Pods a ReplicaSet lets go first, as a comparison: one that has no node, that does not run, that is not
 * ready, that says it costs less (annotation `controller.kubernetes.io/pod-deletion-cost`), that is younger.
 */
export function byDispensability(a: KubeObject, b: KubeObject): number {
  const one = dispensability(a);
  const other = dispensability(b);
  const differing = one.findIndex((value, index) => value !== other[index]);
  return differing < 0 ? 0 : (one[differing] ?? 0) - (other[differing] ?? 0);
}

function dispensability(pod: KubeObject): readonly number[] {
  const { annotations = {}, creationTimestamp = "" } = pod.metadata;
  const cost = Number(annotations["controller.kubernetes.io/pod-deletion-cost"] ?? 0);
  return [
    (stringAt(pod, "spec", "nodeName") ?? "") === "" ? 0 : 1,
    stringAt(pod, "status", "phase") === "Running" ? 1 : 0,
    isReady(pod) ? 1 : 0,
    Number.isFinite(cost) ? cost : 0,
    -restartsOf(pod),
    -(Date.parse(creationTimestamp) || 0),
  ];
}

function restartsOf(pod: KubeObject): number {
  return arrayAt(pod, "status", "containerStatuses").reduce<number>(
    (sum, container) => sum + (numberAt(container, "restartCount") ?? 0),
    0,
  );
}

function readyCondition(pod: KubeObject) {
  return arrayAt(pod, "status", "conditions").find((condition) => stringAt(condition, "type") === "Ready");
}
