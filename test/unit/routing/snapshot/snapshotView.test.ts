import { describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { builtInKinds, defaultConfig } from "../../../../src/config/defaults.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import type { Observed } from "../../../../src/routing/observed.js";
import { resourceOfObject } from "../../../../src/routing/snapshot/resourceOfObject.js";
import type { SnapshotInput } from "../../../../src/routing/snapshot/snapshot.js";
import { snapshot } from "../../../../src/routing/snapshot/snapshot.js";

const now = { monotonic: 0, server: Date.UTC(2030, 0, 1) };
const watch = { "iter8.tools/watch": "true" };
const deploy = { kind: "deploy", namespace: "shop", name: "v1" };

function object(
  apiVersion: string,
  kind: string,
  name: string,
  over: { readonly labels?: Record<string, string>; readonly namespace?: string; readonly finalizers?: string[] } = {},
  rest: JsonObject = {},
): KubeObject {
  const metadata = { namespace: "shop", name, uid: `${kind}-${name}`, resourceVersion: "1", ...over };
  return { apiVersion, kind, ...rest, metadata };
}

const routemap = (name: string, namespace = "shop", strSpec = "versions: [{resources: []}]"): KubeObject =>
  object("v1", "ConfigMap", name, { labels: { "iter8.tools/kind": "routemap" }, namespace }, { data: { strSpec } });

function observe(objects: readonly KubeObject[], over: Partial<SnapshotInput> = {}): Observed {
  const shot = snapshot({ objects: [routemap("app"), ...objects], config: defaultConfig(), now, ...over });
  const [first] = shot.routemaps;
  if (first === undefined) throw new Error("there is no routemap");
  return first.observed;
}

describe("a snapshot", () => {
  test("has every labelled ConfigMap as a routemap, by namespace and name", () => {
    const other = object("v1", "ConfigMap", "other", {}, { data: { strSpec: "versions: []" } });
    const objects = [routemap("b"), routemap("a"), other, routemap("c", "bank")];
    const { routemaps } = snapshot({ objects, config: defaultConfig(), now });
    expect(routemaps.map(({ observed }) => `${observed.routemap.namespace}/${observed.routemap.name}`)).toEqual([
      "bank/c",
      "shop/a",
      "shop/b",
    ]);
  });

  test("shows a labelled object, and one without the label only while it is held", () => {
    const labelled = object("apps/v1", "Deployment", "v1", { labels: watch });
    const plain = object("apps/v1", "Deployment", "v1");
    const stray = object("apps/v1", "Deployment", "v1", { finalizers: ["iter8.tools/finalizer"] });
    const uid = (found: KubeObject): string | undefined => {
      const seen = observe([found]).resource(deploy);
      return seen.state === "seen" ? seen.object?.metadata.uid : seen.state;
    };
    expect([labelled, plain, stray].map(uid)).toEqual(["Deployment-v1", undefined, "Deployment-v1"]);
  });

  test("keeps of an object what a controller keeps, so that no gate sees more here than there", () => {
    const spec = { replicas: 1, template: { metadata: { labels: { app: "v1" } }, spec: { containers: [] } } };
    const seen = observe([object("apps/v1", "Deployment", "v1", { labels: watch }, { spec })]).resource(deploy);
    expect(seen).toMatchObject({ state: "seen", object: { spec: { replicas: 1 } } });
    expect(JSON.stringify(seen)).not.toContain("containers");
  });

  test("tells what is not there from what may not be listed, is of no kind of the cluster, or was not asked for", () => {
    const forbidden = { state: "unseen", reason: "Forbidden", message: "may not list deployments.apps" } as const;
    const groupResource = "deployments.apps";
    expect(observe([]).resource(deploy)).toEqual({ state: "seen", object: undefined });
    expect(observe([], { unseen: [{ groupResource, seen: forbidden }] }).resource(deploy)).toEqual(forbidden);
    const elsewhere = { groupResource, namespace: "bank", seen: forbidden };
    expect(observe([], { unseen: [elsewhere] }).resource(deploy)).toEqual({ state: "seen", object: undefined });
    const absent = { groupResource, seen: { state: "kindAbsent" } as const };
    expect(observe([], { unseen: [absent] }).resource(deploy)).toEqual({ state: "kindAbsent" });
    const bank = { ...deploy, namespace: "bank" };
    expect(observe([], { namespaces: new Set(["shop"]) }).resource(bank)).toMatchObject({ reason: "NotListed" });
  });

  test("counts ready endpoints over the labelled slices of a Service", () => {
    const slice = (name: string, labels: Record<string, string>, ready: readonly boolean[]): KubeObject =>
      object(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        name,
        { labels: { ...labels, "kubernetes.io/service-name": "v1" } },
        { endpoints: ready.map((one) => ({ conditions: { ready: one } })) },
      );
    const slices = [slice("a", watch, [true, false]), slice("b", watch, [true]), slice("c", {}, [true])];
    expect(observe(slices).endpoints("shop", "v1")).toEqual({ state: "seen", ready: 2, slices: 2 });
    expect(observe(slices).endpoints("bank", "v1")).toEqual({ state: "seen", ready: 0, slices: 0 });
    const unseen = [
      {
        groupResource: "endpointslices.discovery.k8s.io",
        seen: { state: "unseen", reason: "Forbidden", message: "" } as const,
      },
    ];
    expect(observe([], { unseen }).endpoints("shop", "v1")).toEqual({ state: "unseen", reason: "Forbidden" });
  });

  test("finds the class of a Gateway, the labels of a subset, templates, ending namespaces and owned routes", () => {
    const found = observe([
      object("gateway.networking.k8s.io/v1", "Gateway", "gw", {}, { spec: { gatewayClassName: "contour" } }),
      object(
        "networking.istio.io/v1",
        "DestinationRule",
        "dr",
        {},
        {
          spec: { host: "app", subsets: [{ name: "s1", labels: { app: "v1" } }] },
        },
      ),
      object(
        "v1",
        "ConfigMap",
        "t",
        { labels: { "iter8.tools/kind": "routetemplate" } },
        { data: { main: "kind: HTTPRoute" } },
      ),
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "shop", uid: "n", resourceVersion: "1", deletionTimestamp: "2030-01-01T00:00:00Z" },
      },
      object("gateway.networking.k8s.io/v1", "HTTPRoute", "app", {
        labels: { "iter8.tools/routemap-uid": "ConfigMap-app" },
      }),
      object("gateway.networking.k8s.io/v1", "HTTPRoute", "other"),
    ]);
    expect(found.gatewayClass("shop", "gw")).toBe("contour");
    expect(found.subsetLabels({ namespace: "shop", name: "app" }, "s1")).toEqual({ app: "v1" });
    expect(found.template({ namespace: "shop", name: "t" }).ok).toBe(true);
    expect(found.template({ namespace: "shop", name: "u" }).ok).toBe(false);
    expect(found.terminating("shop")).toBe(true);
    expect(found.ownOutputs().map(({ name }) => name)).toEqual(["app"]);
    const other = { groupResource: "httproutes.gateway.networking.k8s.io", name: "other" };
    expect(found.output(other)).toMatchObject({ state: "seen", object: { metadata: { name: "other" } } });
    expect(found.track({ ...other, name: "none" })?.uid).toBeUndefined();
  });

  test("has a routemap that cannot be decoded, with what its stored routes tell", () => {
    const { routemaps } = snapshot({ objects: [routemap("app", "shop", "nope")], config: defaultConfig(), now });
    expect(routemaps[0]?.observed.spec.state).toBe("invalid");
  });
});

