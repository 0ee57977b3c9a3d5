import type { Schema } from "../schema.js";
import { about, bool, int32, int64, intOrString, keyed, listOf, or, struct, text, time } from "./notation.js";
import { podTemplateSpec } from "./pods.js";
import { labelSelector } from "./selectors.js";
import { persistentVolumeClaim } from "./volumes.js";

const rollingUpdateDeployment: Schema = struct({
  maxSurge: about(intOrString, "How many Pods, or what share, may be there above replicas."),
  maxUnavailable: about(intOrString, "How many Pods, or what share, may be missing."),
});

const deploymentStrategy: Schema = struct({
  rollingUpdate: rollingUpdateDeployment,
  type: about(or(text, "RollingUpdate"), "RollingUpdate or Recreate."),
});

const deploymentSpec: Schema = struct(
  {
    minReadySeconds: about(int32, "How long a new Pod must be ready to count as available."),
    paused: about(bool, "Whether changes of the template wait."),
    progressDeadlineSeconds: about(or(int32, 600), "Seconds without progress after which it counts as failed."),
    replicas: about(or(int32, 1), "How many Pods."),
    revisionHistoryLimit: about(or(int32, 10), "How many old ReplicaSets are kept."),
    selector: about(labelSelector, "Labels of its Pods. It cannot be changed."),
    strategy: about(or(deploymentStrategy, {}), "How old Pods are replaced by new ones."),
    template: about(or(podTemplateSpec, {}), "What its Pods are."),
  },
  { required: ["selector", "template"], description: "What the Deployment runs, and how it is changed." },
);

const deploymentCondition: Schema = struct(
  { lastTransitionTime: time, lastUpdateTime: time, message: text, reason: text, status: text, type: text },
  { required: ["type", "status"] },
);

const deploymentStatus: Schema = struct({
  availableReplicas: about(int32, "Pods that have been ready for minReadySeconds."),
  collisionCount: int32,
  conditions: about(keyed(deploymentCondition, "type"), "What holds now: Available, Progressing, ReplicaFailure."),
  observedGeneration: about(int64, "The generation that the status was made from."),
  readyReplicas: about(int32, "Pods that are ready."),
  replicas: about(int32, "Pods there are."),
  terminatingReplicas: int32,
  unavailableReplicas: about(int32, "Pods that are missing or not available."),
  updatedReplicas: about(int32, "Pods of the present template."),
});

/** Keeps a number of equal Pods running, and replaces them step by step. */
export const deployment: Schema = struct(
  { spec: or(deploymentSpec, {}), status: or(deploymentStatus, {}) },
  { description: "Keeps a number of equal Pods running, and replaces them step by step." },
);

const replicaSetSpec: Schema = struct(
  {
    minReadySeconds: int32,
    replicas: about(or(int32, 1), "How many Pods."),
    selector: about(labelSelector, "Labels of its Pods. It cannot be changed."),
    template: about(or(podTemplateSpec, {}), "What its Pods are."),
  },
  { required: ["selector"] },
);

const replicaSetCondition: Schema = struct(
  { lastTransitionTime: time, message: text, reason: text, status: text, type: text },
  { required: ["type", "status"] },
);

const replicaSetStatus: Schema = struct(
  {
    availableReplicas: int32,
    conditions: keyed(replicaSetCondition, "type"),
    fullyLabeledReplicas: int32,
    observedGeneration: int64,
    readyReplicas: int32,
    replicas: int32,
    terminatingReplicas: int32,
  },
  { required: ["replicas"] },
);

/** Keeps a number of equal Pods running. */
export const replicaSet: Schema = struct(
  { spec: or(replicaSetSpec, {}), status: or(replicaSetStatus, {}) },
  { description: "Keeps a number of equal Pods running." },
);

const statefulSetOrdinals: Schema = struct({ start: int32 });

const statefulSetPersistentVolumeClaimRetentionPolicy: Schema = struct({
  whenDeleted: or(text, "Retain"),
  whenScaled: or(text, "Retain"),
});

const rollingUpdateStatefulSetStrategy: Schema = struct({ maxUnavailable: intOrString, partition: int32 });

const statefulSetUpdateStrategy: Schema = struct({
  rollingUpdate: rollingUpdateStatefulSetStrategy,
  type: or(text, "RollingUpdate"),
});

const statefulSetSpec: Schema = struct(
  {
    minReadySeconds: int32,
    ordinals: statefulSetOrdinals,
    persistentVolumeClaimRetentionPolicy: statefulSetPersistentVolumeClaimRetentionPolicy,
    podManagementPolicy: about(or(text, "OrderedReady"), "OrderedReady, or Parallel."),
    replicas: about(or(int32, 1), "How many Pods."),
    revisionHistoryLimit: or(int32, 10),
    selector: labelSelector,
    serviceName: about(text, "The headless Service that gives its Pods their names."),
    template: or(podTemplateSpec, {}),
    updateStrategy: or(statefulSetUpdateStrategy, {}),
    volumeClaimTemplates: about(listOf(persistentVolumeClaim), "Claims that each Pod gets for itself."),
  },
  { required: ["selector", "template"] },
);

const statefulSetCondition: Schema = struct(
  { lastTransitionTime: time, message: text, reason: text, status: text, type: text },
  { required: ["type", "status"] },
);

const statefulSetStatus: Schema = struct(
  {
    availableReplicas: int32,
    collisionCount: int32,
    conditions: keyed(statefulSetCondition, "type"),
    currentReplicas: int32,
    currentRevision: text,
    observedGeneration: int64,
    readyReplicas: int32,
    replicas: int32,
    updateRevision: text,
    updatedReplicas: int32,
  },
  { required: ["replicas"] },
);

/** Keeps Pods with names and volumes of their own running. */
export const statefulSet: Schema = struct(
  { spec: or(statefulSetSpec, {}), status: or(statefulSetStatus, {}) },
  { description: "Keeps Pods with names and volumes of their own running." },
);

const rollingUpdateDaemonSet: Schema = struct({ maxSurge: intOrString, maxUnavailable: intOrString });

const daemonSetUpdateStrategy: Schema = struct({
  rollingUpdate: rollingUpdateDaemonSet,
  type: or(text, "RollingUpdate"),
});

const daemonSetSpec: Schema = struct(
  {
    minReadySeconds: int32,
    revisionHistoryLimit: or(int32, 10),
    selector: labelSelector,
    template: or(podTemplateSpec, {}),
    updateStrategy: or(daemonSetUpdateStrategy, {}),
  },
  { required: ["selector", "template"] },
);

const daemonSetCondition: Schema = struct(
  { lastTransitionTime: time, message: text, reason: text, status: text, type: text },
  { required: ["type", "status"] },
);

const daemonSetStatus: Schema = struct(
  {
    collisionCount: int32,
    conditions: keyed(daemonSetCondition, "type"),
    currentNumberScheduled: int32,
    desiredNumberScheduled: int32,
    numberAvailable: int32,
    numberMisscheduled: int32,
    numberReady: int32,
    numberUnavailable: int32,
    observedGeneration: int64,
    updatedNumberScheduled: int32,
  },
  { required: ["currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"] },
);

/** Keeps one Pod on every node running. */
export const daemonSet: Schema = struct(
  { spec: or(daemonSetSpec, {}), status: or(daemonSetStatus, {}) },
  { description: "Keeps one Pod on every node running." },
);
