import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { arrayAt, at, objectAt, stringAt } from "../../../../src/base/json.js";
import { seededRandom } from "../../../../src/base/random.js";
import { Kubelet } from "../../../../src/sandbox/workloads/kubelet.js";
import { LoopbackNetwork } from "../../../../src/sandbox/workloads/server/podNetwork.js";
import type { Endpoint } from "../../../../src/sandbox/workloads/server/podNetwork.js";
import { PodServers } from "../../../../src/sandbox/workloads/server/podServers.js";
import { FakeApi } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";
import { until } from "../../../support/until.js";
import { http1 } from "./server/serving.js";

const pods = { group: "", version: "v1", resource: "pods" };
const ending = { deletionTimestamp: "2030-01-01T00:00:00Z", finalizers: ["test/keep"], deletionGracePeriodSeconds: 30 };

describe("a kubelet that runs servers", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let network: LoopbackNetwork;
  let servers: PodServers;
  let kubelet: Kubelet;

  beforeEach(async () => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    network = new LoopbackNetwork();
    servers = new PodServers({ clock, random: seededRandom(1), network });
    kubelet = await startKubelet();
  });

  afterEach(async () => {
    servers.close();
    await kubelet.stop();
  });

  async function startKubelet(): Promise<Kubelet> {
    const started = new Kubelet({ api, clock, nodeName: "here", serve: servers });
    expect(await started.start()).toMatchObject({ ok: true });
    await clock.advance(0);
    return started;
  }

  function put(name: string, metadata: JsonObject = {}, container: JsonObject = {}): void {
    const known = api.server.get(pods, { namespace: "ns", name });
    const status = known === undefined ? {} : { status: objectAt(known, "status") };
    const spec = { nodeName: "here", containers: [{ name: "app", ...container }] };
    api.server.put(pods, {
      namespace: "ns",
      name,
      metadata: { labels: { version: "v1" }, ...metadata },
      spec,
      ...status,
    });
  }

  function readiness(name: string): string | undefined {
    const conditions = arrayAt(api.server.get(pods, { namespace: "ns", name }), "status", "conditions");
    const ready = conditions.find((condition) => stringAt(condition, "type") === "Ready");
    return stringAt(ready, "status");
  }

  async function untilReady(name: string, status = "True"): Promise<void> {
    await untilSo(() => readiness(name) === status, `${name} to be ready: ${status}`);
  }

  /** The fake API answers in later turns, some of them by the clock. */
  async function untilSo(condition: () => boolean, what: string): Promise<void> {
    for (let turn = 0; turn < 200 && !condition(); turn += 1) await clock.advance(0);
    await until(condition, what);
  }

  function endpoint(name: string): Endpoint {
    const ip = stringAt(api.server.get(pods, { namespace: "ns", name }), "status", "podIP") ?? "";
    const found = network.endpointOf(ip, 8080);
    if (found === undefined) throw new Error(`nobody listens on ${ip}:8080`);
    return found;
  }

  test("reports a Pod ready when its server answers, under an address that is not loopback", async () => {
    put("a");
    await untilReady("a");
    expect(stringAt(api.server.get(pods, { namespace: "ns", name: "a" }), "status", "podIP")).toMatch(/^10\.1\./);
    expect((await http1(endpoint("a"))).headers).toMatchObject({ "x-version": "v1", "x-pod": "a" });
  });

  test("reports readiness that flaps, a crash and the restart", async () => {
    put("a", { annotations: { "sandbox.pointsman.dev/flap": "2s" } });
    await untilReady("a");
    await clock.advance(1_000);
    await untilReady("a", "False");
    servers.setBehaviour("ns", { prefix: "a" }, { flapMs: 0 });
    await untilReady("a");
    servers.crash("ns", { prefix: "a" }, 500);
    await untilReady("a", "False");
    const state = (): JsonObject =>
      objectAt(api.server.get(pods, { namespace: "ns", name: "a" }), "status", "containerStatuses", 0);
    expect(at(state(), "state")).toEqual({ waiting: { reason: "CrashLoopBackOff", message: "the server crashed" } });
    await clock.advance(500);
    await untilReady("a");
    expect(state()).toMatchObject({ restartCount: 1, ready: true });
    expect((await http1(endpoint("a"))).status).toBe(200);
  });

  test("keeps a Pod whose annotations it cannot read unready, and says which, until they are mended", async () => {
    put("a", { annotations: { "sandbox.pointsman.dev/latency": "fast" } });
    await untilReady("a", "False");
    const waiting = at(
      api.server.get(pods, { namespace: "ns", name: "a" }),
      "status",
      "containerStatuses",
      0,
      "state",
      "waiting",
    );
    expect(stringAt(waiting, "reason")).toBe("CreateContainerConfigError");
    expect(stringAt(waiting, "message")).toContain('metadata.annotations["sandbox.pointsman.dev/latency"]');
    put("a", { annotations: { "sandbox.pointsman.dev/latency": "0s" } });
    await untilReady("a");
  });

  test("changes the behaviour of running Pods and of later ones, by the newest word", async () => {
    put("a");
    await untilReady("a");
    servers.setBehaviour("ns", { labels: { version: "v1" } }, { errorRate: 1, errorStatus: 418 });
    put("b");
    await untilReady("b");
    expect([(await http1(endpoint("a"))).status, (await http1(endpoint("b"))).status]).toEqual([418, 418]);
    servers.setBehaviour("ns", { labels: { version: "v1" } }, { errorRate: 0 });
    expect((await http1(endpoint("a"))).status).toBe(200);
  });

  test("a deleted Pod serves on during preStop, then finishes what is under way, then goes", async () => {
    const hook = { lifecycle: { preStop: { sleep: { seconds: 5 } } } };
    put("a", {}, hook);
    await untilReady("a");
    const where = endpoint("a");
    put("a", ending, hook);
    await clock.advance(4_999);
    expect((await http1(where)).status).toBe(200);
    expect(readiness("a")).toBe("True");
    const last = http1(where, { "x-hold-ms": "3000" });
    await until(() => servers.underWay("ns", { prefix: "a" }) === 1, "a request under way");
    await clock.advance(1);
    await expect(http1(where)).rejects.toThrow("ECONNREFUSED");
    await untilReady("a", "False");
    expect(api.made("delete")).toEqual([]);
    await clock.advance(2_999);
    expect((await last).status).toBe(200);
    await untilSo(() => api.made("delete").length > 0, "the Pod to be ended");
    expect(api.made("delete")).toMatchObject([{ target: "pods/ns/a", at: 7_999 }]);
  });

  test("a deleted Pod whose requests do not end is killed when its grace is over", async () => {
    put("a");
    await untilReady("a");
    const cut = expect(http1(endpoint("a"), { "x-hold-ms": "60000" })).rejects.toThrow("socket hang up");
    await until(() => servers.underWay("ns", { prefix: "a" }) === 1, "a request under way");
    put("a", { ...ending, deletionGracePeriodSeconds: 2 });
    await clock.advance(1_999);
    expect(api.made("delete")).toEqual([]);
    await clock.advance(1);
    await cut;
    await untilSo(() => api.made("delete").length > 0, "the Pod to be ended");
    expect(api.made("delete")).toMatchObject([{ at: 2_000 }]);
  });

  test("servers outlive their kubelet, and end with their Pods", async () => {
    put("a");
    await untilReady("a");
    const where = endpoint("a");
    await kubelet.stop();
    expect((await http1(where)).status).toBe(200);
    const reports = api.made("mergePatch").length;
    kubelet = await startKubelet();
    await clock.advance(1_000);
    expect(endpoint("a")).toEqual(where);
    expect(api.made("mergePatch")).toHaveLength(reports);
    api.server.remove(pods, { namespace: "ns", name: "a" });
    await clock.advance(0);
    await expect(http1(where)).rejects.toThrow("ECONNREFUSED");
  });

  test("a new kubelet starts the servers of the Pods that an earlier one reported", async () => {
    put("a");
    await untilReady("a");
    await kubelet.stop();
    servers.close();
    servers = new PodServers({ clock, random: seededRandom(1), network });
    kubelet = await startKubelet();
    await until(
      () => servers.report(api.server.get(pods, { namespace: "ns", name: "a" })?.metadata.uid ?? "")?.ready === true,
    );
    expect((await http1(endpoint("a"))).status).toBe(200);
  });
});
