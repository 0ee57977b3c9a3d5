import { createServer } from "node:net";
import type { Server, Socket } from "node:net";

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import type { Outcome } from "../../../../src/sandbox/load/outcome.js";
import { Senders } from "../../../../src/sandbox/load/senders.js";
import type { Protocol } from "../../../../src/sandbox/load/shape.js";
import { until } from "../../../support/until.js";
import { Serving } from "../workloads/server/serving.js";

const protocols: readonly Protocol[] = ["http1", "h2c", "grpc", "grpcStream"];

let serving: Serving;
let senders: Senders;

beforeEach(async () => {
  serving = new Serving();
  await serving.server.start();
  senders = new Senders(serving.endpoint(), 1);
});

afterEach(() => {
  senders.close();
  serving.server.kill();
});

function send(
  protocol: Protocol,
  headers: Record<string, string> = {},
  timeout = new AbortController(),
): Promise<Outcome> {
  const request = { id: "r-1", headers: { "x-request-id": "r-1", ...headers } };
  return senders.send({ protocol, host: "app.example.com" }, request, timeout.signal);
}

describe.each(protocols)("over %s", (protocol) => {
  test("a complete answer counts for the version and Pod that gave it, again and again", async () => {
    for (let turn = 0; turn < 3; turn += 1)
      expect(await send(protocol)).toEqual({ kind: "answered", version: "v1", pod: "app-1" });
  });

  test("an error is lost, with its status and the version that gave it", async () => {
    serving.set({ errorRate: 1, errorStatus: 503 });
    const reason = protocol.startsWith("grpc") ? "grpc 14" : "status 503";
    expect(await send(protocol)).toEqual({ kind: "lost", reason, version: "v1" });
  });

  test("a broken connection is a reset, a refused one is refused", async () => {
    serving.set({ isStalled: true });
    const outcome = send(protocol);
    await until(() => serving.server.underWay === 1, "a request under way");
    serving.server.crash(60_000);
    expect(await outcome).toEqual({ kind: "lost", reason: "reset" });
    expect(await send(protocol)).toEqual({ kind: "lost", reason: "refused" });
  });

  test("what is not answered in time is a timeout, and is given up", async () => {
    serving.set({ isStalled: true });
    const timeout = new AbortController();
    const outcome = send(protocol, {}, timeout);
    await until(() => serving.server.underWay === 1, "a request under way");
    timeout.abort();
    expect(await outcome).toEqual({ kind: "lost", reason: "timeout" });
    await until(() => serving.server.underWay === 0, "the request to be given up");
  });

  test("an answer to another request is noticed", async () => {
    expect(await send(protocol, { "x-request-id": "r-2" })).toMatchObject({ kind: "lost", reason: "mixed up" });
  });

  test("a server that ends in order loses nothing of what is under way", async () => {
    const outcome = send(protocol, { "x-hold-ms": "500" });
    await until(() => serving.clock.pending > 0, "a request under way");
    serving.server.terminate(10_000);
    for (let turn = 0; turn < 5; turn += 1) await serving.clock.advance(100);
    expect(await outcome).toMatchObject({ kind: "answered", version: "v1" });
    await until(() => serving.server.state.kind === "ended", "its end");
  });
});

test.each(["http1", "h2c"] as const)("over %s a body that breaks off is truncated", async (protocol) => {
  serving.set({ bodyMs: 1_000 });
  const outcome = send(protocol);
  await until(() => serving.clock.pending === 1, "the first pause");
  await serving.clock.advance(100);
  await until(() => serving.clock.pending === 1, "the second pause");
  serving.server.terminate(50);
  await serving.clock.advance(50);
  expect(await outcome).toEqual({ kind: "lost", reason: "truncated", version: "v1" });
});

test("more streams than one connection takes go over further ones", async () => {
  const held = Array.from({ length: 200 }, () => send("h2c", { "x-hold-ms": "100" }));
  await until(() => serving.server.underWay === 200, "all of them to be under way");
  await serving.clock.advance(100);
  const outcomes = await Promise.all(held);
  expect(outcomes.filter(({ kind }) => kind === "answered")).toHaveLength(200);
});

describe("against something that is no server", () => {
  let other: Server;
  const sockets = new Set<Socket>();

  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    other.close();
  });

  test("a connection that is closed without an answer is a reset, garbage is an error", async () => {
    const replies = ["", "what?\r\n\r\n"];
    const outcomes: Outcome[] = [];
    for (const text of replies) {
      other = createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => undefined);
        socket.once("data", () => socket.end(text));
      });
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      const address = other.address();
      const port = typeof address === "object" ? (address?.port ?? 0) : 0;
      const own = new Senders({ host: "127.0.0.1", port }, 1);
      outcomes.push(
        await own.send({ protocol: "http1", host: "a" }, { id: "r", headers: {} }, new AbortController().signal),
      );
      own.close();
      other.close();
    }
    expect(outcomes).toMatchObject([{ reason: "reset" }, { reason: expect.stringMatching(/^error HPE_/) }]);
  });
});
