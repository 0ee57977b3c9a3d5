import type { Socket } from "node:net";
import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { z } from "zod";

import { systemClock } from "../../src/base/clock.js";
import { Router } from "../../src/server/router.js";
import { flood } from "./generate/mutate.js";
import { routes, statuses, Victim } from "./oracles/http.js";
import { prototypes } from "./prototypes.js";
import { patience, runs } from "./runs.js";

const before = prototypes();
let victim: Victim;

beforeAll(async () => {
  victim = await Victim.operations();
});
afterAll(async () => {
  await victim.close();
  expect(victim.errors).toEqual([]);
});

function say(text: string): Promise<string> {
  return victim.say(Buffer.from(text, "latin1"));
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
          await victim.judge(Buffer.from(sent, "latin1"));
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
      const socket: Socket = connect(victim.port, "127.0.0.1");
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
