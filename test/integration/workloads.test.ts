import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, at, numberAt, stringAt } from "../../src/base/json.js";
import { seededRandom } from "../../src/base/random.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { LoadSource } from "../../src/sandbox/load/loadSource.js";
import type { LoadSummary } from "../../src/sandbox/load/record.js";
import { Senders } from "../../src/sandbox/load/senders.js";
import type { RequestShape } from "../../src/sandbox/load/shape.js";
import { Kubelet } from "../../src/sandbox/workloads/kubelet.js";
import type { Endpoint } from "../../src/sandbox/workloads/server/podNetwork.js";
import { LoopbackNetwork } from "../../src/sandbox/workloads/server/podNetwork.js";
import { PodServers } from "../../src/sandbox/workloads/server/podServers.js";
import { plane } from "../support/plane/plane.js";
import { waitFor } from "../support/plane/waitFor.js";

const core = (resource: string): GroupVersionResource => ({ group: "", version: "v1", resource });
const deployments = { group: "apps", version: "v1", resource: "deployments" };
const slices = { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" };

const shared = plane();
const { admin } = shared;
const network = new LoopbackNetwork();
const servers = new PodServers({ clock: systemClock, random: seededRandom(1), network });
let namespace: string;
let kubelet: Kubelet;

beforeAll(async () => {
  namespace = await shared.createNamespace("workloads");
  kubelet = new Kubelet({ api: shared.adminApi, clock: systemClock, nodeName: namespace, namespace, serve: servers });
  expect(await kubelet.start()).toMatchObject({ ok: true });
});

afterAll(async () => {
  await kubelet.stop();
  servers.close();
  await admin.delete(core("namespaces"), { name: namespace });
  shared.close();
});

async function deploy(name: string, replicas: number, preStopSeconds = 0, graceSeconds = 30): Promise<void> {
  const labels = { app: name };
  const preStop = { exec: { command: ["sleep", String(preStopSeconds)] } };
  const container = { name: "app", image: "app:1", ports: [{ containerPort: 8080 }], lifecycle: { preStop } };
  const annotations = { "sandbox.pointsman.dev/version": `${name}-version` };
  const spec = { containers: [container], terminationGracePeriodSeconds: graceSeconds };
  await admin.create(deployments, namespace, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels, annotations }, spec } },
  });
  await admin.create(core("services"), namespace, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  });
}

/** An endpoint as its slice tells it: its conditions as "ready serving terminating", those that are true. */
interface SeenEndpoint {
  readonly ip: string;
  readonly conditions: string;
  readonly at: Endpoint | undefined;
}

async function endpoints(service: string): Promise<SeenEndpoint[]> {
  const found = await admin.list(slices, namespace, `labelSelector=kubernetes.io/service-name%3D${service}`);
  return found.flatMap((slice) =>
    arrayAt(slice, "endpoints").map((endpoint) => {
      const ip = stringAt(endpoint, "addresses", 0) ?? "";
      const conditions = ["ready", "serving", "terminating"].filter(
        (name) => at(endpoint, "conditions", name) === true,
      );
      return {
        ip,
        conditions: conditions.join(" "),
        at: network.endpointOf(ip, numberAt(slice, "ports", 0, "port") ?? 0),
      };
    }),
  );
}

function untilConditions(service: string, wanted: readonly string[]): Promise<SeenEndpoint[]> {
  return waitFor(
    async () => {
      const found = await endpoints(service);
      return JSON.stringify(found.map(({ conditions }) => conditions)) === JSON.stringify(wanted) && found;
    },
    { describe: `endpoints of ${service} to be ${JSON.stringify(wanted)}` },
  );
}

function load(target: Endpoint, shapes: readonly RequestShape[], rate = 100): LoadSource {
  const random = seededRandom(2);
  return new LoadSource({ clock: systemClock, random, carrier: new Senders(target), rate, shapes });
}

async function answersFrom(target: Endpoint): Promise<LoadSummary> {
  const host = "app.example.com";
  const shapes = (["http1", "h2c", "grpc", "grpcStream"] as const).map((protocol) => ({ protocol, host }));
  const source = load(target, shapes, 400);
  source.start();
  await waitFor(() => source.summary().total >= 40, { describe: "40 answers" });
  return source.stop();
}

async function deletePod(prefix: string, options: JsonObject = {}): Promise<void> {
  const found = (await admin.list(core("pods"), namespace)).find(({ metadata }) => metadata.name.startsWith(prefix));
  await admin.delete(core("pods"), { namespace, name: found?.metadata.name ?? "" }, options);
}

