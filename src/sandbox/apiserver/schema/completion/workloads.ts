import type { JsonObject } from "../../../../base/json.js";
import { objectAt } from "../../../../base/json.js";
import { change, changeItems, withMissing } from "./members.js";
import { completePodSpec } from "./pods.js";

const templateSpec = ["spec", "template", "spec"];

/** A Deployment: a rolling update replaces a quarter at a time. */
export function completeDeployment(deployment: JsonObject): JsonObject {
  return change(change(deployment, templateSpec, completePodSpec), ["spec", "strategy"], (strategy) =>
    rolling(strategy, { maxUnavailable: "25%", maxSurge: "25%" }),
  );
}

/** A ReplicaSet has the labels of its Pods unless it has labels. */
export function completeReplicaSet(replicaSet: JsonObject): JsonObject {
  const labels = objectAt(replicaSet, "spec", "template", "metadata", "labels");
  const complete = change(replicaSet, templateSpec, completePodSpec);
  if (Object.keys(labels).length === 0) return complete;
  return change(complete, ["metadata"], (metadata) => withMissing(metadata, { labels }));
}

/** A StatefulSet: all Pods follow an update; claims are volumes with a file system. */
export function completeStatefulSet(statefulSet: JsonObject): JsonObject {
  const complete = change(statefulSet, templateSpec, completePodSpec);
  const updated = change(complete, ["spec", "updateStrategy"], (strategy) => rolling(strategy, { partition: 0 }));
  return change(updated, ["spec"], (spec) => {
    const retention = { whenDeleted: "Retain", whenScaled: "Retain" };
    const kept = withMissing(objectAt(spec, "persistentVolumeClaimRetentionPolicy"), retention);
    const claims = changeItems(spec, "volumeClaimTemplates", completeClaim);
    return { ...claims, persistentVolumeClaimRetentionPolicy: kept };
  });
}

/** A DaemonSet: one node at a time. */
export function completeDaemonSet(daemonSet: JsonObject): JsonObject {
  return change(change(daemonSet, templateSpec, completePodSpec), ["spec", "updateStrategy"], (strategy) =>
    rolling(strategy, { maxUnavailable: 1, maxSurge: 0 }),
  );
}

/** A Job runs one Pod to its end unless it says otherwise. */
export function completeJob(job: JsonObject): JsonObject {
  return change(change(job, templateSpec, completePodSpec), ["spec"], (spec) => {
    const counts = spec["completions"] === undefined && spec["parallelism"] === undefined ? { completions: 1 } : {};
    const replacement = spec["podFailurePolicy"] === undefined ? "TerminatingOrFailed" : "Failed";
    return withMissing(spec, { ...counts, parallelism: 1, podReplacementPolicy: replacement });
  });
}

function rolling(strategy: JsonObject, members: JsonObject): JsonObject {
  if (strategy["type"] !== "RollingUpdate") return strategy;
  return { ...strategy, rollingUpdate: withMissing(objectAt(strategy, "rollingUpdate"), members) };
}

function completeClaim(claim: JsonObject): JsonObject {
  const typed = withMissing(claim, { apiVersion: "v1", kind: "PersistentVolumeClaim" });
  return { ...typed, status: withMissing(objectAt(claim, "status"), { phase: "Pending" }) };
}
