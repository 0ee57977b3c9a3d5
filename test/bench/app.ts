import { systemClock } from "../../src/base/clock.js";
import type { Json, JsonObject } from "../../src/base/json.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import type { AdminClient } from "../support/plane/adminClient.js";

export const finalizer = "iter8.tools/finalizer";
export const configMaps: GroupVersionResource = { group: "", version: "v1", resource: "configmaps" };
export const services: GroupVersionResource = { group: "", version: "v1", resource: "services" };
export const events: GroupVersionResource = { group: "events.k8s.io", version: "v1", resource: "events" };
export const deployments: GroupVersionResource = { group: "apps", version: "v1", resource: "deployments" };
export const slices: GroupVersionResource = {
  group: "discovery.k8s.io",
  version: "v1",
  resource: "endpointslices",
};
export const routes: GroupVersionResource = {
  group: "gateway.networking.k8s.io",
  version: "v1",
  resource: "httproutes",
};

const watched = { "iter8.tools/watch": "true" };

/** The version of an app whose readiness is switched, or that is deleted. */
export function candidateOf(app: string): string {
  return `${app}-v2`;
}

/** What a route of the app looks like; the candidate has its share only while it is `ready`. */
export function routeSpec(app: string, ready: boolean): JsonObject {
  const backendRefs = [
    { name: `${app}-v1`, port: 80, weight: 80 },
    { name: `${app}-v2`, port: 80, weight: ready ? 20 : 0 },
  ];
  return { parentRefs: [{ name: "gateway" }], rules: [{ backendRefs }] };
}

/** The routemap that makes a controller write that route. `minStable: 0`: a raise waits for nothing but its calls. */
function strSpec(app: string): string {
  const version = (name: string, weight: number): string =>
    `- {name: ${name}, weight: ${weight}, resources: [{gvrShort: deploy, name: ${app}-${name}}, {gvrShort: svc, name: ${app}-${name}}]}`;
  return `versions:
${version("v1", 80)}
${version("v2", 20)}
release: {minStable: 0s}
routingTemplates:
  main:
    gvrShort: httproute
    template: |
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: ${app}}
      spec:
        parentRefs: [{name: gateway}]
        rules:
        - backendRefs:
          - {name: ${app}-v1, port: 80, weight: {{ index .Weights 0 }}}
          - {name: ${app}-v2, port: 80, weight: {{ index .Weights 1 }}}
`;
}

/** An app of two versions in a namespace of the benchmark: Deployments, Services, EndpointSlices, all ready. */
export class App {
  constructor(
    readonly admin: AdminClient,
    readonly namespace: string,
    readonly name: string,
  ) {}

  /** Creates everything; with a routemap if a controller is to look after it. */
  async create(withRoutemap: boolean): Promise<void> {
    await Promise.all([this.createVersion(`${this.name}-v1`), this.createCandidate()]);
    if (!withRoutemap) return;
    await this.put(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: this.name, labels: { "iter8.tools/kind": "routemap", "iter8.tools/version": "v1.1" } },
      data: { strSpec: strSpec(this.name) },
    });
  }

  /** Creates the candidate, ready. */
  async createCandidate(): Promise<void> {
    await this.createVersion(candidateOf(this.name));
  }

  /** Deletes the candidate's object of this kind in the background. */
  async deleteCandidate(gvr: GroupVersionResource): Promise<void> {
    const ref = { namespace: this.namespace, name: candidateOf(this.name) };
    await this.admin.delete(gvr, ref, { propagationPolicy: "Background" });
  }

  /** Writes the candidate's Deployment status as its controller would. */
  async switchCandidate(ready: boolean): Promise<void> {
    await this.setStatus(candidateOf(this.name), ready);
  }

  /** Takes the candidate's finalizers off, so that its next raise has to put them there again. */
  async freeCandidate(): Promise<void> {
    const ref = { namespace: this.namespace, name: candidateOf(this.name) };
    const none = { metadata: { finalizers: null } };
    await Promise.all([deployments, services].map((gvr) => this.admin.patch(gvr, ref, none)));
  }

  private async createVersion(name: string): Promise<void> {
    const template = {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "app", image: "example.com/app:1" }] },
    };
    await this.put(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, labels: watched },
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    });
    await this.put(slices, {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name, labels: { ...watched, "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.1.0.1"], conditions: { ready: true } }],
      ports: [{ name: "", port: 80, protocol: "TCP" }],
    });
    await this.put(deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, labels: watched },
      spec: { replicas: 1, selector: { matchLabels: { app: name } }, template },
    });
    await this.setStatus(name, true);
  }

  private async setStatus(name: string, ready: boolean): Promise<void> {
    const lastTransitionTime = `${new Date(systemClock.now()).toISOString().slice(0, 19)}Z`;
    const status: JsonObject = {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: ready ? 1 : 0,
      availableReplicas: ready ? 1 : 0,
      conditions: [{ type: "Available", status: ready ? "True" : "False", lastTransitionTime }],
    };
    const ref = { namespace: this.namespace, name };
    await this.admin.patch(deployments, ref, { status }, { subresource: "status" });
  }

  private async put(
    gvr: GroupVersionResource,
    body: JsonObject & { readonly metadata: JsonObject & { readonly name: string } },
  ): Promise<void> {
    const { name } = body.metadata;
    const metadata: Json = { ...body.metadata, namespace: this.namespace };
    await this.admin.apply(gvr, { namespace: this.namespace, name }, { ...body, metadata });
  }
}