describe("Pods that are servers", () => {
  test("answer over every protocol at the endpoints of their Service, with their version", async () => {
    await deploy("web", 2);
    for (const { ip, at: where } of await untilConditions("web", ["ready serving", "ready serving"])) {
      expect(ip).toMatch(/^10\.1\./);
      const { lost, versions } = await answersFrom(where ?? { host: "", port: 0 });
      expect([lost, Object.keys(versions)]).toEqual([0, ["web-version"]]);
    }
  });

  test("lose their endpoints while they are not ready, and after a crash until they are back", async () => {
    await deploy("flaky", 1);
    await untilConditions("flaky", ["ready serving"]);
    await kubelet.setReady(namespace, { prefix: "flaky-" }, false);
    await untilConditions("flaky", [""]);
    await kubelet.setReady(namespace, { prefix: "flaky-" }, true);
    await untilConditions("flaky", ["ready serving"]);
    servers.crash(namespace, { prefix: "flaky-" }, 1_000);
    await untilConditions("flaky", [""]);
    const [back] = await untilConditions("flaky", ["ready serving"]);
    expect((await answersFrom(back?.at ?? { host: "", port: 0 })).lost).toBe(0);
  });

  test("serve on during preStop and finish what is under way: a load that moves away then loses nothing", async () => {
    await deploy("kind", 1, 1);
    const [before] = await untilConditions("kind", ["ready serving"]);
    const target = before?.at ?? { host: "", port: 0 };
    const host = "app.example.com";
    const source = load(target, [
      { protocol: "http1", host, share: 5 },
      { protocol: "h2c", host, share: 5 },
      { protocol: "grpc", host, share: 5 },
      { protocol: "http1", host, holdMs: 1_500 },
      { protocol: "grpcStream", host, holdMs: 1_500 },
    ]);
    source.start();
    await waitFor(() => source.summary().answered > 20, { describe: "answers" });
    await deletePod("kind-");
    // What a gateway does: it stops sending once the endpoint is not ready, long before preStop is over.
    const seen = await waitFor(
      async () =>
        (await endpoints("kind")).find(({ ip, conditions }) => ip === before?.ip && conditions !== "ready serving"),
      { describe: "the endpoint to be terminating" },
    );
    expect(seen.conditions).toBe("serving terminating");
    const { lost, lostByReason, answered } = await source.stop();
    expect([lost, lostByReason]).toEqual([0, {}]);
    expect(answered).toBeGreaterThan(20);
    await waitFor(async () => !(await endpoints("kind")).some(({ ip }) => ip === before?.ip), {
      describe: "the endpoint to go",
    });
    expect((await answersFrom(target)).lostByReason).toMatchObject({ refused: expect.any(Number) });
  });

  test("no longer serve, by their endpoint, once they only finish what is under way", async () => {
    await deploy("slow", 1, 0, 3);
    const [before] = await untilConditions("slow", ["ready serving"]);
    const source = load(before?.at ?? { host: "", port: 0 }, [{ protocol: "http1", host: "a", holdMs: 60_000 }], 50);
    source.start();
    await waitFor(() => servers.underWay(namespace, { prefix: "slow-" }) > 0, { describe: "a request under way" });
    const stopping = source.stop();
    await deletePod("slow-");
    await waitFor(
      async () =>
        (await endpoints("slow")).some(({ ip, conditions }) => ip === before?.ip && conditions === "terminating"),
      { describe: "the endpoint to be terminating and not serving" },
    );
    const { answered, losses } = await stopping;
    expect(answered).toBe(0);
    expect(new Set(losses.map(({ reason }) => reason))).toEqual(new Set(["reset"]));
  });

  test("a load that goes on to a Pod that dies at once shows the loss", async () => {
    await deploy("brutal", 1);
    const [before] = await untilConditions("brutal", ["ready serving"]);
    const source = load(before?.at ?? { host: "", port: 0 }, [{ protocol: "http1", host: "a" }]);
    source.start();
    await waitFor(() => source.summary().answered > 10, { describe: "answers" });
    await deletePod("brutal-", { gracePeriodSeconds: 0 });
    await waitFor(() => source.summary().lost > 10, { describe: "losses" });
    const { lostByReason } = await source.stop();
    expect(lostByReason.refused).toBeGreaterThan(0);
  });
});
