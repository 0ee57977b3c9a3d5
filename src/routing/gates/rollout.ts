import { numberAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import { conditionOf, sinceOf } from "./conditions.js";
import { counted } from "./counted.js";
import { behind } from "./general.js";
import type { Finding, Gate } from "./verdict.js";
import { notReady, ready } from "./verdict.js";

/**
 * Argo Rollouts writes observedGeneration as text. Releases before 1.0 wrote a hash of the spec there, which says
 * nothing.
 */
const age: Gate = {
  name: "rollout age",
  needsStatus: false,
  judge(input) {
    const text = stringAt(input.object, "status", "observedGeneration") ?? "";
    if (input.generation === undefined || !/^\d{1,15}$/.test(text)) return undefined;
    const observed = Number(text);
    if (observed >= input.generation) return ready("StatusCurrent", "its status belongs to its spec");
    return behind(input, observed, input.generation, "status.observedGeneration");
  },
};

/**
 * A Rollout serves with one available replica while its phase is Healthy or Paused, on a version that carries traffic
 * also while it is Progressing: the stable replicas serve. Degraded is what Argo Rollouts has given up on.
 */
const phase: Gate = {
  name: "rollout phase",
  needsStatus: true,
  judge({ object, carrying }): Finding {
    const value = stringAt(object, "status", "phase") ?? "";
    const more = { field: "status.phase", value: value === "" ? "absent" : value };
    switch (value) {
      case "":
        return notReady("PhaseMissing", "its status has no phase", more);
      case "Healthy":
      case "Paused":
        return ready("PhaseServing", `its phase is ${value}`, more);
      case "Progressing":
        return carrying
          ? ready("PhaseTolerated", "its phase is Progressing while replicas of it serve", more)
          : notReady("PhaseNotServing", `its phase is Progressing${saying(object)}`, more);
      default:
        return notReady("PhaseNotServing", `its phase is ${value}${saying(object)}`, more);
    }
  },
};

const available: Gate = {
  name: "rollout",
  needsStatus: true,
  judge: ({ object }) =>
    counted("status.availableReplicas", "available", numberAt(object, "status", "availableReplicas"), {
      ...sinceOf(conditionOf(object, "Available")),
    }),
};

function saying(object: KubeObject): string {
  const text = stringAt(object, "status", "message") ?? "";
  return text === "" ? "" : `: ${text.slice(0, 200)}`;
}

/** The rules for an Argo Rollout. They ask nothing of its template: one with a `workloadRef` has none. */
export const rolloutGates: readonly Gate[] = [age, available, phase];
