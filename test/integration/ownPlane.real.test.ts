import { afterAll, beforeAll, expect, test } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import { stringAt } from "../../src/base/json.js";
import { createApi } from "../../src/kube/client.js";
import { Kubelet } from "../../src/sandbox/workloads/kubelet.js";
import { AdminClient } from "../support/plane/adminClient.js";
import { plane, transportTo } from "../support/plane/plane.js";
import type { RunningPlane } from "../support/plane/startPlane.js";
import { startPlane } from "../support/plane/startPlane.js";
import { waitFor } from "../support/plane/waitFor.js";

const pods = { group: "", version: "v1", resource: "pods" };
const configMaps = { group: "", version: "v1", resource: "configmaps" };
const namespace = "default";

const shared = plane();
let own: RunningPlane;

beforeAll(async () => {
  own = await startPlane({ ...shared.ownPlaneOptions(), crdFiles: [] });
});

afterAll(async () => {
  shared.close();
  await own.stop();
});

async function createPod(name: string): Promise<void> {
  const spec = { containers: [{ name: "app", image: "app:1" }] };
  await own.admin.create(pods, namespace, { apiVersion: "v1", kind: "Pod", metadata: { name }, spec });
}

async function isRunning(name: string): Promise<boolean> {
  return stringAt(await own.admin.get(pods, { namespace, name }), "status", "phase") === "Running";
}

test("the stand-in kubelet goes on after the API server was killed and came back", async () => {
  const transport = transportTo(own.info);
  const kubelet = new Kubelet({ api: createApi(transport), clock: systemClock, nodeName: "here", namespace });
  try {
    expect(await kubelet.start()).toMatchObject({ ok: true });
    await createPod("before");
    await waitFor(() => isRunning("before"), { describe: "the Pod from before to run" });
    await own.killApiServer();
    await expect(own.admin.request("GET", "/readyz")).rejects.toThrow("ECONN");
    await own.startApiServer();
    await createPod("after");
    await waitFor(() => isRunning("after"), { describe: "the Pod from after to run" });
  } finally {
    await kubelet.stop();
    transport.close();
  }
});

test("two API servers on one etcd show each other's writes", async () => {
  const second = new AdminClient({ ...own.info, url: await own.addApiServer() });
  try {
    const name = "shared";
    await own.admin.create(configMaps, namespace, { apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
    expect((await second.get(configMaps, { namespace, name })).metadata.name).toBe(name);
    await second.delete(configMaps, { namespace, name });
    expect(await own.admin.find(configMaps, { namespace, name })).toBeUndefined();
  } finally {
    second.close();
  }
});

test("a service account has the rights of its bindings and no more", async () => {
  const client = shared.clientFor(await shared.serviceAccountToken(namespace, "nobody"));
  try {
    expect((await client.request("GET", `/api/v1/namespaces/${namespace}/pods`)).status).toBe(403);
  } finally {
    client.close();
  }
});
