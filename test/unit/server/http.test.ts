import type { Socket } from "node:net";
import { connect } from "node:net";

import { afterEach, describe, expect, test } from "@jest/globals";
import { Registry } from "prom-client";

import { systemClock } from "../../../src/base/clock.js";
import { Health } from "../../../src/runtime/health.js";
import type { RunningServer } from "../../../src/server/http.js";
import { listen } from "../../../src/server/http.js";
import { createMetrics } from "../../../src/server/metrics.js";
import { operationsRoutes } from "../../../src/server/operations.js";
import { json, text } from "../../../src/server/reply.js";
import type { Route } from "../../../src/server/router.js";

const open: RunningServer[] = [];
const errors: [unknown, string][] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  errors.length = 0;
});

async function serve(routes: readonly Route[]): Promise<{ url: string; server: RunningServer }> {
  const started = await listen("127.0.0.1:0", {
    routes,
    clock: systemClock,
    onError: (error, path) => errors.push([error, path]),
  });
  if (!started.ok) throw started.error;
  open.push(started.value);
  return { url: `http://127.0.0.1:${started.value.address.port}`, server: started.value };
}

const hello: Route = {
  path: "/hello/:name",
  handle: ({ params, query }) => json(200, { ...params, q: query.get("q") }),
};

describe("routing", () => {
  test("answers a path with its parameters and query", async () => {
    const { url } = await serve([hello]);
    const answer = await fetch(`${url}/hello/a%2Fb?q=1`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.json()).toEqual({ name: "a/b", q: "1" });
  });

  test("answers HEAD with the headers of GET and no body", async () => {
    const { url } = await serve([{ path: "/x", handle: () => text(200, "12345") }]);
    const answer = await fetch(`${url}/x`, { method: "HEAD" });
    expect(answer.headers.get("content-length")).toBe("5");
    expect(await answer.text()).toBe("");
  });

  test("an unknown path is a 404 problem with a suggestion", async () => {
    const { url } = await serve([{ path: "/metrics", handle: () => text(200, "") }]);
    const answer = await fetch(`${url}/metric`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toEqual({
      title: "Not found",
      status: 404,
      detail: "there is nothing at /metric; did you mean /metrics?",
    });
  });

  test.each(["/hello/", "/hello/%", "/hello/a/b", "/hello", "//"])("%s does not fit /hello/:name", async (path) => {
    const { url } = await serve([hello]);
    expect((await fetch(url + path)).status).toBe(404);
  });

  test.each(["POST", "PUT", "DELETE"])("%s is a 405 problem that says what is allowed", async (method) => {
    const { url } = await serve([hello]);
    const answer = await fetch(`${url}/hello/a`, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, HEAD");
    expect(await answer.json()).toMatchObject({ status: 405 });
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("secret");
      },
    ],
    ["rejects", () => Promise.reject(new Error("secret"))],
  ])("a handler that %s is a 500 that tells nothing, and is reported", async (_, handle) => {
    const { url } = await serve([{ path: "/x", handle }]);
    const answer = await fetch(`${url}/x`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("secret");
    expect(errors).toEqual([[expect.objectContaining({ message: "secret" }), "/x"]]);
  });

  test("a handler learns that its client went away", async () => {
    let signal: AbortSignal | undefined;
    const { url } = await serve([
      {
        path: "/x",
        handle: (request) => {
          signal = request.signal;
          return new Promise((resolve) => request.signal.addEventListener("abort", () => resolve(text(200, ""))));
        },
      },
    ]);
    const client = new AbortController();
    const answer = fetch(`${url}/x`, { signal: client.signal });
    while (signal === undefined) await turn();
    client.abort();
    await expect(answer).rejects.toThrow();
    while (!signal.aborted) await turn();
    expect(errors).toEqual([]);
  });
});

describe("clients", () => {
  test("that never end their headers are cut", async () => {
    const { server } = await serve([hello]);
    const socket = connect(server.address.port, "127.0.0.1");
    socket.write("GET /hello/a HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    const start = systemClock.monotonic();
    const answer = await everything(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(systemClock.monotonic() - start).toBeGreaterThan(4000);
  }, 15_000);

  test("that send headers without end are refused", async () => {
    const { server } = await serve([hello]);
    const socket = connect(server.address.port, "127.0.0.1");
    socket.write(`GET /hello/a HTTP/1.1\r\nHost: x\r\nX-Large: ${"a".repeat(20_000)}\r\n\r\n`);
    expect(await everything(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test("that hold a connection open do not hold up the end", async () => {
    const { server } = await serve([{ path: "/never", handle: () => new Promise(() => undefined) }]);
    const socket = connect(server.address.port, "127.0.0.1");
    socket.write("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
    await new Promise((resolve) => socket.once("connect", resolve));
    const start = systemClock.monotonic();
    const gone = everything(socket);
    await server.close();
    await gone;
    expect(systemClock.monotonic() - start).toBeLessThan(2000);
  });
});

describe("listen", () => {
  test("a port that is taken is one clear line", async () => {
    const { server } = await serve([]);
    const second = await listen(`127.0.0.1:${server.address.port}`, {
      routes: [],
      clock: systemClock,
      onError: () => undefined,
    });
    expect(second).toMatchObject({
      ok: false,
      error: {
        code: "PM_PORT_BUSY",
        message: `cannot listen on 127.0.0.1:${server.address.port}: the port is taken; end what uses it or choose another`,
      },
    });
  });

  test("an address that this machine does not have, or that is none, is refused", async () => {
    const options = { routes: [], clock: systemClock, onError: () => undefined };
    expect(await listen("192.0.2.1:0", options)).toMatchObject({ ok: false, error: { code: "PM_PORT_BUSY" } });
    expect(await listen("nonsense", options)).toMatchObject({ ok: false, error: { code: "PM_USAGE" } });
  });
});

describe("operations", () => {
  test("/healthz and /readyz report their checks, /metrics the registry", async () => {
    const health = new Health();
    const registry = new Registry();
    createMetrics(registry, "1").wrote("httproute", "raise");
    let synced = false;
    health.set("ready", "caches", () => (synced ? undefined : "2 of 7 are not synced"));
    const { url } = await serve(operationsRoutes(health, registry));
    const live = await fetch(`${url}/healthz`);
    expect([live.status, await live.text()]).toEqual([200, "ok\n"]);
    const unready = await fetch(`${url}/readyz`);
    expect([unready.status, await unready.text()]).toEqual([503, "failed caches: 2 of 7 are not synced\nfailed\n"]);
    synced = true;
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([200, "ok caches\nok\n"]);
    const metrics = await fetch(`${url}/metrics`);
    expect(metrics.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect(await metrics.text()).toContain('pointsman_writes_total{kind="httproute",reason="raise"} 1');
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function everything(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    socket.on("data", (chunk) => (received += String(chunk)));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(received));
  });
}
