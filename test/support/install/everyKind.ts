import type { JsonObject } from "../../../src/base/json.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import { waitFor } from "../plane/waitFor.js";
import type { Scene } from "../scene.js";
import { configMaps, deployments, httpRoutes, services, virtualServices } from "../scene.js";

const statefulSets: GroupVersionResource = { group: "apps", version: "v1", resource: "statefulsets" };
const inferenceServices = { group: "serving.kserve.io", version: "v1beta1", resource: "inferenceservices" };
const knativeServices = { group: "serving.knative.dev", version: "v1", resource: "services" };
const rollouts = { group: "argoproj.io", version: "v1alpha1", resource: "rollouts" };
const grpcRoutes = { group: "gateway.networking.k8s.io", version: "v1", resource: "grpcroutes" };
const destinationRules = { group: "networking.istio.io", version: "v1beta1", resource: "destinationrules" };

/** Kinds whose objects are kept until their traffic is back. */
export const heldKinds = [deployments, statefulSets, services, inferenceServices, knativeServices, rollouts];

/** Kinds that routemaps write. */
export const routeKinds = [httpRoutes, grpcRoutes, virtualServices, destinationRules];

const shorthands = ["deploy", "sts", "svc", "isvc", "ksvc", "rollout", "cm"];

/** One routemap over two versions that consist of every kind there is, and that writes every kind of route. */
export class EveryKind {
  constructor(private readonly scene: Scene) {}

  /** Applies both versions, and the routemap with its routes named after `route`. */
  async create(route: string): Promise<void> {
    await Promise.all(["v1", "v2"].map((version) => this.version(version)));
    await this.routes(route);
  }

  /** Lets the routemap write its routes under another name, so that those of the old one are deleted. */
  async routes(route: string): Promise<void> {
    await this.scene.routemap("every-kind", specOf(route));
  }

  /** Waits until every kind of route is there under this name. */
  async untilRouted(route: string): Promise<void> {
    for (const kind of routeKinds)
      await waitFor(() => this.scene.find(kind, route), { describe: `${kind.resource}/${route}`, timeoutMs: 30_000 });
    await this.scene.untilShares(route, "v1=80 v2=20", 30_000);
  }

  /** Waits until no route of this name is left. */
  async untilUnrouted(route: string): Promise<void> {
    for (const kind of routeKinds) await this.scene.untilGone(kind, route, 30_000);
  }

  /** Waits until every object of a version that can be held is. */
  async untilHeld(version: string): Promise<void> {
    for (const kind of heldKinds)
      await waitFor(() => this.scene.held(kind, version), { describe: `${kind.resource}/${version} to be held` });
  }

  /** Deletes a version and waits until nothing of it is left. */
  async remove(version: string): Promise<void> {
    for (const kind of heldKinds) await this.scene.delete(kind, version);
    for (const kind of heldKinds) await this.scene.untilGone(kind, version, 30_000);
  }

  private async version(name: string): Promise<void> {
    const { scene } = this;
    await scene.deploy(name);
    const labels = { "iter8.tools/watch": "true" };
    const metadata = { name, labels };
    // Labels that the Service does not select: its endpoints are the Deployment's Pods alone.
    const app = `set-${name}`;
    const spec = { selector: { matchLabels: { app } }, template: podTemplate(app), replicas: 1 };
    await scene.apply(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata, data: { text: name } });
    const headless = { ...spec, serviceName: name };
    await scene.apply(statefulSets, { apiVersion: "apps/v1", kind: "StatefulSet", metadata, spec: headless });
    const model = { modelFormat: { name: "sklearn" }, storageUri: "gs://example/model" };
    const isvc = { apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService", metadata };
    await scene.apply(inferenceServices, { ...isvc, spec: { predictor: { minReplicas: 1, model } } });
    await this.ready(inferenceServices, name, { conditions: [{ type: "Ready", status: "True" }] });
    const template = { spec: { containers: [{ image: "example.com/app:1" }] } };
    const ksvc = { apiVersion: "serving.knative.dev/v1", kind: "Service", metadata };
    await scene.apply(knativeServices, { ...ksvc, spec: { template } });
    const conditions = ["Ready", "RoutesReady", "ConfigurationsReady"].map((type) => ({ type, status: "True" }));
    await this.ready(knativeServices, name, { observedGeneration: 1, conditions });
    await scene.apply(rollouts, { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata, spec });
    await this.ready(rollouts, name, { phase: "Healthy", availableReplicas: 1, observedGeneration: "1" });
  }

  private async ready(kind: GroupVersionResource, name: string, status: JsonObject): Promise<void> {
    const ref = { namespace: this.scene.namespace, name };
    await this.scene.admin.patch(kind, ref, { status }, { subresource: "status" });
  }
}

function podTemplate(app: string): JsonObject {
  const containers = [{ name: "app", image: "example.com/app:1" }];
  return { metadata: { labels: { app } }, spec: { containers, terminationGracePeriodSeconds: 1 } };
}

function specOf(route: string): string {
  const resources = (name: string): string => shorthands.map((kind) => `{gvrShort: ${kind}, name: ${name}}`).join(", ");
  const weight = (index: number): string => `{{ index .Weights ${index} }}`;
  const refs = `[{name: v1, port: 80, weight: ${weight(0)}}, {name: v2, port: 80, weight: ${weight(1)}}]`;
  const destination = (name: string, index: number): string =>
    `{destination: {host: ${name}, port: {number: 80}}, weight: ${weight(index)}}`;
  return `
versions:
- {name: v1, weight: 80, resources: [${resources("v1")}]}
- {name: v2, weight: 20, resources: [${resources("v2")}]}
routingTemplates:
${routingTemplate("http", "httproute", "gateway.networking.k8s.io/v1", "HTTPRoute", route, [
  "parentRefs: [{name: gateway}]",
  `rules: [{backendRefs: ${refs}}]`,
])}
${routingTemplate("grpc", "grpcroute", "gateway.networking.k8s.io/v1", "GRPCRoute", route, [
  "parentRefs: [{name: gateway}]",
  `rules: [{backendRefs: ${refs}}]`,
])}
${routingTemplate("mesh", "vs", "networking.istio.io/v1beta1", "VirtualService", route, [
  "hosts: [v1]",
  `http: [{route: [${destination("v1", 0)}, ${destination("v2", 1)}]}]`,
])}
${routingTemplate("rule", "dr", "networking.istio.io/v1beta1", "DestinationRule", route, ["host: v1"])}
`;
}

function routingTemplate(
  name: string,
  shorthand: string,
  apiVersion: string,
  kind: string,
  route: string,
  spec: readonly string[],
): string {
  return `  ${name}:
    gvrShort: ${shorthand}
    template: |
      apiVersion: ${apiVersion}
      kind: ${kind}
      metadata: {name: ${route}}
      spec:
${spec.map((line) => `        ${line}`).join("\n")}`;
}
