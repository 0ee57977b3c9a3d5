import type { JsonObject } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Problem } from "../problem.js";
import type { RouteSpec } from "../routeSpec.js";
import type { RoutedBackend, RoutedVersion } from "./facts.js";
import { unseenModel, withoutBackend } from "./gatewayTarget.js";
import { branchHeader, localGateway, predictorHost } from "./kserve.js";
import { servicePort } from "./servicePort.js";

/** How a VirtualService reaches a version. */
export interface IstioTarget {
  readonly destination: JsonObject;
  /** Request headers that tell the version where the destination does not. */
  readonly request?: Readonly<Record<string, string>>;
  /** Serverless KServe: the InferenceService and its Host, for the second way through the gateway. */
  readonly branch?: { readonly isvc: string; readonly host: string };
}

type InferenceService = Extract<RoutedBackend, { type: "inferenceService" }>;

const modelMeshServing = { namespace: "modelmesh-serving", name: "modelmesh-serving", port: 8033 } as const;

/** Where a VirtualService of `namespace` sends the requests of a version. */
export function istioTarget(
  route: RouteSpec,
  version: RoutedVersion,
  namespace: string,
  path: string,
): Result<IstioTarget, Problem> {
  const { backend, name } = version;
  switch (backend?.type) {
    case "service": {
      const found = servicePort(backend, route.port, path);
      if (!found.ok) return found;
      const port = found.value.type === "known" && found.value.written ? found.value.port : undefined;
      return ok({ destination: destinationOf(backend.name, backend.namespace, port) });
    }
    case "inferenceService":
      return modelTarget(route, backend, path);
    case "subset":
      if (route.shared === undefined) return fail(withoutBackend(version, path));
      return ok({ destination: { ...destinationOf(route.shared.name, namespace, route.port), subset: name } });
    case undefined:
      return fail(withoutBackend(version, path));
  }
}

/** The name under which a VirtualService finds a Service from everywhere. */
export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

function destinationOf(name: string, namespace: string, port: number | undefined): JsonObject {
  return { host: serviceHost(name, namespace), ...(port === undefined ? {} : { port: { number: port } }) };
}

function modelTarget(route: RouteSpec, isvc: InferenceService, path: string): Result<IstioTarget, Problem> {
  const { namespace, name, predictor } = isvc;
  if (isvc.unseen !== undefined) return fail(unseenModel(isvc, path));
  const mode = route.deploymentMode ?? isvc.mode ?? "Serverless";
  if (mode !== "RawDeployment" && route.strategy.type === "mirror") {
    const message = `InferenceService ${namespace}/${name} is of mode ${mode}: its model is told by a header, which a copy of a request cannot be given`;
    return fail({ path, message, fix: "use strategy: blue-green or canary, or deploy it as RawDeployment" });
  }
  switch (mode) {
    case "RawDeployment":
      return ok({ destination: destinationOf(predictor, namespace, route.port) });
    case "Serverless":
      return ok({
        destination: localGateway.destination,
        request: { [branchHeader]: name },
        branch: { isvc: name, host: predictorHost(predictor, namespace) },
      });
    case "ModelMesh": {
      const serving = isvc.modelMesh ?? modelMeshServing;
      const destination = destinationOf(serving.name, serving.namespace, route.port ?? serving.port);
      return ok({ destination, request: { "mm-vmodel-id": name } });
    }
  }
}
