import type { Socket } from "node:net";
import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Registry } from "prom-client";
import { z } from "zod";

import { systemClock } from "../../src/base/clock.js";
import { Health } from "../../src/runtime/health.js";
import type { RunningServer } from "../../src/server/http.js";
import { listen } from "../../src/server/http.js";
import { operationsRoutes } from "../../src/server/operations.js";
import { json } from "../../src/server/reply.js";
import { Router } from "../../src/server/router.js";
import { flood } from "./generate/mutate.js";
import { prototypes } from "./prototypes.js";
import { patience, runs } from "./runs.js";

const before = prototypes();
const errors: unknown[] = [];
const routes = [
  ...operationsRoutes(new Health(), new Registry()),
  {
    path: "/things/:name",
    handle: ({ params }: { readonly params: Readonly<Record<string, string>> }) => json(200, params),
  },
];
let server: RunningServer;

beforeAll(async () => {
  const started = await listen("127.0.0.1:0", { routes, clock: systemClock, onError: (error) => errors.push(error) });
  if (!started.ok) throw started.error;
  server = started.value;
});
afterAll(async () => {
  await server.close();
  expect(errors).toEqual([]);
});

/** Sends bytes as they are, and the end of them, and returns what came back until the server closed. */
function say(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.address.port, "127.0.0.1");
    let heard = "";
    socket.on("data", (chunk) => (heard += chunk.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(heard));
    socket.end(Buffer.from(bytes, "latin1"));
  });
}

/** The status codes of the answers in a text; bodies of the server have no line that looks like one. */
function statuses(heard: string): readonly number[] {
  return [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code));
}

async function expectAlive(): Promise<void> {
  const heard = await say("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  expect(statuses(heard)).toEqual([200]);
}

const methods = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "get",
  "PRI",
  "",
  "G\0ET",
];
const targets = [
  ...[
    "/healthz",
    "/readyz",
    "/metrics",
    "/",
    "*",
    "",
    "/things/a",
    "/things/%",
    "/things/%00",
    "/things/%ff%fe",
    "/things/../x",
  ],
  ...[
    "http://evil.example/metrics",
    "//metrics",
    "/metrics/",
    "/METRICS",
    "/things/__proto__",
    "/things/constructor",
    "/%6detrics",
  ],
  ...[
    "/metrics?a=%",
    "/metrics?__proto__[x]=1",
    "/metrics#x",
    "/healthz\t",
    "/..%2f..%2fetc/passwd",
    "\\\\x",
    `/${"a".repeat(9000)}`,
  ],
];
const headers = [
  ...[
    "Host: x",
    "Host: a\r\nHost: b",
    "Connection: close",
    "Connection: upgrade\r\nUpgrade: h2c",
    "Upgrade: websocket",
  ],
  ...[
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 5\r\nContent-Length: 6",
    "Transfer-Encoding: chunked",
  ],
  ...[
    "Transfer-Encoding: chunked\r\nContent-Length: 3",
    "Transfer-Encoding: x, chunked",
    "Expect: 100-continue",
    "Expect: x",
  ],
  ...[
    "X: a\rb",
    "X : a",
    " folded",
    ": none",
    "X: \0",
    `X: ${"a".repeat(20_000)}`,
    "Range: bytes=0-",
    "__proto__: x",
    "Cookie: a=b",
  ],
];
const ends = ["\r\n\r\n", "\n\n", "\r\n", "", "\r\n\r\nhello", "\r\n\r\nzz\r\n", "\r\n\r\n5\r\nhello\r\n0\r\n\r\n"];
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const request = fc
  .record({
    method: fc.oneof({ weight: 3, arbitrary: fc.constant("GET") }, fc.constantFrom(...methods)),
    target: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...targets) }, fc.webPath(), fc.string()),
    protocol: fc.oneof(
      { weight: 6, arbitrary: fc.constant("HTTP/1.1") },
      fc.constantFrom("HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "HTTP/1.1 x", ""),
    ),
    fields: fc.array(fc.constantFrom(...headers), { maxLength: 4 }),
    host: fc.constantFrom("Host: x", "Host: x", ""),
    end: fc.oneof({ weight: 4, arbitrary: fc.constant("\r\n\r\n") }, fc.constantFrom(...ends)),
  })
  .map(({ method, target, protocol, fields, host, end }) => {
    const lines = [`${method} ${target} ${protocol}`, ...(host === "" ? [] : [host]), ...fields];
    return lines.join("\r\n") + end;
  });
