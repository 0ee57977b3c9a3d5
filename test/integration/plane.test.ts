import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, at, numberAt, stringAt } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { Kubelet } from "../../src/sandbox/workloads/kubelet.js";
import { RouteStatusWriter } from "../../src/sandbox/workloads/routeStatus.js";
import { plane } from "../support/plane/plane.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";

const core = (resource: string): GroupVersionResource => ({ group: "", version: "v1", resource });
const deployments = { group: "apps", version: "v1", resource: "deployments" };
const slices = { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" };
const httpRoutes = { group: "gateway.networking.k8s.io", version: "v1", resource: "httproutes" };

const shared = plane();
const { admin } = shared;
let namespace: string;

beforeAll(async () => {
  namespace = await shared.createNamespace("plane");
});

afterAll(async () => {
  await admin.delete(core("namespaces"), { name: namespace });
  shared.close();
});

function deployment(name: string, replicas: number, metadata: JsonObject = {}): JsonObject {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, ...metadata },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "app:1" }] } },
    },
  };
}

function service(name: string): JsonObject {
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] };
  return { apiVersion: "v1", kind: "Service", metadata: { name }, spec };
}

async function readyAddresses(serviceName: string): Promise<string[]> {
  const found = await admin.list(slices, namespace, `labelSelector=kubernetes.io/service-name%3D${serviceName}`);
  const endpoints = found.flatMap((slice) => arrayAt(slice, "endpoints"));
  return endpoints
    .filter((endpoint) => at(endpoint, "conditions", "ready") === true)
    .flatMap((endpoint) => arrayAt(endpoint, "addresses").map(String));
}

async function isAvailable(name: string): Promise<boolean> {
  const found = await admin.get(deployments, { namespace, name });
  return arrayAt(found, "status", "conditions").some(
    (condition) => stringAt(condition, "type") === "Available" && stringAt(condition, "status") === "True",
  );
}

function podsOf(app: string): Promise<KubeObject[]> {
  return admin.list(core("pods"), namespace, `labelSelector=app%3D${app}`);
}

