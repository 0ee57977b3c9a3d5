import type { JsonObject } from "../../../../src/base/json.js";
import type { ChartValues } from "./values.js";

/** By this annotation KServe tells models of ModelMesh from the others. */
export const modeAnnotation = "serving.kserve.io/deploymentMode";

/** What KServe writes as the status of an InferenceService; `since` is the transition time of its condition. */
export function modelStatus(values: ChartValues, name: string, ready: boolean, since: string): JsonObject {
  const condition = { type: "Ready", status: ready ? "True" : "False", lastTransitionTime: since };
  const states = ready ? { activeModelState: "Loaded", targetModelState: "Loaded" } : { targetModelState: "Loading" };
  const modelState = { transitionStatus: ready ? "UpToDate" : "InProgress", states };
  const common = { conditions: [condition], modelStatus: modelState };
  if (values.environment === "kserve-modelmesh-istio") return common;
  const revision = `${name}-predictor-00001`;
  const predictor = { latestCreatedRevision: revision, ...(ready ? { latestReadyRevision: revision } : {}) };
  return { ...common, components: { predictor } };
}
