import type { JsonObject } from "../../base/json.js";
import type { Manifest } from "./manifests.js";

/** How the sandbox's gateway signs what it writes. */
export const gatewayController = "pointsman.dev/sandbox";

/** The GatewayClass that a sandbox has, and its Gateway, in the namespace `default`. */
export const gatewayNames = { gatewayClass: "sandbox", gateway: "gateway" } as const;

/** The GatewayClass and the Gateway as objects; their port is 80, as routes would name it, wherever it really listens. */
export function gatewayManifests(namespace = "default"): readonly Manifest[] {
  const { gatewayClass, gateway } = gatewayNames;
  const listener = { name: "http", protocol: "HTTP", port: 80, allowedRoutes: { namespaces: { from: "All" } } };
  return [
    manifest("GatewayClass", { name: gatewayClass }, { controllerName: gatewayController }),
    manifest("Gateway", { name: gateway, namespace }, { gatewayClassName: gatewayClass, listeners: [listener] }),
  ];
}

function manifest(
  kind: string,
  metadata: { readonly name: string; readonly namespace?: string },
  spec: JsonObject,
): Manifest {
  const apiVersion = "gateway.networking.k8s.io/v1";
  return { source: "the sandbox", apiVersion, kind, ...metadata, body: { apiVersion, kind, metadata, spec } };
}
