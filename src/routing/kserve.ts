import { stringAt } from "../base/json.js";
import type { KubeObject } from "../kube/object.js";
import { serviceOfHost } from "./reader/backend.js";
import type { DeploymentMode } from "./routeSpec.js";

/** Both the names that KServe gives its modes today and those it gave them before. */
const modes: ReadonlyMap<string, DeploymentMode> = new Map([
  ["Serverless", "Serverless"],
  ["Knative", "Serverless"],
  ["RawDeployment", "RawDeployment"],
  ["Standard", "RawDeployment"],
  ["ModelMesh", "ModelMesh"],
]);

const modeAnnotation = "serving.kserve.io/deploymentMode";
const modelMeshPort = 8033;

/**
 * How KServe runs an InferenceService; undefined where nothing tells.
 *
 * `status.deploymentMode` goes before the annotation, as in KServe, which never changes the mode of what it runs. Where
 * both are silent the predictor's revisions tell: Knative's have names; a Deployment's are numbers. ModelMesh leaves
 * no such hint.
 */
export function deploymentModeOf(object: KubeObject | undefined): DeploymentMode | undefined {
  return (
    modes.get(stringAt(object, "status", "deploymentMode") ?? "") ??
    modes.get(object?.metadata.annotations?.[modeAnnotation] ?? "") ??
    hintedMode(object)
  );
}

function hintedMode(object: KubeObject | undefined): DeploymentMode | undefined {
  const { created, ready } = predictorRevisions(object);
  const revision = ready ?? created;
  if (revision === undefined) return undefined;
  return /^\d+$/.test(revision) ? "RawDeployment" : "Serverless";
}

/** The predictor's newest revision and the one that was ready last; "" counts as absent. */
export function predictorRevisions(object: KubeObject | undefined): {
  readonly created: string | undefined;
  readonly ready: string | undefined;
} {
  const named = (field: string): string | undefined =>
    stringAt(object, "status", "components", "predictor", field) || undefined;
  return { created: named("latestCreatedRevision"), ready: named("latestReadyRevision") };
}

/**
 * Name of the Service (Knative's or Kubernetes') of the predictor of the InferenceService `name`: `<name>-predictor`,
 * or `<name>-predictor-default` where KServe before 0.11 made it; later releases keep the old one's name. Read from the
 * first address in the status that can mean only one of the two; `<name>-predictor` where none does.
 */
export function predictorOf(object: KubeObject | undefined, name: string): string {
  const today = `${name}-predictor`;
  const namespace = object?.metadata.namespace ?? "";
  const urls = [
    stringAt(object, "status", "components", "predictor", "address", "url"),
    stringAt(object, "status", "address", "url"),
    stringAt(object, "status", "components", "predictor", "url"),
  ];
  const old = `${today}-default`;
  for (const url of urls) {
    const form = formOf(hostOf(url)?.host ?? "", namespace, today, old);
    if (form !== undefined) return form;
  }
  return today;
}

/** Which of the two names a host means: "<name>.<namespace>…", or "<name>-<namespace>.<domain>" of an Ingress. */
function formOf(host: string, namespace: string, today: string, old: string): string | undefined {
  const [first, second, third] = host.split(".");
  if (first === today) return today;
  if (first === `${old}-${namespace}`) return old;
  // In a namespace called "default" an Ingress's host for today's name begins like the old name.
  if (namespace === "default") return first === old && second === namespace && third === "svc" ? old : undefined;
  if (first === old && second === namespace) return old;
  return first === `${today}-${namespace}` ? today : undefined;
}

/**
 * The Service that answers for every model of ModelMesh, from a gRPC URL in the status such as
 * "grpc://modelmesh-serving.ns:8033"; undefined where there is none. Ask only for InferenceServices in that mode.
 */
export function modelMeshOf(
  object: KubeObject | undefined,
): { readonly namespace: string; readonly name: string; readonly port: number } | undefined {
  const urls = [
    stringAt(object, "status", "components", "predictor", "grpcUrl"),
    stringAt(object, "status", "components", "predictor", "url"),
    stringAt(object, "status", "url"),
  ];
  for (const url of urls) {
    const found = hostOf(url);
    if (found?.scheme !== "grpc" && found?.scheme !== "grpcs") continue;
    const service = serviceOfHost(found.host, object?.metadata.namespace ?? "");
    if (service !== undefined && service.namespace !== "") return { ...service, port: found.port ?? modelMeshPort };
  }
  return undefined;
}

interface Address {
  readonly scheme: string;
  readonly host: string;
  readonly port?: number;
}

function hostOf(url: string | undefined): Address | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (parsed.hostname === "") return undefined;
  const port = parsed.port === "" ? {} : { port: Number(parsed.port) };
  return { scheme: parsed.protocol.replace(/:$/, ""), host: parsed.hostname.toLowerCase(), ...port };
}
