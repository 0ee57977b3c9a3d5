import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

import type { Clock } from "../../src/base/clock.js";
import { systemClock } from "../../src/base/clock.js";
import type { Json, JsonObject } from "../../src/base/json.js";
import { arrayAt, numberAt, stringAt } from "../../src/base/json.js";
import { seededRandom } from "../../src/base/random.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { Gateway } from "../../src/sandbox/gateway/gateway.js";
import { plane } from "../support/plane/plane.js";
import { waitFor } from "../support/plane/waitFor.js";
import type { HttpServer } from "../support/httpServer.js";
import { Backends } from "../unit/sandbox/gateway/backends.js";
import type { Got } from "../unit/sandbox/gateway/clients.js";
import { Clients } from "../unit/sandbox/gateway/clients.js";

const core = (resource: string): GroupVersionResource => ({ group: "", version: "v1", resource });
const slices: GroupVersionResource = { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" };
const gatewayApi = (resource: string): GroupVersionResource => ({
  group: "gateway.networking.k8s.io",
  version: "v1",
  resource,
});
const istio = (resource: string): GroupVersionResource => ({
  group: "networking.istio.io",
  version: "v1beta1",
  resource,
});

const shared = plane();
const { admin } = shared;
const backends = new Backends();
let namespace: string;
let gateway: Gateway;
let clients: Clients;
let shadow: HttpServer;

/** The machine's clock, which notes when timers of some length were started and when they fired. */
class NotingClock implements Clock {
  readonly fired: { readonly asked: number; readonly took: number }[] = [];

  now(): number {
    return systemClock.now();
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  after(ms: number, run: () => void): () => void {
    const begun = this.monotonic();
    return systemClock.after(ms, () => {
      this.fired.push({ asked: ms, took: this.monotonic() - begun });
      run();
    });
  }
}

const clock = new NotingClock();

beforeAll(async () => {
  namespace = await shared.createNamespace("gateway");
  await Promise.all(["10.1.9.1", "10.1.9.2"].map((ip) => backends.http1(ip)));
  shadow = await backends.http1("10.1.9.3");
  await backends.http2("10.1.9.4", (stream, headers) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0", "x-path": headers[":path"] ?? "" }));
    stream.pipe(stream);
  });
  await service("one", ["10.1.9.1"]);
  await service("two", ["10.1.9.2"]);
  await service("shadow", ["10.1.9.3"]);
  await service("echo", ["10.1.9.4"]);
  await service("empty", []);
  gateway = new Gateway({
    api: shared.adminApi,
    clock,
    random: seededRandom(11),
    namespace,
    network: backends,
    controllerName: "example.com/real-gateway",
    parent: { name: "gw" },
  });
  clients = new Clients(await gateway.start());
}, 60_000);

afterAll(async () => {
  clients.close();
  await gateway.stop();
  await backends.close();
  await admin.delete(core("namespaces"), { name: namespace });
  shared.close();
}, 60_000);

/** Applies an object of the test's namespace and returns its generation. */
async function apply(
  gvr: GroupVersionResource,
  kind: string,
  name: string,
  body: JsonObject,
  metadata: JsonObject = {},
): Promise<number> {
  const apiVersion = gvr.group === "" ? gvr.version : `${gvr.group}/${gvr.version}`;
  const whole = { apiVersion, kind, metadata: { name, namespace, ...metadata }, ...body };
  return (await admin.apply(gvr, { namespace, name }, whole)).metadata.generation ?? 0;
}

/** A Service without a selector, and its endpoints by hand. A Pod is named after the last part of its address. */
async function service(name: string, ips: readonly string[]): Promise<void> {
  await apply(core("services"), "Service", name, { spec: { ports: [{ port: 80, targetPort: 8080 }] } });
  await endpoints(name, ips);
}

async function endpoints(name: string, ips: readonly string[], ready = true): Promise<void> {
  const body = {
    addressType: "IPv4",
    ports: [{ name: "", port: 8080, protocol: "TCP" }],
    endpoints: ips.map((ip) => ({
      addresses: [ip],
      conditions: { ready },
      targetRef: { kind: "Pod", name: `pod-${ip.split(".")[3] ?? ""}`, namespace },
    })),
  };
  await apply(slices, "EndpointSlice", `${name}-1`, body, { labels: { "kubernetes.io/service-name": name } });
}

/** Applies a route of one host and waits until the gateway goes by it. */
async function httpRoute(name: string, rules: Json): Promise<number> {
  const spec = { parentRefs: [{ name: "gw" }], hostnames: [`${name}.example.com`], rules };
  return apply(gatewayApi("httproutes"), "HTTPRoute", name, { spec });
}

function inForce(kind: string, name: string, generation: number): Promise<unknown> {
  const isThere = (): boolean =>
    gateway
      .routesInForce()
      .some((route) => route.kind === kind && route.name === name && route.generation === generation);
  return waitFor(isThere, { describe: `${kind} ${name} of generation ${generation} in force` });
}

/** How often each answered, of `count` requests. */
async function counted(count: number, send: () => Promise<Got>): Promise<Readonly<Record<string, number>>> {
  const seen: Record<string, number> = {};
  for (const got of await Promise.all(Array.from({ length: count }, send))) {
    const key = got.status === 200 ? got.body : `status ${got.status}`;
    seen[key] = (seen[key] ?? 0) + 1;
  }
  return seen;
}

const backend = (name: string, weight = 1): JsonObject => ({ name, port: 80, weight });

describe("the gateway on a real control plane", () => {
  test.each(["http1", "http2"] as const)("shares requests by %s out 80 to 20", async (by) => {
    const generation = await httpRoute("split", [{ backendRefs: [backend("one", 80), backend("two", 20)] }]);
    await inForce("HTTPRoute", "split", generation);
    const seen = await counted(500, () => clients[by]({ host: "split.example.com" }));
    expect((seen["10.1.9.1"] ?? 0) + (seen["10.1.9.2"] ?? 0)).toBe(500);
    // Four standard deviations of 500 draws.
    expect(Math.abs((seen["10.1.9.2"] ?? 0) - 100)).toBeLessThan(36);
  });

  test("passes calls of gRPC through a GRPCRoute, trailers included", async () => {
    const rules = [{ matches: [{ method: { service: "shop.Cart" } }], backendRefs: [backend("echo")] }];
    const spec = { parentRefs: [{ name: "gw" }], hostnames: ["grpc.example.com"], rules };
    await inForce("GRPCRoute", "grpc", await apply(gatewayApi("grpcroutes"), "GRPCRoute", "grpc", { spec }));
    const got = await clients.grpc("/shop.Cart/Add", "hello", "grpc.example.com");
    expect(got).toMatchObject({ status: 200, trailers: { "grpc-status": "0", "x-path": "/shop.Cart/Add" } });
    expect(got.body.endsWith("hello")).toBe(true);
  });

  test("answers 500 for the share of a missing backend and 503 where no endpoint is ready", async () => {
    const rule = (value: string, ...names: readonly string[]): Json => ({
      matches: [{ path: { type: "PathPrefix", value } }],
      backendRefs: names.map((name) => backend(name)),
    });
    const rules = [rule("/half", "one", "nobody"), rule("/empty", "empty"), { backendRefs: [backend("one", 0)] }];
    await inForce("HTTPRoute", "errors", await httpRoute("errors", rules));
    const by = (path: string) => (): Promise<Got> => clients.http1({ host: "errors.example.com", path });
    const half = await counted(200, by("/half"));
    expect(Object.keys(half).sort()).toEqual(["10.1.9.1", "status 500"]);
    expect(await counted(5, by("/empty"))).toEqual({ "status 503": 5 });
    expect(await counted(5, by("/"))).toEqual({ "status 503": 5 });
    await endpoints("empty", ["10.1.9.2"]);
    await waitFor(async () => (await by("/empty")()).status === 200, { describe: "the endpoint to be found" });
  });

  test("copies requests to a mirror", async () => {
    const filters = [
      { type: "RequestMirror", requestMirror: { backendRef: { name: "shadow", port: 80 }, percent: 50 } },
    ];
    await inForce("HTTPRoute", "mirror", await httpRoute("mirror", [{ filters, backendRefs: [backend("one")] }]));
    const before = shadow.seen.length;
    expect(await counted(200, () => clients.http1({ host: "mirror.example.com" }))).toEqual({ "10.1.9.1": 200 });
    await waitFor(() => shadow.seen.length - before >= 71, { describe: "the copies" });
    expect(shadow.seen.length - before).toBeLessThan(129);
  });

  test("serves a VirtualService: a header leads to a subset, which goes by the labels of Pods", async () => {
    await service("app", ["10.1.9.1", "10.1.9.2"]);
    for (const [at, version] of [
      [1, "v1"],
      [2, "v2"],
    ] as const) {
      const spec = { containers: [{ name: "app", image: "example.com/app:1" }], nodeName: "nowhere" };
      await apply(core("pods"), "Pod", `pod-${at}`, { spec }, { labels: { version } });
    }
    const subsets = ["v1", "v2"].map((name) => ({ name, labels: { version: name } }));
    await apply(istio("destinationrules"), "DestinationRule", "app", { spec: { host: "app", subsets } });
    const to = (subset: string): Json => [{ destination: { host: "app", subset } }];
    const http = [
      { match: [{ headers: { "x-canary": { exact: "yes" } } }], route: to("v2") },
      { match: [{ uri: { prefix: "/lost" } }], route: to("v3") },
      { route: to("v1") },
    ];
    const spec = { hosts: ["app"], http };
    await inForce("VirtualService", "app", await apply(istio("virtualservices"), "VirtualService", "app", { spec }));
    const host = `app.${namespace}.svc.cluster.local`;
    const by = (headers: Record<string, string>, path = "/"): Promise<Got> => clients.http1({ host, headers, path });
    await waitFor(async () => (await by({})).status === 200, { describe: "the labels of the Pods" });
    expect(await counted(10, () => by({}))).toEqual({ "10.1.9.1": 10 });
    await waitFor(async () => (await by({ "x-canary": "yes" })).body === "10.1.9.2", { describe: "the canary's Pod" });
    expect(await counted(10, () => by({ "x-canary": "yes" }))).toEqual({ "10.1.9.2": 10 });
    expect((await by({}, "/lost")).status).toBe(503);
  });

  test("follows a change of weights only after the lag, while its status does not wait", async () => {
    const refs = (one: number, two: number): Json => [{ backendRefs: [backend("one", one), backend("two", two)] }];
    await inForce("HTTPRoute", "lag", await httpRoute("lag", refs(1, 0)));
    gateway.setLag({ routes: 1_500 });
    const generation = await httpRoute("lag", refs(0, 1));
    const stored = clock.monotonic();
    const observed = async (): Promise<number | undefined> => {
      const live = await admin.get(gatewayApi("httproutes"), { namespace, name: "lag" });
      const own = arrayAt(live, "status", "parents").find(
        (entry) => stringAt(entry, "controllerName") === "example.com/real-gateway",
      );
      return numberAt(own, "conditions", 0, "observedGeneration");
    };
    await waitFor(async () => (await observed()) === generation, { describe: "the status" });
    const reported = clock.monotonic() - stored;
    // The old weights hold while the new ones are on their way.
    expect(gateway.pending.routes).toBe(1);
    expect((await clients.http1({ host: "lag.example.com" })).body).toBe("10.1.9.1");
    await waitFor(async () => (await clients.http1({ host: "lag.example.com" })).body === "10.1.9.2", {
      describe: "the new weights",
    });
    const followed = clock.fired.filter(({ asked }) => asked === 1_500).map(({ took }) => took);
    expect(followed).toHaveLength(1);
    expect(followed[0]).toBeGreaterThanOrEqual(1_499);
    expect(reported).toBeLessThan(1_500);
    gateway.setLag({ routes: 0 });
  });
});
