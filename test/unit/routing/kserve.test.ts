import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { deploymentModeOf, modelMeshOf, predictorOf } from "../../../src/routing/kserve.js";

function isvc(status: JsonObject, more: { namespace?: string; mode?: string } = {}): KubeObject {
  const annotations = more.mode === undefined ? {} : { "serving.kserve.io/deploymentMode": more.mode };
  return {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "m", namespace: more.namespace ?? "ns", uid: "u", resourceVersion: "1", annotations },
    status,
  };
}

const predictor = (parts: JsonObject): JsonObject => ({ components: { predictor: parts } });

describe("the deployment mode", () => {
  it.each([
    ["Serverless", "Serverless"],
    ["Knative", "Serverless"],
    ["RawDeployment", "RawDeployment"],
    ["Standard", "RawDeployment"],
    ["ModelMesh", "ModelMesh"],
  ])("%s of the annotation or the status is %s", (written, mode) => {
    expect(deploymentModeOf(isvc({}, { mode: written }))).toBe(mode);
    expect(deploymentModeOf(isvc({ deploymentMode: written }))).toBe(mode);
  });

  it("is what the status says where the annotation was changed afterwards", () => {
    expect(deploymentModeOf(isvc({ deploymentMode: "Standard" }, { mode: "Serverless" }))).toBe("RawDeployment");
  });

  it("is told by a revision of Knative and by the number of a Deployment's", () => {
    expect(deploymentModeOf(isvc(predictor({ latestCreatedRevision: "m-predictor-00001" })))).toBe("Serverless");
    expect(deploymentModeOf(isvc(predictor({ latestReadyRevision: "m-predictor-00001" }), { mode: "Odd" }))).toBe(
      "Serverless",
    );
    expect(deploymentModeOf(isvc(predictor({ latestCreatedRevision: "3" })))).toBe("RawDeployment");
  });

  it("is unknown where nothing tells", () => {
    expect(deploymentModeOf(isvc({ url: "grpc://modelmesh-serving.ns:8033" }))).toBeUndefined();
    expect(deploymentModeOf(undefined)).toBeUndefined();
  });
});

describe("the predictor's Service", () => {
  it.each<readonly [string, string, JsonObject, string]>([
    ["ns", "an address of today", { address: { url: "http://m-predictor.ns.svc.cluster.local" } }, "m-predictor"],
    [
      "ns",
      "an address of before 0.11",
      { address: { url: "http://m-predictor-default.ns.svc.cluster.local/v1/models/m:predict" } },
      "m-predictor-default",
    ],
    [
      "default",
      "an address of before 0.11 in the namespace default",
      { address: { url: "http://m-predictor-default.default.svc.cluster.local" } },
      "m-predictor-default",
    ],
    ["ns", "Knative's host of today", { url: "https://m-predictor.ns.example.com" }, "m-predictor"],
    [
      "ns",
      "Knative's host of before",
      { url: "http://M-Predictor-Default.ns.example.com:8080" },
      "m-predictor-default",
    ],
    ["ns", "an Ingress's host of today", { url: "http://m-predictor-ns.example.com" }, "m-predictor"],
    ["ns", "an Ingress's host of before", { url: "http://m-predictor-default-ns.example.com" }, "m-predictor-default"],
    [
      "default",
      "an Ingress's host in the namespace default",
      { url: "http://m-predictor-default.x.io" },
      "m-predictor",
    ],
    [
      "default",
      "one whose domain begins with default",
      { url: "http://m-predictor-default.default.io" },
      "m-predictor",
    ],
    [
      "default",
      "an Ingress's host of before in the namespace default",
      { url: "http://m-predictor-default-default.example.com" },
      "m-predictor-default",
    ],
    ["ns", "another's host", { address: { url: "http://m-predictor-default.other.svc" } }, "m-predictor"],
    ["ns", "no URL at all", { url: "not a URL", address: { url: "mailto:x" } }, "m-predictor"],
  ])("in the namespace %s, by %s", (namespace, _what, parts, expected) => {
    expect(predictorOf(isvc(predictor(parts), { namespace }), "m")).toBe(expected);
  });

  it("is read from the address of the whole where the component has none", () => {
    const status = { address: { url: "http://m-predictor-default.ns.svc.cluster.local" } };
    expect(predictorOf(isvc(status), "m")).toBe("m-predictor-default");
    expect(predictorOf(isvc({ address: { url: "http://m.ns.svc.cluster.local" } }), "m")).toBe("m-predictor");
  });

  it("is today's where nothing was seen, and one of the two names whatever the status contains", () => {
    expect(predictorOf(undefined, "m")).toBe("m-predictor");
    const url = fc.oneof(fc.string(), fc.webUrl(), fc.constantFrom("http://m-predictor-default.ns", "grpc://:1", "//"));
    fc.assert(
      fc.property(url, url, fc.constantFrom("ns", "default", ""), (address, plain, namespace) => {
        const object = isvc(predictor({ address: { url: address }, url: plain }), { namespace });
        expect(["m-predictor", "m-predictor-default"]).toContain(predictorOf(object, "m"));
      }),
    );
  });
});

describe("the Service of ModelMesh", () => {
  const service = { namespace: "mesh", name: "modelmesh-serving", port: 8033 };

  it("is what the gRPC URL of the predictor or of the whole names", () => {
    expect(modelMeshOf(isvc(predictor({ grpcUrl: "grpc://modelmesh-serving.mesh:8033" })))).toEqual(service);
    expect(modelMeshOf(isvc(predictor({ url: "grpc://modelmesh-serving.mesh" })))).toEqual(service);
    expect(modelMeshOf(isvc({ url: "grpcs://modelmesh-serving.mesh.svc.cluster.local:9000" }))).toEqual({
      ...service,
      port: 9000,
    });
    expect(modelMeshOf(isvc({ url: "grpc://modelmesh-serving:8033" }))).toEqual({ ...service, namespace: "ns" });
  });

  it("is unknown where the URL is no gRPC URL or names no Service", () => {
    for (const url of ["http://modelmesh-serving.mesh:8008", "grpc://models.example.com:443", "grpc://", "grpc", ""])
      expect(modelMeshOf(isvc({ url }))).toBeUndefined();
    expect(modelMeshOf(undefined)).toBeUndefined();
  });
});
