import type { Schema } from "../schema.js";
import { about, int32, int64, intOrString, keyed, mapOf, or, struct, text, time } from "./notation.js";
import { condition, labelSelector } from "./selectors.js";

const podDisruptionBudgetSpec: Schema = struct({
  maxUnavailable: about(intOrString, "How many, or what share, may be missing."),
  minAvailable: about(intOrString, "How many, or what share, must stay."),
  selector: about(labelSelector, "The Pods."),
  unhealthyPodEvictionPolicy: text,
});

const podDisruptionBudgetStatus: Schema = struct({
  conditions: keyed(condition, "type"),
  currentHealthy: int32,
  desiredHealthy: int32,
  disruptedPods: mapOf(time),
  disruptionsAllowed: int32,
  expectedPods: int32,
  observedGeneration: int64,
});

/** How many Pods of a set may be evicted at a time. */
export const podDisruptionBudget: Schema = struct(
  { spec: or(podDisruptionBudgetSpec, {}), status: or(podDisruptionBudgetStatus, {}) },
  { description: "How many Pods of a set may be evicted at a time." },
);
