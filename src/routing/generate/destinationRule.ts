import type { JsonObject } from "../../base/json.js";
import type { RouteSpec } from "../routeSpec.js";
import type { GeneratedManifest, RouteInput } from "./input.js";
import { serviceHost } from "./istioTarget.js";

/**
 * The DestinationRule of a shared Service: a subset for every version whose labels are known, whether it has traffic or
 * not, so that a route never leads to a subset that is not defined. None for a route without a shared Service.
 */
export function writeDestinationRule(route: RouteSpec, input: RouteInput): readonly GeneratedManifest[] {
  const { shared, destinationRule } = route;
  if (shared === undefined || destinationRule === undefined) return [];
  const subsets = input.versions.flatMap(({ name, backend }): JsonObject[] =>
    backend?.type === "subset" ? [{ name, labels: backend.labels }] : [],
  );
  const spec: JsonObject = { host: serviceHost(shared.name, input.namespace), subsets };
  const apiVersion = input.apiVersions(destinationRule);
  const body = { apiVersion, kind: "DestinationRule", metadata: { name: route.name }, spec };
  return [{ shorthand: destinationRule, body }];
}
