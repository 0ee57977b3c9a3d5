import type { Json, JsonObject } from "../../../../src/base/json.js";
import type { VersionIdentity } from "../../../../src/routing/reader/identify.js";

/**
 * What Iter8 1.1's release chart makes of a routemap, with the chart's own defects: one function per environment and
 * strategy, given the weights of the versions. Versions are called app-0, app-1 and so on.
 */

const istio = "networking.istio.io/v1beta1";
const gateway = "gateway.networking.k8s.io/v1beta1";
const entry = "knative-local-gateway.istio-system.svc.cluster.local";
const modelMesh = { host: "modelmesh-serving.modelmesh-serving.svc.cluster.local", port: { number: 8033 } };

export const candidateMatch: Json = [{ headers: { traffic: { exact: "test" } } }];
export const candidateMatches: Json = [{ headers: [{ name: "traffic", value: "test" }] }];

export function route(apiVersion: string, kind: string, spec: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name: "app", namespace: "ns" }, spec };
}

export function virtualService(http: readonly Json[]): JsonObject {
  return route(istio, "VirtualService", { gateways: ["mesh"], hosts: ["app.ns", "app.ns.svc.cluster.local"], http });
}

export function httpRoute(rules: readonly Json[]): JsonObject {
  return route(gateway, "HTTPRoute", { parentRefs: [{ group: "", kind: "Service", name: "app", port: 80 }], rules });
}

const nameOf = (index: number): string => `app-${index}`;
const hostOf = (index: number): string => `${nameOf(index)}.ns.svc.cluster.local`;
const tag = (index: number): JsonObject => ({ response: { add: { "app-version": nameOf(index) } } });
const candidatesOf = (weights: readonly number[]): readonly number[] => [...weights.keys()].slice(1);
const live = (weights: readonly number[], index: number): boolean => (weights[index] ?? 0) > 0;

/** The primary's weight is written only if the second version has one (defect d). */
const primaryWeight = (weights: readonly number[]): JsonObject => (live(weights, 1) ? { weight: weights[0] } : {});

/** Versions as a Deployment and a Service each. */
export function deployments(count: number): readonly VersionIdentity[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    name: `v${index}`,
    resources: [
      { groupResource: "services", namespace: "ns", name: nameOf(index) },
      { groupResource: "deployments.apps", namespace: "ns", name: nameOf(index), labels: { version: nameOf(index) } },
    ],
  }));
}

/** Versions as an InferenceService each. */
export function models(count: number): readonly VersionIdentity[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    name: `v${index}`,
    resources: [{ groupResource: "inferenceservices.serving.kserve.io", namespace: "ns", name: nameOf(index) }],
  }));
}

const istioShare = (index: number, more: JsonObject = {}): JsonObject => ({
  destination: { host: hostOf(index), port: { number: 80 } },
  headers: tag(index),
  ...more,
});

export function deploymentIstioBlueGreen(weights: readonly number[]): JsonObject {
  const candidates = candidatesOf(weights).filter((index) => live(weights, index));
  const shares = candidates.map((index) => istioShare(index, { weight: weights[index] }));
  return virtualService([{ name: nameOf(0), route: [istioShare(0, primaryWeight(weights)), ...shares] }]);
}

export function deploymentIstioCanary(weights: readonly number[]): JsonObject {
  const candidates = candidatesOf(weights).filter((index) => live(weights, index));
  return virtualService([
    ...candidates.map((index) => ({ name: nameOf(index), match: candidateMatch, route: [istioShare(index)] })),
    { name: nameOf(0), route: [istioShare(0)] },
  ]);
}

export function deploymentIstioMirror(weights: readonly number[]): JsonObject {
  const mirror = live(weights, 1)
    ? { mirror: { host: hostOf(1), port: { number: 80 } }, mirrorPercentage: { value: weights[1] } }
    : {};
  return virtualService([{ name: "app", route: [istioShare(0, primaryWeight(weights))], ...mirror }]);
}

const gatewayRef = (index: number, more: JsonObject = {}): JsonObject => ({
  group: "",
  kind: "Service",
  name: nameOf(index),
  port: 80,
  ...more,
  filters: [
    {
      type: "ResponseHeaderModifier",
      responseHeaderModifier: { add: [{ name: "app-version", value: nameOf(index) }] },
    },
  ],
});

/** No backend has a weight unless the second version has one (defects a and d). */
export function deploymentGatewayBlueGreen(weights: readonly number[]): JsonObject {
  const backendRefs = weights.map((weight, index) => gatewayRef(index, live(weights, 1) ? { weight } : {}));
  return httpRoute([{ backendRefs }]);
}

/** Readiness is ignored, and matches that are left out come as null (defect b). */
export function deploymentGatewayCanary(weights: readonly number[], matches: Json = candidateMatches): JsonObject {
  return httpRoute([
    ...candidatesOf(weights).map((index) => ({ matches, backendRefs: [gatewayRef(index)] })),
    { backendRefs: [gatewayRef(0)] },
  ]);
}

function predictor(index: number, remove: readonly string[] = []): JsonObject {
  return {
    rewrite: { uri: `/v2/models/${nameOf(index)}/infer` },
    route: [
      {
        destination: { host: entry },
        headers: {
          request: {
            set: { Host: `${nameOf(index)}-predictor.ns.svc.cluster.local` },
            ...(remove.length === 0 ? {} : { remove }),
          },
          ...tag(index),
        },
      },
    ],
  };
}

/** The first pass sets the header `branch` and sends the request back to the gateway; the second goes by it. */
export function kserveBlueGreen(weights: readonly number[]): JsonObject {
  const shown = [0, ...candidatesOf(weights).filter((index) => live(weights, index))];
  const second = shown.map((index) => ({
    name: nameOf(index),
    match: [{ headers: { branch: { exact: nameOf(index) } } }],
    ...predictor(index, ["branch"]),
  }));
  const split = shown.map((index) => ({
    destination: { host: entry },
    ...(index === 0 ? primaryWeight(weights) : { weight: weights[index] }),
    headers: { request: { set: { branch: nameOf(index), host: "app.ns" } } },
  }));
  return virtualService([...second, { name: "split", route: split }]);
}

export function kserveCanary(weights: readonly number[]): JsonObject {
  const candidates = candidatesOf(weights).filter((index) => live(weights, index));
  return virtualService([
    ...candidates.map((index) => ({ name: nameOf(index), match: candidateMatch, ...predictor(index) })),
    { name: nameOf(0), ...predictor(0) },
  ]);
}

const modelShare = (index: number, more: JsonObject = {}): JsonObject => ({
  destination: modelMesh,
  ...more,
  headers: { request: { set: { "mm-vmodel-id": nameOf(index) } }, ...tag(index) },
});

/** Candidates are listed at weight 0 while the primary has no weight at all (defect j). */
export function modelMeshBlueGreen(weights: readonly number[]): JsonObject {
  const shares = candidatesOf(weights).map((index) => modelShare(index, { weight: weights[index] }));
  return virtualService([{ route: [modelShare(0, primaryWeight(weights)), ...shares] }]);
}

export function modelMeshCanary(weights: readonly number[]): JsonObject {
  const candidates = candidatesOf(weights).filter((index) => live(weights, index));
  return virtualService([
    ...candidates.map((index) => ({ match: candidateMatch, route: [modelShare(index)] })),
    { name: nameOf(0), route: [modelShare(0)] },
  ]);
}
