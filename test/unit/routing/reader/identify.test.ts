import { describe, expect, test } from "@jest/globals";

import type { ListedResource, VersionIdentity } from "../../../../src/routing/reader/identify.js";
import { backendOf } from "../../../../src/routing/reader/backend.js";
import { identifyVersion, isNamedByHeader } from "../../../../src/routing/reader/identify.js";
import { deployments, models } from "./iter8Routes.js";

const service = (name: string, namespace = "ns"): ListedResource => ({ groupResource: "services", namespace, name });
const workload = (name: string, labels: Record<string, string>): ListedResource => ({
  groupResource: "deployments.apps",
  namespace: "ns",
  name,
  labels,
});
const version = (index: number, name: string, ...resources: readonly ListedResource[]): VersionIdentity => ({
  index,
  name,
  resources,
});

describe("a Service", () => {
  test("means the version that lists it, by name and namespace", () => {
    expect(identifyVersion({ kind: "service", namespace: "ns", name: "app-1" }, deployments(3))).toBe(1);
    expect(identifyVersion({ kind: "service", namespace: "other", name: "app-1" }, deployments(3))).toBeUndefined();
  });

  test("means nobody if several versions list it, or another kind has its name", () => {
    const shared = [version(0, "a", service("app")), version(1, "b", service("app"))];
    expect(identifyVersion({ kind: "service", namespace: "ns", name: "app" }, shared)).toBeUndefined();
    const other = [version(0, "a", workload("app", {}))];
    expect(identifyVersion({ kind: "service", namespace: "ns", name: "app" }, other)).toBeUndefined();
  });

  test.each(["app-1", "app-1-predictor", "app-1-predictor-default"])("%s belongs to an InferenceService", (name) => {
    expect(identifyVersion({ kind: "service", namespace: "ns", name }, models(2))).toBe(1);
  });

  test("goes by the version's own index, not by its place", () => {
    expect(identifyVersion({ kind: "service", namespace: "ns", name: "x" }, [version(4, "x", service("x"))])).toBe(4);
  });
});

describe("a rewritten Host", () => {
  const ksvc = (name: string): ListedResource => ({
    groupResource: "services.serving.knative.dev",
    namespace: "ns",
    name,
  });
  const gateway = { kind: "service", namespace: "istio-system", name: "knative-local-gateway" } as const;
  const knative = [version(0, "a", ksvc("hello-0")), version(1, "b", ksvc("hello-1"))];

  test("means the version whose Knative Service or InferenceService it names, whatever its domain", () => {
    for (const [text, versions] of [
      ["hello-1.ns.svc.cluster.local", knative],
      ["hello-1.ns.example.com:80", knative],
      ["app-1.ns.svc.cluster.local", models(2)],
    ] as const) {
      const backend = backendOf(gateway, new Map(), new Map([["host", text]]));
      expect(identifyVersion(backend, versions)).toBe(1);
      expect(isNamedByHeader(backend, versions)).toBe(true);
    }
  });

  test("says nothing where the Service is a version's own", () => {
    const raw = { kind: "service", namespace: "ns", name: "app-1-predictor" } as const;
    const backend = backendOf(raw, new Map([["host", "app-0.ns.svc.cluster.local"]]), new Map());
    expect(identifyVersion(backend, models(2))).toBe(1);
    expect(isNamedByHeader(backend, models(2))).toBe(false);
  });

  test("that names neither leaves the request to the Service that it is sent to", () => {
    const direct = { kind: "service", namespace: "ns", name: "app-1" } as const;
    const backend = backendOf(direct, new Map([["host", "internal.example.com"]]), new Map());
    expect(identifyVersion(backend, deployments(2))).toBe(1);
    expect(isNamedByHeader(backend, deployments(2))).toBe(false);
    expect(identifyVersion(gateway, knative)).toBeUndefined();
  });

  test("is not needed where the request goes to the Knative Service's own name", () => {
    expect(identifyVersion({ kind: "service", namespace: "ns", name: "hello-0" }, knative)).toBe(0);
  });
});

