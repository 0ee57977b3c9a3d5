import net from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../../src/base/clock.js";
import type { Clock } from "../../../src/base/clock.js";
import { ok } from "../../../src/base/result.js";
import { staticCredentials } from "../../../src/kube/credentials.js";
import type { RequestRecord } from "../../../src/kube/transport.js";
import { selfSigned } from "../../support/certificate.js";
import { FakeClock } from "../../support/fakeClock.js";
import { HttpServer, reply, status } from "../../support/httpServer.js";
import { until } from "../../support/until.js";
import {
  cleanups,
  closeAll,
  failureOf,
  get,
  hastyClock,
  patch,
  serve,
  signal,
  transportTo,
} from "../../support/transports.js";

afterEach(closeAll);

describe("a transport", () => {
  it("sends method, path, headers and the body with its length in bytes", async () => {
    const server = await serve((_, response) => reply(response, 200, { fine: true }));
    const credentials = staticCredentials(server.url, { headers: { authorization: "Bearer t" }, tls: {} });
    const result = await transportTo(server.url, { credentials }).send(patch, signal);
    expect(result).toEqual(ok('{"fine":true}'));
    const [seen] = server.seen;
    expect(seen?.method).toBe("PATCH");
    expect(seen?.url).toBe("/api/v1/pods/a?timeout=2s");
    expect(seen?.body).toBe('{"ä":1}');
    expect(seen?.headers).toMatchObject({
      "content-length": "8",
      "content-type": "application/merge-patch+json",
      accept: "application/json",
      authorization: "Bearer t",
      "user-agent": "pointsman/test",
    });
  });

  it("keeps the path prefix of the server's address", async () => {
    const server = await serve((_, response) => reply(response, 200, {}));
    await transportTo(`${server.url}/clusters/one/`).send(get, signal);
    expect(server.seen[0]?.url).toBe("/clusters/one/api/v1/pods");
  });

  it("uses one connection for requests that follow each other", async () => {
    const server = await serve((_, response) => reply(response, 200, {}));
    const transport = transportTo(server.url);
    for (let i = 0; i < 20; i++) await transport.send(i % 2 === 0 ? get : patch, signal);
    expect(server.seen).toHaveLength(20);
    expect(server.connections).toBe(1);
  });

  it("keeps at most 32 writes in flight while reads pass", async () => {
    const held: (() => void)[] = [];
    const server = await serve((seen, response) => {
      if (seen.method === "GET") reply(response, 200, {});
      else held.push(() => reply(response, 200, {}));
    });
    const transport = transportTo(server.url);
    const writes = Array.from({ length: 40 }, () => transport.send(patch, signal));
    await until(() => held.length === 32);
    expect((await transport.send(get, signal)).ok).toBe(true);
    expect(held).toHaveLength(32);
    held.splice(0, 1)[0]?.();
    await until(() => held.length === 32);
    expect(server.seen.filter((seen) => seen.method === "PATCH")).toHaveLength(33);
    for (let answered = 0; answered < 39;) {
      for (const release of held.splice(0)) {
        release();
        answered += 1;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await Promise.all(writes)).every((result) => result.ok)).toBe(true);
  });

  it("keeps at most 16 reads in flight while writes pass, however many are asked for at once", async () => {
    const held: (() => void)[] = [];
    const server = await serve((seen, response) => {
      if (seen.method === "PATCH") reply(response, 200, {});
      else held.push(() => reply(response, 200, {}));
    });
    const transport = transportTo(server.url);
    const reads = Array.from({ length: 100 }, () => transport.send(get, signal));
    await until(() => held.length === 16);
    expect((await transport.send(patch, signal)).ok).toBe(true);
    expect(held).toHaveLength(16);
    for (let answered = 0; answered < 100;) {
      for (const release of held.splice(0)) {
        release();
        answered += 1;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await Promise.all(reads)).every((result) => result.ok)).toBe(true);
    expect(server.connections).toBeLessThanOrEqual(17);
  });

  it("reports every attempt with verb, code, resource, host and duration", async () => {
    const server = await serve((_, response) => reply(response, server.seen.length === 1 ? 503 : 200, {}));
    const records: RequestRecord[] = [];
    const onRequest = (record: RequestRecord) => records.push(record);
    await transportTo(server.url, { onRequest, clock: hastyClock([]) }).send(get, signal);
    expect(records.map(({ verb, method, code, resource }) => ({ verb, method, code, resource }))).toEqual([
      { verb: "get", method: "GET", code: 503, resource: "pods" },
      { verb: "get", method: "GET", code: 200, resource: "pods" },
    ]);
    expect(records[0]?.host).toBe(new URL(server.url).host);
    expect(records[0]?.durationMs).toBeGreaterThan(0);
  });

  it("estimates the server's clock from the Date header", async () => {
    const date = new Date(Date.UTC(2030, 0, 1, 0, 0, 7)).toUTCString();
    const server = await serve((_, response) => reply(response, 200, {}, { date }));
    const transport = transportTo(server.url, { clock: new FakeClock(Date.UTC(2030, 0, 1)) });
    expect(transport.serverTimeOffset()).toBeUndefined();
    await transport.send(get, signal);
    expect(transport.serverTimeOffset()).toBe(7_500);
  });

  it("talks TLS, refuses a certificate it does not trust, and sends nothing to it", async () => {
    const identity = selfSigned("pointsman test");
    const server = await HttpServer.start((_, response) => reply(response, 200, {}), identity);
    cleanups.push(() => server.close());
    const trusting = staticCredentials(server.url, { headers: {}, tls: { ca: identity.cert } });
    const transport = transportTo(server.url, { credentials: trusting });
    expect((await transport.send(patch, signal)).ok).toBe(true);
    expect((await transport.send(patch, signal)).ok).toBe(true);
    expect(server.connections).toBe(1);
    const error = await failureOf(transportTo(server.url).send(patch, signal));
    expect(error).toMatchObject({ kind: "unsent", reason: "Unreachable" });
    expect(server.seen).toHaveLength(2);
  });
});

