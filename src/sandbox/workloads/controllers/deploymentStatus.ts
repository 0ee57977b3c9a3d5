import type { JsonObject } from "../../../base/json.js";
import { arrayAt, at, numberAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import { counted } from "./replicaSetPlan.js";
import type { Family } from "./revisions.js";
import { rollingBounds } from "./rollingUpdate.js";

/** Numbers of Pods of a Deployment. */
interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

/** A status, and in how many milliseconds it says that progress takes too long if nothing happens. */
export interface DeploymentStatus {
  readonly status: JsonObject;
  readonly again?: number;
}

interface Said {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  /** Whether something moved, which starts the deadline of progress anew. */
  readonly moved?: boolean;
}

const completed = "NewReplicaSetAvailable";
const deadlineExceeded = "ProgressDeadlineExceeded";

/** The status of a Deployment by the statuses of its ReplicaSets. `now` is wall time in milliseconds. */
export function deploymentStatus(deployment: KubeObject, family: Family, now: number): DeploymentStatus {
  const all = family.newest === undefined ? family.older : [...family.older, family.newest];
  const total = (name: string): number => all.reduce((sum, each) => sum + (numberAt(each, "status", name) ?? 0), 0);
  const counts: Counts = {
    replicas: total("replicas"),
    updated: numberAt(family.newest, "status", "replicas") ?? 0,
    ready: total("readyReplicas"),
    available: total("availableReplicas"),
  };
  const bounds = rollingBounds(deployment);
  const progress = progressing(deployment, family, counts, now);
  const collisions = numberAt(deployment, "status", "collisionCount");
  const status = {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...counted("replicas", counts.replicas),
    ...counted("updatedReplicas", counts.updated),
    ...counted("readyReplicas", counts.ready),
    ...counted("availableReplicas", counts.available),
    ...counted("unavailableReplicas", Math.max(0, bounds.replicas - counts.available)),
    ...(collisions === undefined ? {} : { collisionCount: collisions }),
    conditions: [
      condition(deployment, "Available", availability(counts.available >= bounds.leastAvailable), now),
      condition(deployment, "Progressing", progress, now),
    ],
  };
  return { status, ...untilDeadline(deployment, progress, now) };
}

/** Whether all Pods are of the present template and available, and no others are left. */
export function isComplete(deployment: KubeObject): boolean {
  const { replicas } = rollingBounds(deployment);
  const count = (name: string): number => numberAt(deployment, "status", name) ?? 0;
  return (
    ["updatedReplicas", "replicas", "availableReplicas"].every((name) => count(name) === replicas) &&
    count("observedGeneration") >= (deployment.metadata.generation ?? 1)
  );
}

function availability(isAvailable: boolean): Said {
  return isAvailable
    ? { status: "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability." }
    : {
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
}

function progressing(deployment: KubeObject, { newest }: Family, counts: Counts, now: number): Said {
  if (at(deployment, "spec", "paused") === true)
    return { status: "Unknown", reason: "DeploymentPaused", message: "Deployment is paused" };
  const { replicas } = rollingBounds(deployment);
  const last = conditionOf(deployment, "Progressing");
  const lastReason = stringAt(last, "reason");
  const subject = newest === undefined ? "ReplicaSet" : `ReplicaSet "${newest.metadata.name}"`;
  const isDone = [counts.replicas, counts.updated, counts.available].every((count) => count === replicas);
  if (isDone || (lastReason === completed && counts.replicas === counts.updated))
    return { status: "True", reason: completed, message: `${subject} has successfully progressed.` };
  if (isMoving(deployment, counts) || last === undefined || lastReason === completed)
    return { status: "True", reason: "ReplicaSetUpdated", message: `${subject} is progressing.`, moved: true };
  const limit = progressDeadline(deployment);
  const since = Date.parse(stringAt(last, "lastUpdateTime") ?? "");
  if (lastReason === deadlineExceeded || (limit !== undefined && now - since >= limit))
    return { status: "False", reason: deadlineExceeded, message: `${subject} has timed out progressing.` };
  return { status: "True", reason: "ReplicaSetUpdated", message: `${subject} is progressing.` };
}

function isMoving(deployment: KubeObject, counts: Counts): boolean {
  const before = (name: string): number => numberAt(deployment, "status", name) ?? 0;
  return (
    counts.updated > before("updatedReplicas") ||
    counts.replicas - counts.updated < before("replicas") - before("updatedReplicas") ||
    counts.ready > before("readyReplicas") ||
    counts.available > before("availableReplicas")
  );
}

function untilDeadline(deployment: KubeObject, { reason, moved }: Said, now: number): { readonly again?: number } {
  const limit = progressDeadline(deployment);
  if (reason !== "ReplicaSetUpdated" || limit === undefined) return {};
  const since = Date.parse(stringAt(conditionOf(deployment, "Progressing"), "lastUpdateTime") ?? "");
  return { again: Math.max(0, moved === true || Number.isNaN(since) ? limit : since + limit - now) };
}

function progressDeadline(deployment: KubeObject): number | undefined {
  const seconds = numberAt(deployment, "spec", "progressDeadlineSeconds") ?? 600;
  return seconds >= 2_147_483_647 ? undefined : seconds * 1_000;
}

/** One that says what it said keeps its times, unless something moved. */
function condition(deployment: KubeObject, type: string, said: Said, now: number): JsonObject {
  const { moved, ...words } = said;
  const old = conditionOf(deployment, type);
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const isSame = stringAt(old, "status") === words.status && stringAt(old, "reason") === words.reason;
  const keeps = isSame && moved !== true && stringAt(old, "message") === words.message;
  const turned = stringAt(old, "status") === words.status ? stringAt(old, "lastTransitionTime") : undefined;
  return {
    type,
    ...words,
    lastUpdateTime: (keeps ? stringAt(old, "lastUpdateTime") : undefined) ?? time,
    lastTransitionTime: turned ?? time,
  };
}

function conditionOf(object: KubeObject, type: string) {
  return arrayAt(object, "status", "conditions").find((entry) => stringAt(entry, "type") === type);
}
