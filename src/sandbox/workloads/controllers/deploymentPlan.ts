import type { JsonObject } from "../../../base/json.js";
import { at, numberAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import { isComplete } from "./deploymentStatus.js";
import type { Family } from "./revisions.js";
import { beyondHistory, newReplicaSet, nextRevision, revisionOf } from "./revisions.js";
import type { Scaling } from "./rollingUpdate.js";
import { newestReplicas, replicasOf, rollingBounds, shrinkOlder } from "./rollingUpdate.js";

/** What a Deployment needs next; every change of its ReplicaSets leads to a new look. */
export type DeploymentStep =
  | { readonly type: "create"; readonly body: JsonObject }
  | { readonly type: "revise"; readonly replicaSet: KubeObject; readonly revision: number }
  | { readonly type: "scale"; readonly scalings: readonly Scaling[] }
  | { readonly type: "forget"; readonly replicaSets: readonly KubeObject[] }
  | { readonly type: "nothing" };

const nothing: DeploymentStep = { type: "nothing" };

/**
 * The next step of a Deployment: a ReplicaSet for its present template, which grows as the older ones shrink, within
 * `maxSurge` and `maxUnavailable`; or, with the strategy Recreate, once no Pod of the older ones is left. `olderPods` says
 * how many of those there are, ending ones included. A paused Deployment is only scaled, and only while one ReplicaSet
 * has Pods. A deleted one does nothing: what it made is the garbage collector's.
 */
export function planDeployment(deployment: KubeObject, family: Family, olderPods: number): DeploymentStep {
  if (deployment.metadata.deletionTimestamp !== undefined) return nothing;
  if (at(deployment, "spec", "paused") === true) return scalePaused(deployment, family);
  const { newest, older } = family;
  const revision = nextRevision(older);
  if (newest !== undefined && revisionOf(newest) < revision) return { type: "revise", replicaSet: newest, revision };
  const step =
    stringAt(deployment, "spec", "strategy", "type") === "Recreate"
      ? recreate(deployment, family, revision, olderPods)
      : roll(deployment, family, revision);
  if (step.type !== "nothing" || !isComplete(deployment)) return step;
  const replicaSets = beyondHistory(deployment, older);
  return replicaSets.length === 0 ? nothing : { type: "forget", replicaSets };
}

function roll(deployment: KubeObject, { newest, older }: Family, revision: number): DeploymentStep {
  const bounds = rollingBounds(deployment);
  const others = older.reduce((sum, replicaSet) => sum + replicasOf(replicaSet), 0);
  const replicas = newestReplicas(bounds, newest === undefined ? 0 : replicasOf(newest), others);
  if (newest === undefined) return { type: "create", body: newReplicaSet(deployment, { replicas, revision, bounds }) };
  if (replicas !== replicasOf(newest)) return { type: "scale", scalings: [{ replicaSet: newest, replicas }] };
  return scale(shrinkOlder(bounds, newest, older));
}

function recreate(
  deployment: KubeObject,
  { newest, older }: Family,
  revision: number,
  olderPods: number,
): DeploymentStep {
  const bounds = rollingBounds(deployment);
  const shrinking = older.filter((replicaSet) => replicasOf(replicaSet) > 0);
  if (shrinking.length > 0) return scale(shrinking.map((replicaSet) => ({ replicaSet, replicas: 0 })));
  const isBlocked = olderPods > 0 || older.some((each) => (numberAt(each, "status", "replicas") ?? 0) > 0);
  if (isBlocked) return nothing;
  const { replicas } = bounds;
  if (newest === undefined) return { type: "create", body: newReplicaSet(deployment, { replicas, revision, bounds }) };
  return scale(replicas === replicasOf(newest) ? [] : [{ replicaSet: newest, replicas }]);
}

function scalePaused(deployment: KubeObject, { newest, older }: Family): DeploymentStep {
  const sized = [...older, ...(newest === undefined ? [] : [newest])].filter((each) => replicasOf(each) > 0);
  const [only] = sized.length === 0 && newest !== undefined ? [newest] : sized;
  const replicas = replicasOf(deployment);
  if (only === undefined || sized.length > 1 || replicasOf(only) === replicas) return nothing;
  return { type: "scale", scalings: [{ replicaSet: only, replicas }] };
}

function scale(scalings: readonly Scaling[]): DeploymentStep {
  return scalings.length === 0 ? nothing : { type: "scale", scalings };
}
