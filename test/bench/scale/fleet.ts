import type { Json, JsonObject } from "../../../src/base/json.js";
import { candidateOf, configMaps, deployments, routes, routeSpec, services, slices } from "../app.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import { resourcePath } from "../../../src/kube/resource.js";

/** Apps of one namespace. */
export const appsPerNamespace = 100;

/** Where a candidate's weight stands when nobody changed it. */
export const usualWeight = 20;

/** The shared template of each namespace. */
const templateName = "shared";

const watched = { "iter8.tools/watch": "true" };
/** Long ago: nothing has to wait until it has been ready for long enough. */
const readySince = "2026-01-01T00:00:00Z";

/** An object and the collection it is created in. */
export interface Seed {
  readonly gvr: GroupVersionResource;
  readonly namespace: string;
  readonly body: JsonObject;
}

/** An app of two versions by its number. `template`: its routemap refers to the shared template of its namespace. */
export interface FleetApp {
  readonly namespace: string;
  readonly name: string;
  readonly template: boolean;
}

/** App number `index`; the first `referring` apps refer to a shared template. */
export function appAt(index: number, referring: number): FleetApp {
  const namespace = `fleet-${Math.floor(index / appsPerNamespace)}`;
  return { namespace, name: `app${index}`, template: index < referring };
}

/** Path of an app's candidate of a kind, or of its route. */
export function pathIn(gvr: GroupVersionResource, app: FleetApp, name = candidateOf(app.name)): string {
  return resourcePath(gvr, { namespace: app.namespace, name });
}

/** The six objects that an app consists of, and its routemap, the last. */
export function seedsOf(app: FleetApp): readonly Seed[] {
  const { namespace, name } = app;
  const versions = [`${name}-v1`, candidateOf(name)].flatMap((version) => versionSeeds(namespace, version));
  return [...versions, { gvr: configMaps, namespace, body: routemapBody(app) }];
}

/** Path and body that make a Deployment ready, as its controller would. */
export function readyStatus(ready: boolean, note = ""): Json {
  return { status: statusOf(ready, note) };
}

function statusOf(ready: boolean, note: string): JsonObject {
  const count = ready ? 1 : 0;
  const progress = { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message: note };
  return {
    observedGeneration: 1,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: count,
    availableReplicas: count,
    conditions: [
      {
        type: "Available",
        status: ready ? "True" : "False",
        lastTransitionTime: readySince,
        reason: "MinimumReplicas",
      },
      { ...progress, lastTransitionTime: readySince, lastUpdateTime: readySince },
    ],
  };
}

function versionSeeds(namespace: string, name: string): readonly Seed[] {
  const seed = (gvr: GroupVersionResource, body: JsonObject): Seed => ({ gvr, namespace, body });
  const metadata = { name, labels: watched };
  return [
    seed(services, serviceBody(name, metadata)),
    seed(slices, {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name, labels: { ...watched, "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.1.0.1"], conditions: { ready: true } }],
      ports: [{ name: "", port: 80, protocol: "TCP" }],
    }),
    seed(deployments, deploymentBody(name, metadata)),
  ];
}

/** A Service without an address of its own, for which the API server would make a second object. */
export function serviceBody(app: string, metadata: JsonObject): JsonObject {
  const spec = { clusterIP: "None", selector: { app }, ports: [{ port: 80 }] };
  return { apiVersion: "v1", kind: "Service", metadata, spec };
}

function deploymentBody(name: string, metadata: JsonObject): JsonObject {
  const container = {
    name: "app",
    image: "example.com/app:1",
    ports: [{ name: "http", containerPort: 8080 }],
    resources: { requests: { cpu: "100m", memory: "64Mi" } },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
    },
  };
}

function routemapBody(app: FleetApp): JsonObject {
  const version = (name: string, weight: number): string =>
    `- {name: ${name}, weight: ${weight}, resources: [{gvrShort: deploy, name: ${app.name}-${name}}, {gvrShort: svc, name: ${app.name}-${name}}]}`;
  const source = app.template
    ? `    templateRef: {name: ${templateName}}\n    values: {app: ${app.name}}\n`
    : `    template: |\n${indented(templateText(app.name, ""), 6)}`;
  const strSpec = `versions:
${version("v1", 80)}
${version("v2", usualWeight)}
routingTemplates:
  main:
    gvrShort: httproute
${source}`;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: app.name, labels: { "iter8.tools/kind": "routemap", "iter8.tools/version": "v1.1" } },
    data: { strSpec },
  };
}

/** The shared template of a namespace; `timeout` is what an edit of it changes in every route. */
export function sharedTemplate(namespace: string, timeout: string): Seed & { readonly name: string } {
  const metadata = { name: templateName, labels: { "iter8.tools/kind": "routetemplate" } };
  const data = { main: templateText("{{ .Values.app }}", `    timeouts: {request: ${timeout}}\n`) };
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata, data };
  return { gvr: configMaps, namespace, name: templateName, body };
}

function templateText(app: string, rule: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${app}}
spec:
  parentRefs: [{name: gateway}]
  rules:
  - backendRefs:
    - {name: ${app}-v1, port: 80, weight: {{ index .Weights 0 }}}
    - {name: ${app}-v2, port: 80, weight: {{ index .Weights 1 }}}
${rule}`;
}

function indented(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, " ".repeat(by));
}

/** Name of the ConfigMap that owns the routes of the bare script: without one they would be collected as garbage. */
export const bareOwner = "bare-owner";

/**
 * The route that the controller would write, as a script without thought writes it; `turn` makes a change, `uid` is the
 * owner's.
 */
export function bareRoute(name: string, candidate: number, turn: number, uid: string): JsonObject {
  const applied = { hash: turn.toString(16).padStart(16, "0"), weights: { v1: 80, v2: candidate } };
  const spec = routeSpec(name, true);
  const backendRefs = [
    { name: `${name}-v1`, port: 80, weight: 80 },
    { name: candidateOf(name), port: 80, weight: candidate },
  ];
  const timeouts = { request: `${10 + turn}s` };
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: {
      name,
      labels: { "iter8.tools/routemap-uid": uid },
      annotations: { "iter8.tools/applied": JSON.stringify(applied) },
      ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: bareOwner, uid }],
    },
    spec: { ...spec, rules: [{ backendRefs, timeouts }] },
  };
}

/** Path of a forced apply of a route. */
export function applyPath(namespace: string, name: string): string {
  return `${resourcePath(routes, { namespace, name })}?fieldManager=floor&force=true`;
}
