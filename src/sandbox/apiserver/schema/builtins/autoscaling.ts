import type { Schema } from "../schema.js";
import { about, int32, int64, keyed, listOf, or, quantity, struct, text, time } from "./notation.js";
import { labelSelector } from "./selectors.js";

const hpaScalingPolicy: Schema = struct(
  { periodSeconds: int32, type: text, value: int32 },
  { required: ["type", "value", "periodSeconds"] },
);

const hpaScalingRules: Schema = struct({
  policies: listOf(hpaScalingPolicy),
  selectPolicy: text,
  stabilizationWindowSeconds: int32,
  tolerance: quantity,
});

const horizontalPodAutoscalerBehavior: Schema = struct({ scaleDown: hpaScalingRules, scaleUp: hpaScalingRules });

const metricTarget: Schema = struct(
  { averageUtilization: int32, averageValue: quantity, type: text, value: quantity },
  { required: ["type"] },
);

const containerResourceMetricSource: Schema = struct(
  { container: text, name: text, target: or(metricTarget, {}) },
  { required: ["name", "target", "container"] },
);

const metricIdentifier: Schema = struct({ name: text, selector: labelSelector }, { required: ["name"] });

const externalMetricSource: Schema = struct(
  { metric: or(metricIdentifier, {}), target: or(metricTarget, {}) },
  { required: ["metric", "target"] },
);

const crossVersionObjectReference: Schema = struct(
  { apiVersion: text, kind: text, name: text },
  { required: ["kind", "name"] },
);

const objectMetricSource: Schema = struct(
  {
    describedObject: or(crossVersionObjectReference, {}),
    metric: or(metricIdentifier, {}),
    target: or(metricTarget, {}),
  },
  { required: ["describedObject", "target", "metric"] },
);

const podsMetricSource: Schema = struct(
  { metric: or(metricIdentifier, {}), target: or(metricTarget, {}) },
  { required: ["metric", "target"] },
);

const resourceMetricSource: Schema = struct(
  { name: text, target: or(metricTarget, {}) },
  { required: ["name", "target"] },
);

const metricSpec: Schema = struct(
  {
    containerResource: containerResourceMetricSource,
    external: externalMetricSource,
    object: objectMetricSource,
    pods: podsMetricSource,
    resource: resourceMetricSource,
    type: text,
  },
  { required: ["type"] },
);

const horizontalPodAutoscalerSpec: Schema = struct(
  {
    behavior: horizontalPodAutoscalerBehavior,
    maxReplicas: about(int32, "Greatest number of Pods."),
    metrics: about(listOf(metricSpec), "What the load is measured by."),
    minReplicas: about(or(int32, 1), "Least number of Pods."),
    scaleTargetRef: about(or(crossVersionObjectReference, {}), "What is scaled."),
  },
  { required: ["scaleTargetRef", "maxReplicas"] },
);

const horizontalPodAutoscalerCondition: Schema = struct(
  { lastTransitionTime: time, message: text, reason: text, status: text, type: text },
  { required: ["type", "status"] },
);

const metricValueStatus: Schema = struct({ averageUtilization: int32, averageValue: quantity, value: quantity });

const containerResourceMetricStatus: Schema = struct(
  { container: text, current: or(metricValueStatus, {}), name: text },
  { required: ["name", "current", "container"] },
);

const externalMetricStatus: Schema = struct(
  { current: or(metricValueStatus, {}), metric: or(metricIdentifier, {}) },
  { required: ["metric", "current"] },
);

const objectMetricStatus: Schema = struct(
  {
    current: or(metricValueStatus, {}),
    describedObject: or(crossVersionObjectReference, {}),
    metric: or(metricIdentifier, {}),
  },
  { required: ["metric", "current", "describedObject"] },
);

const podsMetricStatus: Schema = struct(
  { current: or(metricValueStatus, {}), metric: or(metricIdentifier, {}) },
  { required: ["metric", "current"] },
);

const resourceMetricStatus: Schema = struct(
  { current: or(metricValueStatus, {}), name: text },
  { required: ["name", "current"] },
);

const metricStatus: Schema = struct(
  {
    containerResource: containerResourceMetricStatus,
    external: externalMetricStatus,
    object: objectMetricStatus,
    pods: podsMetricStatus,
    resource: resourceMetricStatus,
    type: text,
  },
  { required: ["type"] },
);

const horizontalPodAutoscalerStatus: Schema = struct(
  {
    conditions: keyed(horizontalPodAutoscalerCondition, "type"),
    currentMetrics: listOf(metricStatus),
    currentReplicas: int32,
    desiredReplicas: int32,
    lastScaleTime: time,
    observedGeneration: int64,
  },
  { required: ["desiredReplicas"] },
);

/** Changes the number of Pods with their load. */
export const horizontalPodAutoscaler: Schema = struct(
  { spec: or(horizontalPodAutoscalerSpec, {}), status: or(horizontalPodAutoscalerStatus, {}) },
  { required: ["spec"], description: "Changes the number of Pods with their load." },
);