describe("a failed request", () => {
  it.each([get, patch, { ...patch, method: "POST" as const }, { ...patch, method: "DELETE" as const }])(
    "is sent again after a 429, for as long as the server asks: $method",
    async (call) => {
      const server = await serve((_, response) => {
        if (server.seen.length < 3) reply(response, 429, status(429, "TooManyRequests"), { "retry-after": "2" });
        else reply(response, 200, {});
      });
      const waits: number[] = [];
      const result = await transportTo(server.url, { clock: hastyClock(waits) }).send(call, signal);
      expect(result.ok).toBe(true);
      expect(waits).toEqual([2000, 2000]);
    },
  );

  it("is given up after five 429, and no wait is longer than 10 s", async () => {
    const server = await serve((_, response) => reply(response, 429, {}, { "retry-after": "3600" }));
    const waits: number[] = [];
    const error = await failureOf(transportTo(server.url, { clock: hastyClock(waits) }).send(patch, signal));
    expect(error).toMatchObject({ kind: "status", code: 429, retryAfter: 3_600_000 });
    expect(server.seen).toHaveLength(5);
    expect(waits).toEqual([10_000, 10_000, 10_000, 10_000]);
  });

  it("is not sent again after its signal was aborted during the wait", async () => {
    const server = await serve((_, response) => reply(response, 429, {}, { "retry-after": "5" }));
    let waits = 0;
    const after: Clock["after"] = (ms, run) => {
      if (ms === 5_000) waits += 1;
      return systemClock.after(ms, run);
    };
    const caller = new AbortController();
    const clock = { ...systemClock, after };
    const pending = failureOf(transportTo(server.url, { clock }).send(patch, caller.signal));
    await until(() => waits === 1);
    caller.abort();
    expect(await pending).toMatchObject({ kind: "aborted" });
    expect(server.seen).toHaveLength(1);
  });

  it.each([500, 503, 504])("is sent again after a %d if it was a read, three times in all", async (code) => {
    const server = await serve((_, response) => reply(response, code, status(code, "Unlucky")));
    const waits: number[] = [];
    const error = await failureOf(transportTo(server.url, { clock: hastyClock(waits) }).send(get, signal));
    expect(error).toMatchObject({ kind: "status", code, reason: "Unlucky", message: "Unlucky it is" });
    expect(server.seen).toHaveLength(3);
    expect(waits).toHaveLength(2);
  });

  it.each([500, 503, 504])("is not sent again after a %d if it was a write", async (code) => {
    const server = await serve((_, response) => reply(response, code, status(code, "Unlucky")));
    expect(await failureOf(transportTo(server.url).send(patch, signal))).toMatchObject({ kind: "status", code });
    expect(server.seen).toHaveLength(1);
  });

  it.each([400, 403, 404, 409, 422])("is not sent again after a %d", async (code) => {
    const server = await serve((_, response) => reply(response, code, status(code, "No")));
    expect(await failureOf(transportTo(server.url).send(get, signal))).toMatchObject({ kind: "status", code });
    expect(server.seen).toHaveLength(1);
  });

  it("refreshes the credentials after a 401 and is sent again once", async () => {
    const server = await serve((seen, response) => {
      if (seen.headers.authorization === "Bearer new") reply(response, 200, {});
      else reply(response, 401, status(401, "Unauthorized"));
    });
    let token = "old";
    const credentials = {
      server: server.url,
      authorize: () => Promise.resolve(ok({ headers: { authorization: `Bearer ${token}` }, tls: {} })),
      refresh: () => void (token = "new"),
    };
    expect((await transportTo(server.url, { credentials }).send(patch, signal)).ok).toBe(true);
    server.answer = (_, response) => reply(response, 401, status(401, "Unauthorized"));
    const error = await failureOf(transportTo(server.url, { credentials }).send(patch, signal));
    expect(error).toMatchObject({ code: 401, reason: "Unauthorized" });
    expect(server.seen).toHaveLength(4);
  });

  it("reads the credentials again once the server shows a certificate that they do not trust", async () => {
    const rotated = selfSigned("rotated");
    const server = await HttpServer.start((_, response) => reply(response, 200, {}), rotated);
    cleanups.push(() => server.close());
    let ca = selfSigned("former").cert;
    const credentials = {
      server: server.url,
      authorize: () => Promise.resolve(ok({ headers: {}, tls: { ca } })),
      refresh: () => void (ca = rotated.cert),
    };
    const transport = transportTo(server.url, { credentials });
    expect(await failureOf(transport.send(patch, signal))).toMatchObject({ kind: "unsent", reason: "Unreachable" });
    expect((await transport.send(patch, signal)).ok).toBe(true);
  });

  it("is sent again after a reset if it was a read", async () => {
    const server = await serve((seen, response) => {
      if (server.seen.length < 3) seen.socket.resetAndDestroy();
      else reply(response, 200, {});
    });
    expect((await transportTo(server.url, { clock: hastyClock([]) }).send(get, signal)).ok).toBe(true);
  });

  it("has an unknown outcome, and is not sent again, if a write's connection breaks after sending", async () => {
    const server = await serve((seen) => seen.socket.resetAndDestroy());
    const error = await failureOf(transportTo(server.url).send(patch, signal));
    expect(error).toMatchObject({ kind: "unknown", reason: "ConnectionLost", verb: "patch" });
    expect(server.seen).toHaveLength(1);
  });

  it("has an unknown outcome if a write meets a reset of the pooled connection", async () => {
    const server = await serve((_, response) => reply(response, 200, {}));
    const transport = transportTo(server.url);
    await transport.send(get, signal);
    server.answer = (seen) => seen.socket.resetAndDestroy();
    const error = await failureOf(transport.send(patch, signal));
    expect(error).toMatchObject({ kind: "unknown", reason: "ConnectionLost" });
    expect(server.connections).toBe(1);
    expect(server.seen).toHaveLength(2);
  });

  it("was not sent if nobody listens", async () => {
    const server = await HttpServer.start(() => undefined);
    const { url } = server;
    await server.close();
    expect(await failureOf(transportTo(url).send(patch, signal))).toMatchObject({
      kind: "unsent",
      reason: "Unreachable",
    });
  });

  it("has an unknown outcome if a write's answer is cut", async () => {
    const server = await serve((seen, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"half":', () => seen.socket.destroy());
    });
    const error = await failureOf(transportTo(server.url).send(patch, signal));
    expect(error).toMatchObject({ kind: "unknown", reason: "ConnectionLost" });
  });

  it("is malformed if the answer is larger than 64 MB", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(8 * 1024 * 1024, " ");
      for (let i = 0; i < 9; i++) response.write(chunk);
      response.end();
    });
    expect(await failureOf(transportTo(server.url).send(get, signal))).toMatchObject({
      kind: "malformed",
      reason: "TooLarge",
    });
  });
});