describe("a predictor, a model and a branch", () => {
  const via = { namespace: "istio-system", name: "gw" };

  test("a predictor means the version that lists its InferenceService or the predictor's Service", () => {
    expect(identifyVersion({ kind: "kserve", namespace: "ns", name: "app-1", via }, models(2))).toBe(1);
    expect(identifyVersion({ kind: "kserve", namespace: "other", name: "app-1", via }, models(2))).toBeUndefined();
    const raw = [version(0, "a", service("m-predictor"))];
    expect(identifyVersion({ kind: "kserve", namespace: "ns", name: "m" }, raw)).toBe(0);
  });

  test("an unknown predictor is the Service that the request is sent to", () => {
    const versions = deployments(2);
    const backend = { kind: "kserve", namespace: "ns", name: "m", via: { namespace: "ns", name: "app-1" } } as const;
    expect(identifyVersion(backend, versions)).toBe(1);
  });

  test("a model means the InferenceService of its name, never the Service that all models share", () => {
    expect(identifyVersion({ kind: "modelmesh", name: "app-1", via }, models(2))).toBe(1);
    const shared = [version(0, "a", service("gw", "istio-system"))];
    expect(identifyVersion({ kind: "modelmesh", name: "gone", via }, shared)).toBeUndefined();
  });

  test("a branch names an InferenceService first, then a version, then its Service", () => {
    const crossed = [
      version(0, "two", { groupResource: "inferenceservices.serving.kserve.io", namespace: "ns", name: "one" }),
      version(1, "one", service("svc")),
    ];
    expect(identifyVersion({ kind: "branch", value: "one", via }, crossed)).toBe(0);
    expect(identifyVersion({ kind: "branch", value: "two", via }, crossed)).toBe(0);
    const own = { namespace: "ns", name: "svc" };
    expect(identifyVersion({ kind: "branch", value: "main", via: own }, crossed)).toBe(1);
    expect(identifyVersion({ kind: "branch", value: "main" }, crossed)).toBeUndefined();
  });

  test("what is foreign means nobody", () => {
    expect(identifyVersion({ kind: "foreign", text: "app-1" }, deployments(2))).toBeUndefined();
  });
});

describe("a subset", () => {
  const subset = { kind: "subset", namespace: "ns", name: "app", subset: "two" } as const;

  test("means the version whose pods have all its labels", () => {
    const versions = [
      version(0, "a", service("app"), workload("a", { app: "app", version: "a" })),
      version(1, "b", workload("b", { app: "app", version: "b" })),
    ];
    expect(identifyVersion(subset, versions, () => ({ version: "b", app: "app" }))).toBe(1);
    expect(identifyVersion(subset, versions, () => ({ version: "a" }))).toBe(0);
  });

  test("means nobody if the pods of several versions have its labels", () => {
    const versions = [version(0, "a", workload("a", { app: "app" })), version(1, "b", workload("b", { app: "app" }))];
    expect(identifyVersion(subset, versions, () => ({ app: "app" }))).toBeUndefined();
  });

  test("without labels means the host's version only if the others have an entrance of their own", () => {
    const apart = [version(0, "a", service("app")), version(1, "b", service("app-b"))];
    const behind = [version(0, "a", service("app")), version(1, "b", workload("b", {}))];
    expect(identifyVersion(subset, apart)).toBe(0);
    expect(identifyVersion(subset, apart, () => ({}))).toBe(0);
    expect(identifyVersion(subset, behind)).toBeUndefined();
  });

  test("asks for the labels of this host and subset", () => {
    const asked: string[] = [];
    identifyVersion(subset, deployments(2), (host, name) => {
      asked.push(`${host.namespace}/${host.name}|${name}`);
      return undefined;
    });
    expect(asked).toEqual(["ns/app|two"]);
  });
});
