import type { Schema } from "../schema.js";
import { about, int32, int64, listOf, or, struct, text } from "./notation.js";
import { labelSelector } from "./selectors.js";

const nodeSelectorRequirement: Schema = struct(
  { key: text, operator: text, values: listOf(text) },
  { required: ["key", "operator"] },
);

const nodeSelectorTerm: Schema = struct(
  { matchExpressions: listOf(nodeSelectorRequirement), matchFields: listOf(nodeSelectorRequirement) },
  { atomic: true },
);

const preferredSchedulingTerm: Schema = struct(
  { preference: or(nodeSelectorTerm, {}), weight: int32 },
  { required: ["weight", "preference"] },
);

const nodeSelector: Schema = struct(
  { nodeSelectorTerms: listOf(nodeSelectorTerm) },
  { required: ["nodeSelectorTerms"], atomic: true },
);

const nodeAffinity: Schema = struct({
  preferredDuringSchedulingIgnoredDuringExecution: listOf(preferredSchedulingTerm),
  requiredDuringSchedulingIgnoredDuringExecution: nodeSelector,
});

const podAffinityTerm: Schema = struct(
  {
    labelSelector,
    matchLabelKeys: listOf(text),
    mismatchLabelKeys: listOf(text),
    namespaceSelector: labelSelector,
    namespaces: listOf(text),
    topologyKey: text,
  },
  { required: ["topologyKey"] },
);

const weightedPodAffinityTerm: Schema = struct(
  { podAffinityTerm: or(podAffinityTerm, {}), weight: int32 },
  { required: ["weight", "podAffinityTerm"] },
);

const podAffinity: Schema = struct({
  preferredDuringSchedulingIgnoredDuringExecution: listOf(weightedPodAffinityTerm),
  requiredDuringSchedulingIgnoredDuringExecution: listOf(podAffinityTerm),
});

const podAntiAffinity: Schema = struct({
  preferredDuringSchedulingIgnoredDuringExecution: listOf(weightedPodAffinityTerm),
  requiredDuringSchedulingIgnoredDuringExecution: listOf(podAffinityTerm),
});

export const affinity: Schema = struct({ nodeAffinity, podAffinity, podAntiAffinity });

export const podSchedulingGate: Schema = struct({ name: text }, { required: ["name"] });

export const toleration: Schema = struct({
  effect: about(text, "NoSchedule, PreferNoSchedule or NoExecute; empty means all."),
  key: about(text, "Key of the taint; empty with operator Exists means every taint."),
  operator: about(text, "Equal (the default) or Exists."),
  tolerationSeconds: about(int64, "How long a NoExecute taint is borne."),
  value: about(text, "Value of the taint."),
});

export const topologySpreadConstraint: Schema = struct(
  {
    labelSelector,
    matchLabelKeys: listOf(text),
    maxSkew: int32,
    minDomains: int32,
    nodeAffinityPolicy: text,
    nodeTaintsPolicy: text,
    topologyKey: text,
    whenUnsatisfiable: text,
  },
  { required: ["maxSkew", "topologyKey", "whenUnsatisfiable"] },
);
