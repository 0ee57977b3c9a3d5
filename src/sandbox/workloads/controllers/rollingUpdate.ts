import type { Json } from "../../../base/json.js";
import { at, numberAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";

/** How many Pods there may be during a rolling update, and how many there must be. */
export interface RollingBounds {
  readonly replicas: number;
  readonly most: number;
  readonly leastAvailable: number;
}

/** A ReplicaSet and the number of replicas it is to have. */
export interface Scaling {
  readonly replicaSet: KubeObject;
  readonly replicas: number;
}

/**
 * The bounds that `maxSurge` and `maxUnavailable` (numbers or percentages, 25% by default) set: a surge is rounded up, what
 * may be unavailable down, and if both come to nothing one Pod may be unavailable.
 */
export function rollingBounds(deployment: KubeObject): RollingBounds {
  const replicas = replicasOf(deployment);
  const setting = (name: string): Json => at(deployment, "spec", "strategy", "rollingUpdate", name) ?? "25%";
  const surge = resolve(setting("maxSurge"), replicas, Math.ceil);
  const unavailable = resolve(setting("maxUnavailable"), replicas, Math.floor);
  const lacking = Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable);
  return { replicas, most: replicas + surge, leastAvailable: replicas - lacking };
}

/** How many replicas an object's spec asks for. */
export function replicasOf(object: KubeObject): number {
  return numberAt(object, "spec", "replicas") ?? 1;
}

/** How many Pods of a ReplicaSet are available, by its status. */
export function availableOf(replicaSet: KubeObject): number {
  return numberAt(replicaSet, "status", "availableReplicas") ?? 0;
}

/** How many replicas the newest ReplicaSet may have beside the others. */
export function newestReplicas(bounds: RollingBounds, newest: number, others: number): number {
  if (newest > bounds.replicas) return bounds.replicas;
  return newest + Math.max(0, Math.min(bounds.most - newest - others, bounds.replicas - newest));
}

/**
 * Which of the older ReplicaSets (oldest first) are to be made smaller now: first by replicas that are not available
 * anyway, then by as many others as the available ones, those of the newest included, are more than needed.
 */
export function shrinkOlder(
  bounds: RollingBounds,
  newest: KubeObject | undefined,
  older: readonly KubeObject[],
): readonly Scaling[] {
  const all = newest === undefined ? older : [...older, newest];
  const total = sum(all, replicasOf);
  const unavailable = newest === undefined ? 0 : Math.max(0, replicasOf(newest) - availableOf(newest));
  let spare = total - bounds.leastAvailable - unavailable;
  const targets = new Map(older.map((replicaSet) => [replicaSet, replicasOf(replicaSet)]));
  const shrink = (replicaSet: KubeObject, by: number): void => {
    targets.set(replicaSet, (targets.get(replicaSet) ?? 0) - by);
    spare -= by;
  };
  for (const replicaSet of older)
    shrink(replicaSet, clamp(replicasOf(replicaSet) - availableOf(replicaSet), 0, Math.max(0, spare)));
  spare = Math.min(spare, sum(all, availableOf) - bounds.leastAvailable);
  for (const replicaSet of older) shrink(replicaSet, clamp(targets.get(replicaSet) ?? 0, 0, Math.max(0, spare)));
  return [...targets].flatMap(([replicaSet, replicas]) =>
    replicas === replicasOf(replicaSet) ? [] : [{ replicaSet, replicas }],
  );
}

function resolve(setting: Json, replicas: number, round: (value: number) => number): number {
  if (typeof setting === "number") return setting;
  const percent = /^(\d+)%$/.exec(typeof setting === "string" ? setting : "")?.[1];
  return percent === undefined ? 0 : round((Number(percent) * replicas) / 100);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function sum(objects: readonly KubeObject[], of: (object: KubeObject) => number): number {
  return objects.reduce((total, object) => total + of(object), 0);
}
