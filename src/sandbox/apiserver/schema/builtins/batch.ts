import type { Schema } from "../schema.js";
import { about, bool, int32, int64, listOf, or, setOf, struct, text, time } from "./notation.js";
import { podTemplateSpec } from "./pods.js";
import { labelSelector } from "./selectors.js";

const podFailurePolicyOnExitCodesRequirement: Schema = struct(
  { containerName: text, operator: text, values: setOf(int32) },
  { required: ["operator", "values"] },
);

const podFailurePolicyOnPodConditionsPattern: Schema = struct({ status: text, type: text }, { required: ["type"] });

const podFailurePolicyRule: Schema = struct(
  {
    action: text,
    onExitCodes: podFailurePolicyOnExitCodesRequirement,
    onPodConditions: listOf(podFailurePolicyOnPodConditionsPattern),
  },
  { required: ["action"] },
);

const podFailurePolicy: Schema = struct({ rules: listOf(podFailurePolicyRule) }, { required: ["rules"] });

const successPolicyRule: Schema = struct({ succeededCount: int32, succeededIndexes: text });

const successPolicy: Schema = struct({ rules: listOf(successPolicyRule) }, { required: ["rules"] });

const jobSpec: Schema = struct(
  {
    activeDeadlineSeconds: about(int64, "Seconds after which it is ended."),
    backoffLimit: about(or(int32, 6), "Retries before the Job counts as failed."),
    backoffLimitPerIndex: int32,
    completionMode: or(text, "NonIndexed"),
    completions: about(int32, "How many Pods must end well."),
    managedBy: text,
    manualSelector: bool,
    maxFailedIndexes: int32,
    parallelism: about(int32, "How many run at a time."),
    podFailurePolicy,
    podReplacementPolicy: text,
    selector: labelSelector,
    successPolicy,
    suspend: or(bool, false),
    template: about(or(podTemplateSpec, {}), "What its Pods are."),
    ttlSecondsAfterFinished: about(int32, "Seconds after which a finished Job is deleted."),
  },
  { required: ["template"] },
);

const jobCondition: Schema = struct(
  { lastProbeTime: time, lastTransitionTime: time, message: text, reason: text, status: text, type: text },
  { required: ["type", "status"] },
);

const uncountedTerminatedPods: Schema = struct({ failed: setOf(text), succeeded: setOf(text) });

const jobStatus: Schema = struct({
  active: int32,
  completedIndexes: text,
  completionTime: time,
  conditions: listOf(jobCondition, { mergeKey: "type" }),
  failed: int32,
  failedIndexes: text,
  ready: int32,
  startTime: time,
  succeeded: int32,
  terminating: int32,
  uncountedTerminatedPods,
});

/** Runs Pods until enough of them have ended well. */
export const job: Schema = struct(
  { spec: or(jobSpec, {}), status: or(jobStatus, {}) },
  { description: "Runs Pods until enough of them have ended well." },
);
