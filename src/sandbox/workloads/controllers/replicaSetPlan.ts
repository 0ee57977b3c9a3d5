import type { JsonObject } from "../../../base/json.js";
import { arrayAt, numberAt, objectAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import { controllerReference } from "./owners.js";
import { byDispensability, isActive, isReady, untilAvailable } from "./podState.js";

/** What a ReplicaSet needs next. */
export interface ReplicaSetPlan {
  /** Pods to be created, all alike. */
  readonly create: number;
  readonly remove: readonly KubeObject[];
  readonly status: JsonObject;
  /** When a Pod becomes available only by being ready for long enough, milliseconds. */
  readonly again?: number;
}

/**
 * Compares a ReplicaSet with the Pods it controls. One that is being deleted makes and removes none: its Pods are the
 * garbage collector's.
 */
export function planReplicaSet(replicaSet: KubeObject, pods: readonly KubeObject[], now: number): ReplicaSetPlan {
  const active = pods.filter(isActive);
  const wanted = numberAt(replicaSet, "spec", "replicas") ?? 1;
  const difference = replicaSet.metadata.deletionTimestamp === undefined ? wanted - active.length : 0;
  const minReadySeconds = numberAt(replicaSet, "spec", "minReadySeconds") ?? 0;
  const waits = active.flatMap((pod) => untilAvailable(pod, minReadySeconds, now) ?? []);
  const later = waits.filter((wait) => wait > 0);
  return {
    create: Math.max(0, difference),
    remove: difference < 0 ? [...active].sort(byDispensability).slice(0, -difference) : [],
    status: statusOf(replicaSet, active, waits.length - later.length),
    ...(later.length === 0 ? {} : { again: Math.min(...later) }),
  };
}

/** The Pod that a ReplicaSet makes. */
export function podFrom(replicaSet: KubeObject): JsonObject {
  const template = objectAt(replicaSet, "spec", "template");
  const { name } = replicaSet.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...objectAt(template, "metadata"),
      creationTimestamp: undefined,
      generateName: `${name}-`,
      ownerReferences: [controllerReference(replicaSet)],
    },
    spec: objectAt(template, "spec"),
  };
}

/** Counts of zero are left out, as Kubernetes does, but for `replicas`. Conditions of others stay. */
function statusOf(replicaSet: KubeObject, active: readonly KubeObject[], available: number): JsonObject {
  const labels = Object.entries(objectAt(replicaSet, "spec", "template", "metadata", "labels"));
  const labelled = active.filter(({ metadata }) => labels.every(([key, value]) => metadata.labels?.[key] === value));
  const conditions = arrayAt(replicaSet, "status", "conditions");
  return {
    replicas: active.length,
    ...counted("fullyLabeledReplicas", labelled.length),
    ...counted("readyReplicas", active.filter(isReady).length),
    ...counted("availableReplicas", available),
    observedGeneration: replicaSet.metadata.generation ?? 1,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** A member that is there only if it is not zero. */
export function counted(name: string, count: number): JsonObject {
  return count === 0 ? {} : { [name]: count };
}