describe("a server that goes silent", () => {
  it.each([
    { call: patch, ms: 3_000 },
    { call: get, ms: 30_000 },
  ])("is left after $ms ms: $call.verb", async ({ call, ms }) => {
    const server = await serve(() => undefined);
    const clock = new FakeClock();
    let settled = false;
    const pending = failureOf(transportTo(server.url, { clock }).send(call, signal)).finally(() => (settled = true));
    await until(() => server.seen.length === 1);
    await clock.advance(ms - 1);
    expect(settled).toBe(false);
    await clock.advance(1);
    expect(await pending).toMatchObject({ kind: "unknown", reason: "Deadline" });
    expect(server.seen).toHaveLength(1);
  });

  it("is left in the middle of an answer too", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      response.write('{"half":');
    });
    const clock = new FakeClock();
    const pending = failureOf(transportTo(server.url, { clock }).send(patch, signal));
    await until(() => clock.pending === 1 && server.seen.length === 1);
    await clock.advance(3_000);
    expect(await pending).toMatchObject({ kind: "unknown", reason: "Deadline" });
  });

  it("got nothing of a write if it never finished the TLS handshake", async () => {
    const silent = net.createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => silent.close());
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const clock = new FakeClock();
    const pending = failureOf(transportTo(`https://127.0.0.1:${port}`, { clock }).send(patch, signal));
    await until(() => clock.pending === 1);
    await clock.advance(3_000);
    expect(await pending).toMatchObject({ kind: "unsent", reason: "Deadline" });
  });

  it("is left when the caller aborts: a write's outcome is unknown, a read is aborted", async () => {
    const server = await serve(() => undefined);
    const transport = transportTo(server.url);
    for (const { call, kind } of [
      { call: patch, kind: "unknown" },
      { call: get, kind: "aborted" },
    ]) {
      const caller = new AbortController();
      const pending = failureOf(transport.send(call, caller.signal));
      const before = server.seen.length;
      await until(() => server.seen.length === before + 1);
      caller.abort();
      expect(await pending).toMatchObject({ kind, reason: "Aborted" });
    }
  });

  it("is never asked if the caller aborted before", async () => {
    const server = await serve(() => undefined);
    const error = await failureOf(transportTo(server.url).send(patch, AbortSignal.abort()));
    expect(error).toMatchObject({ kind: "aborted" });
    expect(server.connections).toBe(0);
  });
});
