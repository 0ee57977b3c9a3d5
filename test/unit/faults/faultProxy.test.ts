import { request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { FaultProxy } from "../../faults/proxy/faultProxy.js";
import { selfSigned } from "../../support/certificate.js";
import { HttpServer, reply } from "../../support/httpServer.js";
import { until } from "../../support/until.js";

const path = "/api/v1/namespaces/shop/configmaps/a";
const watchPath = "/api/v1/namespaces/shop/configmaps?watch=true";

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

describe("a fault proxy", () => {
  const identity = selfSigned("server");
  let server: HttpServer;
  let proxy: FaultProxy;

  beforeEach(async () => {
    server = await HttpServer.start((_, response) => reply(response, 200, { fine: true }), identity);
    proxy = await FaultProxy.start({ url: server.url, ca: identity.cert });
  });
  afterEach(async () => {
    await proxy.close();
    await server.close();
  });

  /** Rejects if the connection breaks before the answer is whole. */
  function ask(method = "GET", where = path, body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: "Bearer t", ...(body === undefined ? {} : { "content-length": body.length }) };
      const sent = httpsRequest(
        new URL(where, proxy.url),
        { method, headers, ca: proxy.ca, agent: false },
        (answer) => {
          let text = "";
          answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
          answer.on("error", reject);
          answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  it("passes requests on with the caller's credentials, and answers back", async () => {
    expect(await ask("PUT", `${path}?dryRun=All`, "{}")).toMatchObject({ status: 200, body: '{"fine":true}' });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({ method: "PUT", url: `${path}?dryRun=All`, body: "{}" });
    expect(server.seen[0]?.headers.authorization).toBe("Bearer t");
    expect(proxy.seen[0]).toMatchObject({ stored: { status: 200 }, told: 200 });
  });

  it("resets a request before it is sent on, and only as often as it was told", async () => {
    proxy.rule({ phase: "request", verb: "get" }, { kind: "reset" }, { times: 1 });
    await expect(ask()).rejects.toThrow();
    expect(server.seen).toHaveLength(0);
    expect((await ask()).status).toBe(200);
  });

  it("loses a reply after the server did what it was asked", async () => {
    proxy.rule({ phase: "reply", verb: "patch" }, { kind: "reset" }, { times: 1 });
    await expect(ask("PATCH", path, "{}")).rejects.toThrow();
    expect(server.seen).toHaveLength(1);
    expect(proxy.seen[0]).toMatchObject({ stored: { status: 200 } });
    expect(proxy.seen[0]?.told).toBeUndefined();
  });

  it("answers with a Status in the server's stead, before or after it", async () => {
    proxy.rule({ phase: "request" }, { kind: "status", code: 429, retryAfter: 3 }, { times: 1 });
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBe("3");
    expect(JSON.parse(refused.body)).toMatchObject({ kind: "Status", code: 429, reason: "TooManyRequests" });
    expect(server.seen).toHaveLength(0);
    proxy.rule({ phase: "reply" }, { kind: "status", code: 504 }, { times: 1 });
    expect((await ask("PATCH", path, "{}")).status).toBe(504);
    expect(server.seen).toHaveLength(1);
  });

  it("ends a body in the middle of its text", async () => {
    proxy.rule({ phase: "reply" }, { kind: "truncate" });
    await expect(ask()).rejects.toThrow();
    expect(server.seen).toHaveLength(1);
  });

  it("holds a request until it is released, and one that nobody answers until it is closed", async () => {
    const held = proxy.rule({ phase: "request", verb: "get" }, { kind: "hold" }, { times: 1 });
    const answer = ask();
    await until(() => held.hits === 1);
    expect(server.seen).toHaveLength(0);
    held.release();
    expect((await answer).status).toBe(200);
    const open = proxy.rule({ phase: "request", verb: "get" }, { kind: "half-open" });
    const silent = ask();
    await until(() => open.hits === 1);
    proxy.cut();
    await expect(silent).rejects.toThrow();
    expect(server.seen).toHaveLength(1);
  });

  it("breaks a watch in the middle of a line, and lets whole lines through before", async () => {
    const event = (name: string): string => `${JSON.stringify({ type: "ADDED", object: { metadata: { name } } })}\n`;
    server.answer = (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write(event("a") + event("b"));
    };
    proxy.rule({ phase: "event", name: "b" }, { kind: "cut", where: "mid-line" });
    let text = "";
    const broke = new Promise((resolve) => {
      const sent = httpsRequest(new URL(watchPath, proxy.url), { ca: proxy.ca, agent: false }, (answer) => {
        answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
        answer.on("error", resolve);
      });
      sent.end();
    });
    expect(String(await broke)).toContain("aborted");
    expect(text).toBe(event("a") + event("b").slice(0, Math.floor(event("b").length / 2)));
  });

  it("stops a write at each point of a recording, and drops it where it is told", async () => {
    const points: string[] = [];
    const recording = proxy.record((write, point) => {
      points.push(`${write.number} ${point} ${server.seen.length}`);
      return Promise.resolve(write.number === 2 || (write.number === 3 && point === "stored") ? "drop" : "on");
    });
    await ask();
    await ask("PATCH", path, "{}");
    await until(() => points.length === 3);
    await expect(ask("PATCH", path, "{}")).rejects.toThrow();
    await expect(ask("PATCH", path, "{}")).rejects.toThrow();
    expect(points).toEqual(["1 before 1", "1 stored 2", "1 replied 2", "2 before 2", "3 before 2", "3 stored 3"]);
    expect(recording.writes.map(({ status }) => status)).toEqual([200, undefined, 200]);
  });

  it("shows a certificate of another authority once that was rotated", async () => {
    const old = proxy.ca;
    proxy.rotateAuthority();
    expect(proxy.ca).not.toBe(old);
    expect((await ask()).status).toBe(200);
  });

  it("leaves nothing open, whatever is under way", async () => {
    proxy.rule({ phase: "request" }, { kind: "delay", ms: 3_600_000 });
    const waiting = ask().then(
      () => "answered",
      () => "broken",
    );
    await until(() => proxy.seen.length === 1);
    await proxy.close();
    expect(await waiting).toBe("broken");
    await expect(ask()).rejects.toThrow("ECONNREFUSED");
  });
});
