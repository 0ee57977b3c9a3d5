import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Problem } from "../problem.js";
import type { RouteSpec } from "../routeSpec.js";
import type { RoutedBackend, RoutedVersion } from "./facts.js";
import { servicePort } from "./servicePort.js";

/** A Service that a route of Gateway API leads to. */
export interface GatewayTarget {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** KServe serves a raw predictor at the port of plain HTTP unless told otherwise. */
const predictorPort = 80;

/** Where an HTTPRoute or GRPCRoute sends the requests of a version; gateways know Services only. */
export function gatewayTarget(route: RouteSpec, version: RoutedVersion, path: string): Result<GatewayTarget, Problem> {
  const { backend } = version;
  switch (backend?.type) {
    case "service": {
      const { namespace, name } = backend;
      const found = servicePort(backend, route.port, path);
      if (!found.ok) return found;
      if (found.value.type === "known") return ok({ namespace, name, port: found.value.port });
      const message = `Service ${namespace}/${name} was not seen, so its port is not known`;
      return fail({ path: `${path}.port`, message, fix: "create the Service, or write its port" });
    }
    case "inferenceService": {
      const { namespace, name, predictor } = backend;
      if (backend.unseen !== undefined) return fail(unseenModel(backend, path));
      const mode = route.deploymentMode ?? backend.mode ?? "RawDeployment";
      if (mode === "RawDeployment") return ok({ namespace, name: predictor, port: route.port ?? predictorPort });
      return fail({ path, ...refusal(`InferenceService ${namespace}/${name}`, route.kind, mode) });
    }
    case "subset":
      return fail({ path, message: `${route.kind} knows no subsets`, fix: "use kind: VirtualService" });
    case undefined:
      return fail(withoutBackend(version, path));
  }
}

/** The problem of a version that no route can lead to. */
export function withoutBackend({ name }: RoutedVersion, path: string): Problem {
  const message = `version ${name} has no Service or InferenceService of its own`;
  return { path, message, fix: "list exactly one of them in its resources" };
}

/** The problem of a model that cannot be seen: how it is served now is not known, and no guess may move its traffic. */
export function unseenModel(
  { namespace, name, unseen }: Extract<RoutedBackend, { type: "inferenceService" }>,
  path: string,
): Problem {
  const message = `how InferenceService ${namespace}/${name} is served is not known: ${unseen ?? "it cannot be seen"}`;
  return { path, message, fix: "let the controller see it; until then the route stays as it is" };
}

function refusal(name: string, kind: string, mode: "Serverless" | "ModelMesh"): Omit<Problem, "path"> {
  switch (mode) {
    case "Serverless":
      return {
        message: `${name} is serverless: its predictor is an ExternalName Service, which gateways refuse in a ${kind}`,
        fix: "use kind: VirtualService, or deploy it as RawDeployment",
      };
    case "ModelMesh":
      return {
        message: `${name} runs on ModelMesh: its model is chosen by a request header, which a ${kind} is not used for`,
        fix: "use kind: VirtualService",
      };
  }
}
