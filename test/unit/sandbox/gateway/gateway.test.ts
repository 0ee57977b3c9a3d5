import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { request } from "node:http";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { at, numberAt } from "../../../../src/base/json.js";
import { seededRandom } from "../../../../src/base/random.js";
import { PointsmanError } from "../../../../src/base/errors.js";
import type { GatewayOptions } from "../../../../src/sandbox/gateway/gateway.js";
import { Gateway } from "../../../../src/sandbox/gateway/gateway.js";
import type { Address } from "../../../../src/sandbox/gateway/network.js";
import { FakeApi } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";
import { until } from "../../../support/until.js";
import { Backends } from "./backends.js";
import { Clients, grpcFrame } from "./clients.js";

const gatewayApi = (resource: string) => ({ group: "gateway.networking.k8s.io", version: "v1", resource });
const httpRoutes = gatewayApi("httproutes");
const grpcRoutes = gatewayApi("grpcroutes");
const services = { group: "", version: "v1", resource: "services" };
const slices = { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" };

describe("the gateway", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let backends: Backends;
  let gateway: Gateway;
  let address: Address;
  let clients: Clients;

  beforeEach(() => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    backends = new Backends();
  });

  afterEach(async () => {
    clients.close();
    await gateway.stop();
    await backends.close();
  });

  async function start(over: Partial<GatewayOptions> = {}): Promise<void> {
    gateway = new Gateway({
      api,
      clock,
      random: seededRandom(3),
      network: backends,
      controllerName: "example.com/gateway",
      ...over,
    });
    address = await gateway.start();
    await clock.advance(0);
    clients = new Clients(address);
  }

  /** A Service and its endpoints. */
  function serve(name: string, ips: readonly string[], ready = true): void {
    api.server.put(services, { namespace: "ns", name, spec: { ports: [{ port: 80 }] } });
    const labels = { "kubernetes.io/service-name": name };
    const endpoints = ips.map((ip) => ({ addresses: [ip], conditions: { ready } }));
    api.server.put(slices, { namespace: "ns", name, metadata: { labels }, ports: [{ port: 8080 }], endpoints });
  }

  function route(rules: Json, over: JsonObject = {}): void {
    const spec = { parentRefs: [{ name: "gw" }], hostnames: ["app.example.com"], rules, ...over };
    api.server.put(httpRoutes, { namespace: "ns", name: "app", spec });
  }

  const to = (weights: Readonly<Record<string, number>>): Json =>
    Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight }));

  test("carries requests and answers of HTTP/1.1 and h2c unchanged but for what concerns a connection", async () => {
    const server = await backends.http1("10.1.0.1", (seen, response) => {
      response.writeHead(201, { "x-answer": "yes", "set-cookie": ["a=1", "b=2"] });
      response.end(`${seen.method} ${seen.url} ${seen.headers.host ?? ""} ${seen.body}`);
    });
    serve("a", ["10.1.0.1"]);
    route([{ backendRefs: to({ a: 1 }) }]);
    await start();
    for (const by of ["http1", "http2"] as const) {
      const got = await clients[by]({
        path: "/x?q=1",
        method: "POST",
        body: "hello",
        headers: { "x-request-id": "7" },
      });
      expect(got).toMatchObject({ status: 201, body: "POST /x?q=1 app.example.com hello" });
      expect(got.headers).toMatchObject({ "x-answer": "yes", "set-cookie": ["a=1", "b=2"] });
      expect(server.seen.at(-1)?.headers["x-request-id"]).toBe("7");
    }
  });

  test("answers HEAD without a body", async () => {
    const server = await backends.http1("10.1.0.1");
    serve("a", ["10.1.0.1"]);
    route([{ backendRefs: to({ a: 1 }) }]);
    await start();
    expect(await clients.http1({ method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    expect(await clients.http2({ method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    expect(server.seen.map(({ method }) => method)).toEqual(["HEAD", "HEAD"]);
  });

  test("keeps connections to servers for requests of both protocols", async () => {
    const server = await backends.http1("10.1.0.1");
    serve("a", ["10.1.0.1"]);
    route([{ backendRefs: to({ a: 1 }) }]);
    await start();
    for (let run = 0; run < 5; run += 1) expect((await clients.http1()).body).toBe("10.1.0.1");
    for (let run = 0; run < 5; run += 1) expect((await clients.http2()).body).toBe("10.1.0.1");
    expect(server.connections).toBe(1);
  });

  test("takes the endpoints that are ready in turns", async () => {
    await Promise.all(["10.1.0.1", "10.1.0.2", "10.1.0.3"].map((ip) => backends.http1(ip)));
    serve("a", ["10.1.0.1", "10.1.0.2", "10.1.0.3"]);
    route([{ backendRefs: to({ a: 1 }) }]);
    await start();
    const seen: string[] = [];
    for (let run = 0; run < 6; run += 1) seen.push((await clients.http1()).body);
    expect(seen.slice(0, 3).sort()).toEqual(["10.1.0.1", "10.1.0.2", "10.1.0.3"]);
    expect(seen.slice(3)).toEqual(seen.slice(0, 3));
  });

  test("answers 404, 500 and 503 for what is not there, and gRPC in its own words", async () => {
    serve("empty", ["10.1.0.1"], false);
    await backends.refusing("10.1.0.9");
    serve("refusing", ["10.1.0.9"]);
    serve("nowhere", ["10.1.0.8"]);
    const rule = (value: string, name: string): Json => ({
      matches: [{ path: { type: "PathPrefix", value } }],
      backendRefs: to({ [name]: 1 }),
    });
    route([rule("/gone", "gone"), rule("/empty", "empty"), rule("/refusing", "refusing"), rule("/nowhere", "nowhere")]);
    await start();
    const statuses = await Promise.all(
      ["/other", "/gone", "/empty", "/refusing", "/nowhere"].map(
        async (path) => (await clients.http1({ path })).status,
      ),
    );
    expect(statuses).toEqual([404, 500, 503, 503, 503]);
    const grpc = await clients.grpc("/empty/Call", "x");
    expect(grpc).toMatchObject({ status: 200, headers: { "grpc-status": "14" } });
  });

  test("follows a route after exactly the lag, and endpoints by a lag of their own", async () => {
    await Promise.all(["10.1.0.1", "10.1.0.2"].map((ip) => backends.http1(ip)));
    serve("a", ["10.1.0.1"]);
    serve("b", ["10.1.0.2"]);
    route([{ backendRefs: to({ a: 1, b: 0 }) }]);
    await start({ lag: { routes: 2_000, endpoints: 0 } });
    route([{ backendRefs: to({ a: 0, b: 1 }) }]);
    await clock.advance(1_999);
    expect((await clients.http1()).body).toBe("10.1.0.1");
    expect(gateway.routesInForce()).toMatchObject([{ kind: "HTTPRoute", name: "app", generation: 1 }]);
    await clock.advance(1);
    expect((await clients.http1()).body).toBe("10.1.0.2");
    expect(gateway.routesInForce()).toMatchObject([{ generation: 2 }]);
    serve("b", ["10.1.0.2"], false);
    expect((await clients.http1()).status).toBe(503);
    gateway.setLag({ routes: 0, endpoints: 500 });
    serve("b", ["10.1.0.2"], true);
    await clock.advance(499);
    expect((await clients.http1()).status).toBe(503);
    await clock.advance(1);
    expect((await clients.http1()).status).toBe(200);
    api.server.remove(httpRoutes, { namespace: "ns", name: "app" });
    expect((await clients.http1()).status).toBe(404);
  });

  test("writes the status of its own Gateway's routes at once, though the data plane lags", async () => {
    serve("a", []);
    await start({ lag: { routes: 30_000 }, parent: { name: "gw" } });
    route([{ backendRefs: to({ a: 1 }) }], { parentRefs: [{ name: "gw" }, { name: "other" }] });
    const ref = { namespace: "ns", name: "app" };
    await clock.advance(0);
    const parents = at(api.server.get(httpRoutes, ref), "status", "parents");
    expect(parents).toHaveLength(1);
    expect(numberAt(parents, 0, "conditions", 0, "observedGeneration")).toBe(1);
    expect(gateway.routesInForce()).toEqual([]);
    api.server.put(httpRoutes, { ...ref, name: "foreign", spec: { parentRefs: [{ name: "other" }] } });
    await clock.advance(30_000);
    expect(gateway.routesInForce().map(({ name }) => name)).toEqual(["app"]);
  });

  test("finishes a request by the route it began with", async () => {
    let release: (() => unknown) | undefined;
    await backends.http1("10.1.0.1", (_seen, response) => (release = () => response.end("old")));
    await backends.http1("10.1.0.2");
    serve("a", ["10.1.0.1"]);
    serve("b", ["10.1.0.2"]);
    route([{ backendRefs: to({ a: 1 }) }]);
    await start();
    const held = clients.http1();
    await until(() => release !== undefined, "the request at its server");
    route([{ backendRefs: to({ b: 1 }) }]);
    expect((await clients.http1()).body).toBe("10.1.0.2");
    release?.();
    expect((await held).body).toBe("old");
  });

  test("sends copies to a mirror, bodies included, and ignores what it says", async () => {
    await backends.http1("10.1.0.1");
    const shadow = await backends.http1("10.1.0.2", (_seen, response) => {
      response.writeHead(500);
      response.end("no");
    });
    serve("a", ["10.1.0.1"]);
    serve("b", ["10.1.0.2"]);
    const filters = [{ type: "RequestMirror", requestMirror: { backendRef: { name: "b", port: 80 } } }];
    route([{ filters, backendRefs: to({ a: 1 }) }]);
    await start();
    const body = "x".repeat(200_000);
    expect(await clients.http1({ method: "POST", body })).toMatchObject({ status: 200, body: "10.1.0.1" });
    await until(() => shadow.seen.length === 1, "the copy");
    expect(shadow.seen[0]?.body).toBe(body);
    expect(shadow.seen[0]?.headers.host).toBe("app.example.com-shadow");
  });

  test("changes header fields, also those of the answer", async () => {
    const server = await backends.http1("10.1.0.1", (_seen, response) => {
      response.setHeader("x-gone", "1");
      response.end();
    });
    serve("a", ["10.1.0.1"]);
    const set = (name: string, value: string): Json => ({ set: [{ name, value }], remove: ["x-gone"] });
    const filters = [
      { type: "RequestHeaderModifier", requestHeaderModifier: set("x-in", "1") },
      { type: "ResponseHeaderModifier", responseHeaderModifier: set("app-version", "v1") },
    ];
    route([{ backendRefs: [{ name: "a", port: 80, filters }] }]);
    await start();
    const got = await clients.http1({ headers: { "x-gone": "1" } });
    expect(got.headers).toMatchObject({ "app-version": "v1" });
    expect(got.headers["x-gone"]).toBeUndefined();
    expect(server.seen[0]?.headers).toMatchObject({ "x-in": "1" });
    expect(server.seen[0]?.headers["x-gone"]).toBeUndefined();
  });

  test("answers 504 when the time of a route is over, and not before", async () => {
    await backends.http1("10.1.0.1", () => undefined);
    serve("a", ["10.1.0.1"]);
    route([{ timeouts: { request: "1s" }, backendRefs: to({ a: 1 }) }]);
    await start();
    const before = clock.pending;
    const asked = [clients.http1(), clients.http2()];
    await until(() => clock.pending === before + 2, "both limits");
    await clock.advance(1_000);
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([504, 504]);
  });

  test("breaks an answer off that takes too long, so that nobody takes a part for the whole", async () => {
    await backends.http1("10.1.0.1", (_seen, response) => {
      response.write("part");
    });
    serve("a", ["10.1.0.1"]);
    route([{ timeouts: { request: "1s" }, backendRefs: to({ a: 1 }) }]);
    await start();
    const before = clock.pending;
    const asked = [clients.http1(), clients.http2()];
    await until(() => clock.pending === before + 2, "both limits");
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(1_000);
    for (const got of await Promise.all(asked)) expect(got.problem ?? got.status).not.toBe(200);
  });

  test("hands on the head of an answer before there is a body, and each part of that as it comes", async () => {
    const steps: (() => void)[] = [];
    await backends.http1("10.1.0.1", (_seen, response) => {
      response.flushHeaders();
      steps.push(
        () => response.write("one"),
        () => response.end("two"),
      );
    });
    serve("a", ["10.1.0.1"]);
    route([{ backendRefs: to({ a: 1 }) }]);
    await start();
    const parts: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const outgoing = request({ ...address, headers: { host: "app.example.com" } }, (incoming) => {
        incoming.setEncoding("utf8");
        incoming.on("data", (part: string) => {
          parts.push(part);
          steps.shift()?.();
        });
        incoming.on("end", resolve);
        steps.shift()?.();
      });
      outgoing.on("error", reject);
      outgoing.end();
    });
    expect(parts).toEqual(["one", "two"]);
  });

  test("a server that breaks off its answer breaks the client's, by every protocol", async () => {
    await backends.http1("10.1.0.1", (seen, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("part", () => seen.socket.resetAndDestroy());
    });
    const server = await backends.http2("10.1.0.2", (stream) => {
      stream.respond({ ":status": 200 });
      stream.write("part", () => server.cut());
    });
    serve("a", ["10.1.0.1"]);
    serve("b", ["10.1.0.2"]);
    api.server.put(services, {
      namespace: "ns",
      name: "b",
      spec: { ports: [{ port: 80, appProtocol: "kubernetes.io/h2c" }] },
    });
    const matches = [{ path: { type: "PathPrefix", value: "/b" } }];
    route([{ matches, backendRefs: to({ b: 1 }) }, { backendRefs: to({ a: 1 }) }]);
    await start();
    for (const path of ["/a", "/b"])
      for (const by of ["http1", "http2"] as const)
        expect({ path, by, problem: (await clients[by]({ path })).problem }).toMatchObject({
          problem: expect.stringMatching(/./) as unknown,
        });
  });

  test("tries again only where the route says so", async () => {
    let tries = 0;
    await backends.http1("10.1.0.1", (_seen, response) => {
      tries += 1;
      response.writeHead(tries % 3 === 0 ? 200 : 503);
      response.end(String(tries));
    });
    serve("a", ["10.1.0.1"]);
    const backendRefs = to({ a: 1 });
    route([{ backendRefs }]);
    await start();
    expect([(await clients.http1()).status, tries]).toEqual([503, 1]);
    tries = 0;
    route([{ retry: { codes: [503], attempts: 2, backoff: "10ms" }, backendRefs }]);
    const answered = clients.http1({ method: "POST", body: "again" });
    let got: number | undefined;
    void answered.then(({ status }) => (got = status));
    await until(() => {
      if (clock.pending > 0) void clock.advance(10);
      return got !== undefined;
    }, "an answer");
    expect([got, tries]).toEqual([200, 3]);
  });

  test("passes gRPC through with its trailers, and keeps streams open in both directions", async () => {
    await backends.http2("10.1.0.1", (stream, headers) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0", "x-path": headers[":path"] ?? "" }));
      stream.pipe(stream);
    });
    serve("a", ["10.1.0.1"]);
    api.server.put(grpcRoutes, {
      namespace: "ns",
      name: "grpc",
      spec: { rules: [{ matches: [{ method: { service: "shop.Cart" } }], backendRefs: to({ a: 1 }) }] },
    });
    await start();
    const got = await clients.grpc("/shop.Cart/Add", "hello");
    expect(got).toMatchObject({ status: 200, trailers: { "grpc-status": "0", "x-path": "/shop.Cart/Add" } });
    expect(got.body).toBe(grpcFrame("hello").toString("utf8"));
    expect((await clients.grpc("/shop.Other/Add", "hello")).headers["grpc-status"]).toBe("12");
  });

  test("hands on an answer that has trailers only", async () => {
    await backends.http2("10.1.0.1", (stream) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "5" }, { endStream: true });
    });
    serve("a", ["10.1.0.1"]);
    route([{ backendRefs: to({ a: 1 }) }]);
    await start();
    expect(await clients.grpc("/a.B/C", "x")).toMatchObject({ status: 200, headers: { "grpc-status": "5" } });
  });

  test("connects again after a server of HTTP/2 was away", async () => {
    let drop = (): void => undefined;
    await backends.http2("10.1.0.1", (stream) => {
      drop = () => stream.session?.destroy();
      stream.respond({ ":status": 200 });
      stream.end("here");
    });
    serve("a", ["10.1.0.1"]);
    api.server.put(services, { namespace: "ns", name: "a", spec: { ports: [{ port: 80, name: "grpc" }] } });
    const labels = { "kubernetes.io/service-name": "a" };
    const endpoints = [{ addresses: ["10.1.0.1"] }];
    api.server.put(slices, {
      namespace: "ns",
      name: "a",
      metadata: { labels },
      ports: [{ name: "grpc", port: 1 }],
      endpoints,
    });
    route([{ backendRefs: to({ a: 1 }) }]);
    await start();
    expect((await clients.http1()).body).toBe("here");
    drop();
    let again = await clients.http1();
    // The end of the connection may still be on its way.
    if (again.status === 503) again = await clients.http1();
    expect(again.body).toBe("here");
  });

  test("says where it cannot listen", async () => {
    await start();
    const second = new Gateway({ api, clock, controllerName: "example.com/second", listen: address });
    await expect(second.start()).rejects.toThrow(PointsmanError);
    await second.stop();
  });
});