describe("the stand-in kubelet", () => {
  let kubelet: Kubelet;

  beforeAll(async () => {
    kubelet = new Kubelet({ api: shared.adminApi, clock: systemClock, nodeName: namespace, namespace });
    expect(await kubelet.start()).toMatchObject({ ok: true });
  });

  afterAll(() => kubelet.stop());

  test("makes a Deployment available and its endpoints ready, each Pod with an address of its own", async () => {
    await admin.create(deployments, namespace, deployment("web", 3));
    await admin.create(core("services"), namespace, service("web"));
    await waitFor(() => isAvailable("web"), { describe: "web to be available" });
    const addresses = await waitFor(
      async () => {
        const found = await readyAddresses("web");
        return found.length === 3 && found;
      },
      { describe: "three ready endpoints of web" },
    );
    expect(new Set(addresses).size).toBe(3);
    for (const address of addresses) expect(address).toMatch(/^10\.1\.\d+\.\d+$/);
  });

  test("makes one version's Pods unready and ready again, and leaves the others alone", async () => {
    for (const name of ["flaky", "steady"]) {
      await admin.create(deployments, namespace, deployment(name, 2));
      await admin.create(core("services"), namespace, service(name));
      await waitFor(async () => (await readyAddresses(name)).length === 2, { describe: `endpoints of ${name}` });
    }
    await kubelet.setReady(namespace, { prefix: "flaky-" }, false);
    await waitFor(async () => (await readyAddresses("flaky")).length === 0, {
      describe: "flaky to lose its endpoints",
    });
    expect(await readyAddresses("steady")).toHaveLength(2);
    await waitFor(async () => !(await isAvailable("flaky")), { describe: "flaky to be unavailable" });
    await kubelet.setReady(namespace, { labels: { app: "flaky" } }, true);
    await waitFor(async () => (await readyAddresses("flaky")).length === 2, { describe: "flaky to have them again" });
  });

  test("ends deleted Pods, and the ReplicaSet replaces them", async () => {
    await admin.create(deployments, namespace, deployment("churn", 1));
    await waitFor(() => isAvailable("churn"), { describe: "churn to be available" });
    const [before] = await podsOf("churn");
    await admin.delete(core("pods"), { namespace, name: before?.metadata.name ?? "" });
    const after = await waitFor(
      async () => {
        const found = await podsOf("churn");
        return found.length === 1 && found[0]?.metadata.uid !== before?.metadata.uid && found[0];
      },
      { describe: "another Pod in place of the deleted one" },
    );
    await waitFor(() => isAvailable("churn"), { describe: "churn to be available again" });
    expect(after.metadata.name).not.toBe(before?.metadata.name);
  });

  test("a background deletion of a Deployment with a finalizer keeps its Pods until the finalizer goes", async () => {
    const ref = { namespace, name: "held" };
    await admin.create(deployments, namespace, deployment("held", 2, { finalizers: ["example.com/hold"] }));
    await waitFor(() => isAvailable("held"), { describe: "held to be available" });
    const recorder = await recordRevisions(admin, namespace, core("pods"));
    await admin.delete(deployments, ref, { propagationPolicy: "Background" });
    expect((await admin.get(deployments, ref)).metadata.deletionTimestamp).toBeDefined();
    // A Deployment deleted after it has no finalizer: once its Pods are gone the collector has been at work.
    await admin.create(deployments, namespace, deployment("free", 1));
    await waitFor(() => isAvailable("free"), { describe: "free to be available" });
    await admin.delete(deployments, { namespace, name: "free" }, { propagationPolicy: "Background" });
    await waitFor(async () => (await podsOf("free")).length === 0, { describe: "the Pods of free to go" });
    const held = await podsOf("held");
    expect(held.map((pod) => pod.metadata.deletionTimestamp)).toEqual([undefined, undefined]);
    await recorder.stop();
    const doomed = recorder.revisions.filter(({ object }) => object.metadata.deletionTimestamp !== undefined);
    expect(doomed.length).toBeGreaterThan(0);
    expect(doomed.filter(({ object }) => object.metadata.name.startsWith("held-"))).toEqual([]);
    await admin.patch(deployments, ref, { metadata: { finalizers: [] } });
    await waitFor(async () => (await podsOf("held")).length === 0, { describe: "the Pods of held to go" });
    expect(await admin.find(deployments, ref)).toBeUndefined();
  });

  test("goes on with the Node and the Pods that an earlier one left", async () => {
    await admin.create(deployments, namespace, deployment("early", 1));
    await waitFor(() => isAvailable("early"), { describe: "early to be available" });
    const [before] = await podsOf("early");
    await kubelet.stop();
    await admin.create(deployments, namespace, deployment("late", 1));
    kubelet = new Kubelet({ api: shared.adminApi, clock: systemClock, nodeName: namespace, namespace });
    expect(await kubelet.start()).toMatchObject({ ok: true });
    await waitFor(() => isAvailable("late"), { describe: "late to be available" });
    const [after] = await podsOf("early");
    expect(after?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
  });
});

describe("the writer of route status", () => {
  let writer: RouteStatusWriter;

  beforeAll(() => {
    writer = new RouteStatusWriter({
      api: shared.adminApi,
      clock: systemClock,
      controllerName: "example.com/gateway",
      namespace,
    });
    writer.start();
  });

  afterEach(() => writer.setStalled(false));
  afterAll(() => writer.stop());

  function route(name: string, weight: number): JsonObject {
    const spec = {
      parentRefs: [{ name: "gw" }],
      rules: [
        {
          backendRefs: [
            { name: "a", port: 80, weight },
            { name: "b", port: 80, weight: 100 - weight },
          ],
        },
      ],
    };
    return { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata: { name }, spec };
  }

  function generationIn(found: KubeObject, controllerName: string): number | undefined {
    const entry = arrayAt(found, "status", "parents").find(
      (parent) => stringAt(parent, "controllerName") === controllerName,
    );
    const accepted = arrayAt(entry, "conditions").find((condition) => stringAt(condition, "type") === "Accepted");
    return stringAt(accepted, "status") === "True" ? numberAt(accepted, "observedGeneration") : undefined;
  }

  async function observed(name: string, controllerName = "example.com/gateway"): Promise<number | undefined> {
    return generationIn(await admin.get(httpRoutes, { namespace, name }), controllerName);
  }

  test("follows every generation of a route", async () => {
    const ref = { namespace, name: "followed" };
    for (const generation of [1, 2, 3]) {
      const stored = await admin.apply(httpRoutes, ref, route("followed", generation));
      expect(stored.metadata.generation).toBe(generation);
      await waitFor(async () => (await observed("followed")) === generation, { describe: `generation ${generation}` });
    }
    const live = await admin.get(httpRoutes, ref);
    expect(at(live, "status", "parents", 0, "parentRef")).toMatchObject({ name: "gw", kind: "Gateway" });
    expect(live.metadata.generation).toBe(3);
  });

  test("says nothing while stalled, then what it owes, and keeps what other gateways said", async () => {
    const ref = { namespace, name: "stalled" };
    await admin.apply(httpRoutes, ref, route("stalled", 1));
    await waitFor(async () => (await observed("stalled")) === 1, { describe: "generation 1" });
    const parents = arrayAt(await admin.get(httpRoutes, ref), "status", "parents");
    const conditions = arrayAt(parents, 0, "conditions");
    const other = { parentRef: { name: "other" }, controllerName: "example.com/other", conditions };
    const status = { status: { parents: [...parents, other] } };
    await admin.patch(httpRoutes, ref, status, { subresource: "status" });
    writer.setStalled(true);
    await admin.apply(httpRoutes, ref, route("stalled", 2));
    await admin.apply(httpRoutes, ref, route("stalled", 3));
    // A writer of its own has reported on the newest: what the stalled one did not say by now, it withholds.
    const second = new RouteStatusWriter({
      api: shared.adminApi,
      clock: systemClock,
      controllerName: "example.com/second",
      namespace,
    });
    second.start();
    await waitFor(async () => (await observed("stalled", "example.com/second")) === 3, {
      describe: "the second writer",
    });
    await second.stop();
    expect(await observed("stalled")).toBe(1);
    writer.setStalled(false);
    await waitFor(async () => (await observed("stalled")) === 3, { describe: "generation 3" });
    const live = await admin.get(httpRoutes, ref);
    const names = arrayAt(live, "status", "parents").map((entry) => stringAt(entry, "controllerName"));
    expect([...names].sort()).toEqual(["example.com/gateway", "example.com/other", "example.com/second"]);
  });
});

test("the plane's defaults are those of Gateway API: a bare route comes back with kinds, weight and match", async () => {
  const body = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "bare" },
    spec: { parentRefs: [{ name: "gw" }], rules: [{ backendRefs: [{ name: "a", port: 80 }] }] },
  };
  const stored = await admin.apply(httpRoutes, { namespace, name: "bare" }, body);
  expect(at(stored, "spec")).toMatchObject({
    parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "gw" }],
    rules: [
      {
        backendRefs: [{ group: "", kind: "Service", name: "a", port: 80, weight: 1 }],
        matches: [{ path: { type: "PathPrefix", value: "/" } }],
      },
    ],
  });
});

test("a token names its service account", async () => {
  const client = shared.clientFor(await shared.serviceAccountToken(namespace, "nobody"));
  try {
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const self = await client.success("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { body: review });
    expect(stringAt(self, "status", "userInfo", "username")).toBe(`system:serviceaccount:${namespace}:nobody`);
  } finally {
    client.close();
  }
});
