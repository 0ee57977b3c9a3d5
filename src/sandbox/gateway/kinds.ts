import type { Json } from "../../base/json.js";
import { arrayAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import type { GroupVersionResource } from "../../kube/resource.js";
import { decodeGrpcRoute } from "./grpcRoute.js";
import { decodeHttpRoute } from "./httpRoute.js";
import type { Put } from "./inForce.js";
import type { GatewayNames } from "./istioMatch.js";
import type { Lagging } from "./lagging.js";
import type { Route } from "./rule.js";
import { decodeVirtualService } from "./virtualService.js";
import type { FollowedKind } from "./watching.js";

/** The Gateway object that a gateway is; `namespace` may be absent: a Gateway of this name in any. */
export interface ParentName {
  readonly name: string;
  readonly namespace?: string;
}

/** Which routes a gateway serves: those of one Gateway, or all. */
export interface Serving {
  readonly parent: ParentName | undefined;
  readonly istioGateways: GatewayNames;
}

/** Whether a parentRef of a route in `routeNamespace` names the Gateway. */
export function isParent(ref: Json, routeNamespace: string, parent: ParentName): boolean {
  const namespace = stringAt(ref, "namespace") ?? routeNamespace;
  return (
    (stringAt(ref, "kind") ?? "Gateway") === "Gateway" &&
    stringAt(ref, "name") === parent.name &&
    namespace === (parent.namespace ?? namespace)
  );
}

/**
 * What a gateway follows. Routes, Services and DestinationRules are its configuration; EndpointSlices and the labels of
 * Pods are its endpoints: data planes are told of the two by different ways.
 */
export function followedKinds(
  lags: { readonly routes: Lagging; readonly endpoints: Lagging },
  serving: Serving,
): FollowedKind[] {
  const gatewayApi = (resource: string): GroupVersionResource => ({
    group: "gateway.networking.k8s.io",
    version: "v1",
    resource,
  });
  const istio = (resource: string): GroupVersionResource => ({
    group: "networking.istio.io",
    version: "v1beta1",
    resource,
  });
  const core = (resource: string): GroupVersionResource => ({ group: "", version: "v1", resource });
  const slices = { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" };
  const configuration = { lagging: lags.routes, bySpec: true };
  const endpoints = { lagging: lags.endpoints, bySpec: false };
  const http = ofParent(decodeHttpRoute, serving.parent);
  const grpc = ofParent(decodeGrpcRoute, serving.parent);
  const virtualService = (object: KubeObject): Route => decodeVirtualService(object, serving.istioGateways);
  return [
    { ...configuration, resource: gatewayApi("httproutes"), put: routePut("HTTPRoute", http) },
    { ...configuration, resource: gatewayApi("grpcroutes"), put: routePut("GRPCRoute", grpc) },
    { ...configuration, resource: istio("virtualservices"), put: routePut("VirtualService", virtualService) },
    {
      ...configuration,
      resource: istio("destinationrules"),
      put: (inForce, key, object) => inForce.directory.putDestinationRule(key, object),
    },
    {
      ...configuration,
      resource: core("services"),
      put: (inForce, key, object) => inForce.directory.putService(key, object),
    },
    { ...endpoints, resource: slices, put: (inForce, key, object) => inForce.directory.putSlice(key, object) },
    { ...endpoints, resource: core("pods"), put: (inForce, key, object) => inForce.directory.putPod(key, object) },
  ];
}

function routePut(kind: string, decode: (object: KubeObject) => Route | undefined): Put {
  return (inForce, key, object) =>
    inForce.putRoute(`${kind} ${key}`, object === undefined ? undefined : decode(object));
}

/** Without a parent every route is served. */
function ofParent(
  decode: (object: KubeObject) => Route,
  parent: ParentName | undefined,
): (object: KubeObject) => Route | undefined {
  return (object) => {
    const refs = arrayAt(object, "spec", "parentRefs");
    const namespace = object.metadata.namespace ?? "";
    const isServed = parent === undefined || refs.some((ref) => isParent(ref, namespace, parent));
    return isServed ? decode(object) : undefined;
  };
}
