import type { JsonObject } from "../../base/json.js";
import { numberAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import { conditionsAt } from "./condition.js";
import type { Progress, StandInOptions } from "./standIn.js";
import { StandIn } from "./standIn.js";

const resource = { group: "argoproj.io", version: "v1alpha1", resource: "rollouts" };

/** The status of Argo Rollouts, without Pods: a new template is Progressing while the former replicas stay available. */
export class Rollouts extends StandIn {
  constructor(options: StandInOptions) {
    super(options, { resource, status });
  }
}

function status(rollout: KubeObject, { generation, up, ready, now }: Progress): JsonObject {
  const replicas = numberAt(rollout, "spec", "replicas") ?? 1;
  const available = up > 0 && ready ? replicas : 0;
  const healthy = up === generation && available === replicas;
  return {
    phase: healthy ? "Healthy" : "Progressing",
    ...(healthy ? {} : { message: "more replicas need to be updated" }),
    observedGeneration: String(generation),
    replicas,
    updatedReplicas: up === generation ? replicas : 0,
    readyReplicas: available,
    availableReplicas: available,
    conditions: conditionsAt(rollout, now, [
      { type: "Available", status: available > 0 ? "True" : "False", reason: "AvailableReason" },
      { type: "Healthy", status: healthy ? "True" : "False", reason: "RolloutHealthy" },
      { type: "Progressing", status: "True", reason: healthy ? "NewReplicaSetAvailable" : "ReplicaSetUpdated" },
    ]).map((condition) => ({ message: "", lastUpdateTime: condition.lastTransitionTime, ...condition })),
  };
}