const bytes = fc.oneof(
  { weight: 6, arbitrary: fc.array(request, { minLength: 1, maxLength: 4 }).map((all) => all.join("")) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all).toString("latin1")) },
  { weight: 1, arbitrary: flood([preface, "\r\n", "GET / HTTP/1.1\r\n", "A: b\r\n", "\0", " ", ":"], 60_000) },
);

describe("any bytes that are sent to the server of operations", () => {
  it(
    "are answered in HTTP, or the connection is closed; nothing else is harmed",
    async () => {
      await fc.assert(
        fc.asyncProperty(bytes, async (sent) => {
          const heard = await say(sent);
          expect(heard).toMatch(/^(HTTP\/1\.1 \d{3} |$)/);
          for (const status of statuses(heard))
            expect([100, 200, 400, 404, 405, 408, 413, 417, 431, 503]).toContain(status);
          expect(heard).not.toMatch(/node_modules|node:internal|\.ts:\d+/);
          expect(errors).toEqual([]);
          expect(prototypes()).toBe(before);
        }),
        runs(250),
      );
      await expectAlive();
    },
    patience,
  );

  it("a hundred requests in one go are answered in their order", async () => {
    const one = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const heard = await say(one("/healthz").repeat(50) + one("/nothing").repeat(50));
    expect(statuses(heard)).toEqual([...Array<number>(50).fill(200), ...Array<number>(50).fill(404)]);
  });

  it("headers by the thousand are refused", async () => {
    const heard = await say(`GET /healthz HTTP/1.1\r\nHost: x\r\n${"A: b\r\n".repeat(10_000)}\r\n`);
    expect(statuses(heard)).toEqual([431]);
  });
});

describe("clients that never come to an end", () => {
  /** Sends a beginning, then a piece every 100 ms; returns how long the server put up with it, in milliseconds. */
  function dribble(beginning: string, piece: string): Promise<number> {
    return new Promise((resolve) => {
      const begun = systemClock.monotonic();
      const socket: Socket = connect(server.address.port, "127.0.0.1");
      const timer = setInterval(() => socket.write(piece), 100);
      socket.on("data", () => undefined);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        clearInterval(timer);
        resolve(systemClock.monotonic() - begun);
      });
      socket.write(beginning);
    });
  }

  it("are cut after some seconds, and everybody else is answered meanwhile", async () => {
    const slow = Array.from({ length: 20 }, () => dribble("GET /healthz HTTP/1.1\r\nHost: x\r\n", "X: y\r\n"));
    const endless = dribble(
      "POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
      "5\r\nhello\r\n",
    );
    const promised = dribble("PUT /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n", "hello");
    const silent = dribble("", "");
    await expectAlive();
    const times = await Promise.all([...slow, endless, promised, silent]);
    expect(Math.max(...times)).toBeLessThan(20_000);
    await expectAlive();
  }, 40_000);
});

describe("the router", () => {
  it(
    "answers any method and target, and takes no name of a parameter from a request",
    async () => {
      const router = new Router(routes);
      const target = fc.oneof(
        fc.constantFrom(...targets),
        fc.string(),
        fc.webPath().map((path) => `/things${path}`),
      );
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.constantFrom(...methods), fc.string()), target, async (method, path) => {
          const { signal } = new AbortController();
          const reply = await router.answer({ method, target: path, headers: {}, signal });
          if (!("body" in reply)) throw new Error("no route here answers with a stream");
          expect([200, 404, 405]).toContain(reply.status);
          expect(reply.body.length).toBeLessThan(20_000);
          if (path.startsWith("/things/") && reply.status === 200)
            expect(Object.keys(z.record(z.string(), z.string()).parse(JSON.parse(reply.body)))).toEqual(["name"]);
          expect(prototypes()).toBe(before);
        }),
        runs(500),
      );
    },
    patience,
  );
});
