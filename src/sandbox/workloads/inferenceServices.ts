import type { JsonObject } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import type { Decided } from "./condition.js";
import { conditionsAt } from "./condition.js";
import { knativeProgress, revisionName } from "./knativeServices.js";
import type { Progress, StandInOptions } from "./standIn.js";
import { StandIn } from "./standIn.js";

/** What a stand-in for KServe is made of. */
export interface InferenceServicesOptions extends StandInOptions {
  /** Whether predictors are called `<name>-predictor-default`, as before KServe 0.11. */
  readonly isOld?: boolean;
}

const resource = { group: "serving.kserve.io", version: "v1beta1", resource: "inferenceservices" };
const services: GroupVersionResource = { group: "", version: "v1", resource: "services" };

/**
 * The status of KServe's InferenceServices, without Pods, in the mode of the annotation
 * `serving.kserve.io/deploymentMode` (default Serverless). In RawDeployment mode the predictor's Service is made too;
 * the garbage collector takes it away.
 */
export class InferenceServices extends StandIn {
  constructor(options: InferenceServicesOptions) {
    const ending = options.isOld === true ? "-predictor-default" : "-predictor";
    super(options, {
      resource,
      status: (object, progress) => statusOf(object, progress, object.metadata.name + ending),
      children: (object) => (modeOf(object) === "raw" ? [predictorService(object, object.metadata.name + ending)] : []),
    });
  }
}

function modeOf(object: KubeObject): "serverless" | "raw" | "modelMesh" {
  switch (object.metadata.annotations?.["serving.kserve.io/deploymentMode"]) {
    case "RawDeployment":
    case "Standard":
      return "raw";
    case "ModelMesh":
      return "modelMesh";
    default:
      return "serverless";
  }
}

function statusOf(object: KubeObject, progress: Progress, predictor: string): JsonObject {
  switch (modeOf(object)) {
    case "serverless":
      return serverless(object, progress, predictor);
    case "raw":
      return raw(object, progress, predictor);
    case "modelMesh":
      return modelMesh(object, progress);
  }
}

/** Its observedGeneration is that of the Knative Service below, which knows nothing of generations up here. */
function serverless(object: KubeObject, progress: Progress, predictor: string): JsonObject {
  const { name, namespace = "" } = object.metadata;
  const { up, generation, now } = progress;
  const { newest, routes } = knativeProgress(progress);
  const host = (service: string): string => `http://${service}.${namespace}`;
  const served = {
    latestReadyRevision: revisionName(predictor, up),
    latestRolledoutRevision: revisionName(predictor, up),
    traffic: [{ latestRevision: true, percent: 100, revisionName: revisionName(predictor, up) }],
    url: `${host(predictor)}.example.com`,
    address: { url: `${host(predictor)}.svc.cluster.local` },
  };
  const latestCreatedRevision = revisionName(predictor, generation);
  const newestTypes = ["LatestDeploymentReady", "PredictorConfigurationReady", "PredictorReady", "Ready"];
  const routeTypes = ["IngressReady", "PredictorRouteReady", "RoutesReady"];
  return {
    observedGeneration: 1,
    ...(up > 0 ? { url: `${host(name)}.example.com`, address: { url: `${host(name)}.svc.cluster.local` } } : {}),
    components: { predictor: { latestCreatedRevision, ...(up > 0 ? served : {}) } },
    modelStatus: modelStatus(progress),
    conditions: conditionsAt(object, now, [
      ...newestTypes.map((type) => ({ type, ...newest })),
      ...routeTypes.map((type) => ({ type, ...routes })),
    ]),
  };
}

function raw(object: KubeObject, progress: Progress, predictor: string): JsonObject {
  const { name, namespace = "" } = object.metadata;
  const { up, generation, ready, now } = progress;
  const available = availability(up > 0, ready);
  const address = { url: `http://${predictor}.${namespace}.svc.cluster.local` };
  return {
    observedGeneration: 1,
    deploymentMode: "RawDeployment",
    ...(up > 0 ? { url: `http://${name}-${namespace}.example.com`, address } : {}),
    components: {
      predictor: {
        latestCreatedRevision: String(generation),
        ...(up > 0 ? { url: `http://${predictor}-${namespace}.example.com` } : {}),
      },
    },
    modelStatus: modelStatus(progress),
    conditions: conditionsAt(object, now, [
      { type: "IngressReady", status: up > 0 ? "True" : "Unknown" },
      { type: "PredictorReady", ...available },
      { type: "Ready", ...available },
    ]),
  };
}

/** Ready follows the model that is active, also while a newer one cannot be loaded. */
function modelMesh(object: KubeObject, { up, ...progress }: Progress): JsonObject {
  const { namespace = "" } = object.metadata;
  const active = availability(up > 0, true);
  const grpcUrl = `grpc://modelmesh-serving.${namespace}:8033`;
  const predictor = { url: grpcUrl, grpcUrl, restUrl: `http://modelmesh-serving.${namespace}:8008` };
  return {
    ...(up > 0 ? { url: grpcUrl, components: { predictor } } : {}),
    modelStatus: modelStatus({ up, ...progress }),
    conditions: conditionsAt(object, progress.now, [
      { type: "PredictorReady", ...active },
      { type: "Ready", ...active },
    ]),
  };
}

/** Of a Deployment: replicas of the former template stay until those of the newest are up. */
function availability(isUp: boolean, ready: boolean): Omit<Decided, "type"> {
  if (isUp && ready) return { status: "True" };
  return { status: "False", reason: "MinimumReplicasUnavailable", message: "no replica answers" };
}

function modelStatus({ generation, up, ready }: Progress): JsonObject {
  const activeModelState = up > 0 ? "Loaded" : "";
  if (up === generation && ready)
    return {
      transitionStatus: "UpToDate",
      states: { activeModelState, targetModelState: "Loaded" },
      copies: { failedCopies: 0, totalCopies: 1 },
    };
  if (ready) return { transitionStatus: "InProgress", states: { activeModelState, targetModelState: "Loading" } };
  return {
    transitionStatus: "BlockedByFailedLoad",
    states: { activeModelState, targetModelState: "FailedToLoad" },
    lastFailureInfo: { reason: "ModelLoadFailed", message: "the model cannot be read" },
  };
}

function predictorService(
  object: KubeObject,
  name: string,
): { readonly resource: GroupVersionResource; readonly body: JsonObject } {
  const { apiVersion, kind, metadata } = object;
  const owner = {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  const app = `isvc.${name}`;
  return {
    resource: services,
    body: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, labels: { app }, ownerReferences: [owner] },
      spec: { selector: { app }, ports: [{ name, port: 80, targetPort: 8080, protocol: "TCP" }] },
    },
  };
}
