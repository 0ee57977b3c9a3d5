import type { JsonObject } from "../../../src/base/json.js";
import type { Apply } from "./client.js";
import { applyOf } from "./client.js";

/** A kind that the benchmark applies. `object(name, turn)`: the object; another turn is a change. */
export interface AppliedKind {
  readonly kind: string;
  readonly collection: string;
  readonly object: (name: string, turn: number) => JsonObject;
}

const watched = { "iter8.tools/watch": "true" };

const configMap: AppliedKind = {
  kind: "ConfigMap",
  collection: "/api/v1/namespaces/default/configmaps",
  object: (name, turn) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name,
      namespace: "default",
      labels: { "iter8.tools/kind": "routemap", "iter8.tools/version": "v1.1" },
    },
    data: { strSpec: strSpec(name, 80 - (turn % 20)) },
  }),
};

function strSpec(app: string, weight: number): string {
  const version = (name: string, share: number): string =>
    `- {name: ${name}, weight: ${share}, resources: [{gvrShort: deploy, name: ${app}-${name}}, {gvrShort: svc, name: ${app}-${name}}]}`;
  return `versions:
${version("v1", weight)}
${version("v2", 100 - weight)}
routing: {library: httproute, with: {name: ${app}, gateway: gateway, port: 80}}
`;
}

const service: AppliedKind = {
  kind: "Service",
  collection: "/api/v1/namespaces/default/services",
  object: (name, turn) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default", labels: { ...watched, turn: String(turn) } },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: 8080 + (turn % 10) }] },
  }),
};

const deployment: AppliedKind = {
  kind: "Deployment",
  collection: "/apis/apps/v1/namespaces/default/deployments",
  object: (name, turn) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default", labels: watched },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: "app",
              image: `example.com/app:${turn}`,
              ports: [{ name: "http", containerPort: 8080 }],
              env: [{ name: "VERSION", value: String(turn) }],
              resources: { requests: { cpu: "100m", memory: "64Mi" } },
            },
          ],
        },
      },
    },
  }),
};

const route: AppliedKind = {
  kind: "HTTPRoute",
  collection: "/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes",
  object: (name, turn) => ({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name, namespace: "default", labels: { "app.kubernetes.io/managed-by": "iter8" } },
    spec: {
      parentRefs: [{ name: "gateway" }],
      hostnames: [`${name}.example.com`],
      rules: [
        {
          backendRefs: [
            { name: `${name}-v1`, port: 80, weight: 80 - (turn % 20) },
            { name: `${name}-v2`, port: 80, weight: 20 + (turn % 20) },
          ],
        },
      ],
    },
  }),
};

/** The kinds whose applies are counted. */
export const appliedKinds: readonly AppliedKind[] = [configMap, service, deployment, route];

/** The apply of one object of a kind. */
export function applyKind({ collection, object }: AppliedKind, name: string, turn: number): Apply {
  return applyOf(collection, name, object(name, turn));
}

/** Everything of an app but Pods: the routemap, and Service and Deployment of two versions. */
export function appApplies(app: string): readonly Apply[] {
  const versions = [`${app}-v1`, `${app}-v2`];
  return [
    applyKind(configMap, app, 1),
    ...versions.flatMap((version) => [applyKind(service, version, 1), applyKind(deployment, version, 1)]),
  ];
}
