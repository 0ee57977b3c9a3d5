import type { JsonObject } from "../../base/json.js";
import type { Manifest } from "../cluster/manifests.js";
import { gatewayNames } from "../cluster/gatewayObjects.js";

/** Where the story takes place. */
export const demoNamespace = "default";

/** The names of the routemap and its route, and the host that users ask for. */
export const demoRoute = { name: "shop", host: "shop.example.com" } as const;

/** A version of the shop: the name of its Deployment and Service, and its weight in the routemap. */
export interface DemoVersion {
  readonly name: string;
  readonly weight: number;
}

const podPort = 8080;

/** The kind of the tests that a candidate has to pass: any kind with conditions may decide over a version. */
export const smokeTests = { group: "shop.example.com", version: "v1", resource: "smoketests" } as const;

/** What a controller's configuration says about that kind. */
export const smokeTestType = { shorthand: "smoketest", conditions: ["Ready"] } as const;

/** The definition of the smoke tests. */
export function smokeTestDefinition(): Manifest {
  const { group, version, resource } = smokeTests;
  const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: open, status: open } } };
  const ready = '.status.conditions[?(@.type=="Ready")].status';
  const columns = [{ name: "Ready", type: "string", jsonPath: ready }];
  const name = `${resource}.${group}`;
  const apiVersion = "apiextensions.k8s.io/v1";
  const kind = "CustomResourceDefinition";
  const served = { name: version, served: true, storage: true, subresources: { status: {} }, schema };
  const spec = {
    group,
    scope: "Namespaced",
    names: { kind: "SmokeTest", listKind: "SmokeTestList", plural: resource, singular: "smoketest" },
    versions: [{ ...served, additionalPrinterColumns: columns }],
  };
  return { source: "the demo", apiVersion, kind, name, body: { apiVersion, kind, metadata: { name }, spec } };
}

/** A version of two Pods behind a Service, with the test it has to pass unless it is the primary. */
export function versionManifests(name: string, isTested: boolean): readonly Manifest[] {
  const labels = { "iter8.tools/watch": "true", app: demoRoute.name, version: name };
  const selector = { app: demoRoute.name, version: name };
  const container = { name: "shop", image: `example.com/shop:${name}`, ports: [{ containerPort: podPort }] };
  const template = {
    metadata: { labels: selector },
    spec: { containers: [container], terminationGracePeriodSeconds: 5 },
  };
  return [
    manifest("v1", "Service", { name, labels }, { spec: { selector, ports: [{ port: 80, targetPort: podPort }] } }),
    manifest(
      "apps/v1",
      "Deployment",
      { name, labels },
      { spec: { replicas: 2, selector: { matchLabels: selector }, template } },
    ),
    ...(isTested ? [manifest("shop.example.com/v1", "SmokeTest", { name, labels }, {})] : []),
  ];
}

/**
 * The routemap, in Iter8's own format, so that both controllers read the very same. `release` is Pointsman's: how long a
 * version must be stable before it is raised, and how long its requests have after its weight is gone.
 */
export function routemapManifest(versions: readonly DemoVersion[]): Manifest {
  const labels = { "iter8.tools/kind": "routemap", "iter8.tools/version": "v1.1" };
  return manifest("v1", "ConfigMap", { name: demoRoute.name, labels }, { data: { strSpec: specOf(versions) } });
}

function specOf(versions: readonly DemoVersion[]): string {
  return [
    "versions:",
    ...versions.flatMap(({ name, weight }, index) => [
      `- name: ${name}`,
      `  weight: ${weight}`,
      "  resources:",
      `  - {gvrShort: deploy, name: ${name}}`,
      `  - {gvrShort: svc, name: ${name}}`,
      ...(index === 0 ? [] : [`  - {gvrShort: ${smokeTestType.shorthand}, name: ${name}}`]),
    ]),
    "routingTemplates:",
    "  http:",
    "    gvrShort: httproute",
    "    template: |",
    ...templateOf(versions).map((line) => `      ${line}`),
    "release: {minStable: 1s, settle: 1s, drain: 3s, deadline: 1m}",
    "",
  ].join("\n");
}

function templateOf(versions: readonly DemoVersion[]): readonly string[] {
  return [
    "apiVersion: gateway.networking.k8s.io/v1",
    "kind: HTTPRoute",
    `metadata: {name: ${demoRoute.name}}`,
    "spec:",
    `  parentRefs: [{name: ${gatewayNames.gateway}}]`,
    `  hostnames: [${demoRoute.host}]`,
    "  rules:",
    "  - backendRefs:",
    ...versions.map(({ name }, index) => `    - {name: ${name}, port: 80, weight: {{ index .Weights ${index} }}}`),
  ];
}

function manifest(
  apiVersion: string,
  kind: string,
  meta: JsonObject & { readonly name: string },
  more: JsonObject,
): Manifest {
  const metadata = { ...meta, namespace: demoNamespace };
  const body = { apiVersion, kind, metadata, ...more };
  return { source: "the demo", apiVersion, kind, name: meta.name, namespace: demoNamespace, body };
}