test("the resource of an object is known for every built-in kind, whatever its version", () => {
  const named = (apiVersion: string, kind: string): string | undefined =>
    resourceOfObject({ apiVersion, kind }, builtInKinds);
  expect(named("apps/v1", "Deployment")).toBe("deployments.apps");
  expect(named("apps/v1beta2", "StatefulSet")).toBe("statefulsets.apps");
  expect(named("v1", "Service")).toBe("services");
  expect(named("serving.knative.dev/v1", "Service")).toBe("services.serving.knative.dev");
  expect(named("serving.kserve.io/v1beta1", "InferenceService")).toBe("inferenceservices.serving.kserve.io");
  expect(named("networking.istio.io/v1", "VirtualService")).toBe("virtualservices.networking.istio.io");
  expect(named("argoproj.io/v1alpha1", "Rollout")).toBe("rollouts.argoproj.io");
  expect(named("gateway.networking.k8s.io/v1", "GRPCRoute")).toBe("grpcroutes.gateway.networking.k8s.io");
  expect(named("batch/v1", "Job")).toBeUndefined();
  expect(resourceOfObject({ apiVersion: "x.y/v1", kind: "Goose" }, [], new Map([["Goose.x.y", "geese.x.y"]]))).toBe(
    "geese.x.y",
  );
});
