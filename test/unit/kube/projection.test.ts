import { describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { projectMetadata, projectOutput, projectWatched } from "../../../src/kube/projection.js";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

function deployment(more: JsonObject): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "app",
      namespace: "shop",
      uid: "u",
      resourceVersion: "1",
      labels: { a: "b" },
      annotations: { [lastApplied]: "{}", note: "kept" },
      managedFields: [
        { manager: "kubectl", operation: "Update", time: "t", fieldsType: "FieldsV1", fieldsV1: { "f:spec": {} } },
        { manager: "pointsman", operation: "Apply", apiVersion: "apps/v1", fieldsV1: { "f:spec": {} } },
      ],
    },
    spec: { replicas: 2, template: { metadata: { labels: { app: "x" } }, spec: { containers: [] } } },
    ...more,
  };
}

describe("projectMetadata", () => {
  test("keeps labels and annotations, and drops managed fields, kubectl's copy and all content", () => {
    expect(projectMetadata(deployment({ status: {} }))).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: {
        name: "app",
        namespace: "shop",
        uid: "u",
        resourceVersion: "1",
        labels: { a: "b" },
        annotations: { note: "kept" },
      },
    });
  });
});

describe("projectWatched", () => {
  test("keeps the listed spec paths and nothing else of the spec", () => {
    const kept = projectWatched(["replicas", "template.metadata.labels", "missing.path"])(deployment({}));
    expect(kept["spec"]).toEqual({ replicas: 2, template: { metadata: { labels: { app: "x" } } } });
    expect(kept.metadata.managedFields).toBeUndefined();
  });

  test("a path that leads into a kept one changes nothing", () => {
    const kept = projectWatched(["template.metadata", "template.metadata.labels"])(deployment({}));
    expect(kept["spec"]).toEqual({ template: { metadata: { labels: { app: "x" } } } });
  });

  test("keeps parts outside spec where asked", () => {
    const kept = projectWatched([], ["data"])(deployment({ data: { strSpec: "x" }, other: 1 }));
    expect(kept["data"]).toEqual({ strSpec: "x" });
    expect(kept["other"]).toBeUndefined();
    expect(kept["spec"]).toBeUndefined();
  });

  test("a status of up to 8 KiB is kept whole", () => {
    const status = { conditions: [{ type: "Ready", message: "m".repeat(8000) }], address: { url: "u" } };
    const kept = projectWatched([])(deployment({ status }));
    expect(kept["status"]).toEqual(status);
    expect(kept["statusTruncated"]).toBeUndefined();
  });

  test("a larger status is cut to conditions and short scalars, and marked", () => {
    const status = {
      observedGeneration: 3,
      readyReplicas: 2,
      phase: "Healthy",
      huge: "x".repeat(9000),
      list: [1],
      conditions: [{ type: "Ready", status: "True", message: "m".repeat(1000), extra: {} }],
    };
    const kept = projectWatched([])(deployment({ status }));
    expect(kept["statusTruncated"]).toBe(true);
    expect(kept["status"]).toEqual({
      observedGeneration: 3,
      readyReplicas: 2,
      phase: "Healthy",
      conditions: [{ type: "Ready", status: "True", message: "m".repeat(256) }],
    });
  });

  test("the size of a status is counted in bytes", () => {
    expect(projectWatched([])(deployment({ status: { text: "ä".repeat(5000) } }))["statusTruncated"]).toBe(true);
  });
});

describe("projectOutput", () => {
  test("keeps spec and status whole, our managed fields whole, and of others only who and when", () => {
    const source = deployment({ status: { huge: "x".repeat(9000) } });
    const kept = projectOutput("pointsman")(source);
    expect(kept["spec"]).toEqual(source["spec"]);
    expect(kept["status"]).toEqual(source["status"]);
    expect(kept.metadata.managedFields).toEqual([
      { manager: "kubectl", operation: "Update", time: "t" },
      { manager: "pointsman", operation: "Apply", apiVersion: "apps/v1", fieldsV1: { "f:spec": {} } },
    ]);
    expect(kept.metadata.annotations).toEqual({ note: "kept" });
  });
});
