import type { Json, JsonObject } from "../../../src/base/json.js";

/** A Deployment of no replicas, with the fields that have no default. */
export function deployment(name: string, over: JsonObject = {}, containers?: readonly Json[]): JsonObject {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { containers: containers ?? [{ name: "app", image: "example.com/app:1" }] },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels },
    spec: { replicas: 0, selector: { matchLabels: labels }, template, ...over },
  };
}

/** A Pod that needs nothing of the cluster but, perhaps, a Node. */
export function pod(name: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name } },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: "app", image: "example.com/app:1" }],
      ...spec,
    },
  };
}
