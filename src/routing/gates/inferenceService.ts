import { stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import { deploymentModeOf, predictorRevisions } from "../kserve.js";
import { conditionOf, sinceOf } from "./conditions.js";
import { revisionGate } from "./revisions.js";
import type { Finding, Gate } from "./verdict.js";
import { notReady, ready } from "./verdict.js";

const stopAnnotation = "serving.kserve.io/stop";
const transition = "status.modelStatus.transitionStatus";
const lastFailure = ["status", "modelStatus", "lastFailureInfo"] as const;
const predictor = ["status", "components", "predictor"] as const;

/** KServe takes everything down that runs for an InferenceService with the annotation; `Stopped` says it has. */
const stopped: Gate = {
  name: "stopped",
  needsStatus: false,
  judge({ object }) {
    const value = object.metadata.annotations?.[stopAnnotation] ?? "";
    const field = `metadata.annotations[${stopAnnotation}]`;
    if (value.toLowerCase() === "true")
      return notReady("Stopped", `its annotation ${stopAnnotation} stops it`, { field, value });
    const condition = conditionOf(object, "Stopped");
    if (stringAt(condition, "status") !== "True") return undefined;
    const more = { field: "status.conditions[Stopped].status", value: "True", ...sinceOf(condition) };
    return notReady("Stopped", "KServe has stopped it", more);
  },
};

/**
 * What KServe says about loading the model, which `Ready` does not tell. Absent, it says nothing (releases before 0.8),
 * except in ModelMesh: there the Pods are ready whether this model is loaded or not.
 */
const model: Gate = {
  name: "model",
  needsStatus: true,
  judge({ object, carrying }) {
    const value = stringAt(object, "status", "modelStatus", "transitionStatus") ?? "";
    const more = { field: transition, value: value === "" ? "absent" : value };
    switch (value) {
      case "":
        if (deploymentModeOf(object) !== "ModelMesh") return undefined;
        return notReady("ModelStatusMissing", "ModelMesh has not said whether its model is loaded", more);
      case "UpToDate":
        return ready("ModelUpToDate", "its model is loaded", more);
      case "InProgress":
        return inProgress(object, carrying, more);
      case "BlockedByFailedLoad":
        return notReady("ModelFailedToLoad", `its model could not be loaded${failureOf(object)}`, more);
      case "InvalidSpec":
        return notReady("ModelSpecInvalid", `KServe refuses its predictor${failureOf(object)}`, more);
      default:
        return notReady("ModelNotUpToDate", `its model is ${value}, not UpToDate`, more);
    }
  },
};

function inProgress(object: KubeObject, carrying: boolean, more: Partial<Finding>): Finding {
  const target = stringAt(object, "status", "modelStatus", "states", "targetModelState") ?? "";
  if (target === "Pending" && isScaledToZero(object))
    return ready("ModelScaledToZero", "its model has no Pod and gets one with the first request", more);
  const active = stringAt(object, "status", "modelStatus", "states", "activeModelState") ?? "";
  if (carrying && (active === "Loaded" || active === "Standby") && target !== "FailedToLoad")
    return ready("ModelTolerated", "its former model serves while a newer one is loaded", more);
  return notReady("ModelInProgress", `its model is not loaded yet${target === "" ? "" : ` (${target})`}`, more);
}

/**
 * A predictor of Knative without Pods is reported as one that is only beginning: InProgress and Pending. That its newest
 * revision is ready tells them apart; Knative then holds requests until a Pod is up.
 */
function isScaledToZero(object: KubeObject): boolean {
  const { created, ready: last } = predictorRevisions(object);
  return deploymentModeOf(object) === "Serverless" && last !== undefined && created === last;
}

/** KServe keeps the last failure also after a success, so it is told only where the model did fail. */
function failureOf(object: KubeObject): string {
  const text = stringAt(object, ...lastFailure, "message") ?? stringAt(object, ...lastFailure, "reason") ?? "";
  return text === "" ? "" : `: ${text.slice(0, 200)}`;
}

/**
 * The rules for an InferenceService on top of its condition Ready. Its observedGeneration is that of what runs below it
 * and is never asked.
 */
export const inferenceServiceGates: readonly Gate[] = [
  stopped,
  model,
  revisionGate({ created: [...predictor, "latestCreatedRevision"], ready: [...predictor, "latestReadyRevision"] }),
];
