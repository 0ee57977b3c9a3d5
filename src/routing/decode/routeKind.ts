import type { Json } from "../../base/json.js";
import type { KindSettings } from "../../config/kind.js";
import { groupResourceOf } from "../../kube/resource.js";
import type { DecodeContext } from "./context.js";
import type { DecodeReader, Path } from "./reader.js";
import { suggestion } from "./reader.js";
import type { RouteKind } from "../routeSpec.js";

const resources: Readonly<Record<RouteKind | "DestinationRule", string>> = {
  HTTPRoute: "httproutes.gateway.networking.k8s.io",
  GRPCRoute: "grpcroutes.gateway.networking.k8s.io",
  VirtualService: "virtualservices.networking.istio.io",
  DestinationRule: "destinationrules.networking.istio.io",
};

/** The kinds that can be written without a template. */
export const routeKinds: readonly RouteKind[] = ["HTTPRoute", "GRPCRoute", "VirtualService"];

/** The kind of a route, or undefined with a problem. */
export function decodeRouteKind(reader: DecodeReader, value: Json | undefined, path: Path): RouteKind | undefined {
  const text = reader.requiredText(value, path);
  if (text === undefined) return undefined;
  const kind = routeKinds.find((known) => known === text);
  if (kind === undefined)
    reader.refuse(path, `no routes of kind ${JSON.stringify(text)}`, suggestion(text, routeKinds));
  return kind;
}

/**
 * The shorthand under which the configuration knows a kind and lets it be written; undefined, with a problem at
 * `path`, where it does not.
 */
export function decodeShorthand(
  reader: DecodeReader,
  kind: RouteKind | "DestinationRule",
  path: Path,
  context: DecodeContext,
): string | undefined {
  const known = [...context.kinds.values()].filter((settings) => groupResourceOf(settings) === resources[kind]);
  const allowed = known.find(({ shorthand }) => context.outputs.includes(shorthand));
  if (allowed !== undefined) return allowed.shorthand;
  const [first] = known;
  if (first === undefined)
    reader.refuse(
      path,
      `the controller's configuration does not know ${resources[kind]}`,
      "add it to resourceTypes and outputs",
    );
  else
    reader.refuse(
      path,
      `the controller's configuration does not let ${kind}s be written`,
      `add ${first.shorthand} to outputs`,
    );
  return undefined;
}

/** Whether a kind is KServe's InferenceService. */
export function isInferenceService(kind: KindSettings | undefined): boolean {
  return kind !== undefined && groupResourceOf(kind) === "inferenceservices.serving.kserve.io";
}
