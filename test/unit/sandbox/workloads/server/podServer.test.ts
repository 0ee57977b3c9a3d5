import { Agent } from "node:http";

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import { AddressNetwork, podNetwork } from "../../../../../src/sandbox/workloads/server/podNetwork.js";
import { until } from "../../../../support/until.js";
import { grpc, http1, http2, ip, Serving } from "./serving.js";

let serving: Serving;

beforeEach(async () => {
  serving = new Serving([8080, 9090]);
  await serving.server.start();
});

afterEach(() => serving.server.kill());

describe("the server of a Pod", () => {
  test("says in JSON and headers who answers, and repeats the request's id", async () => {
    const { status, headers, body } = await http1(serving.endpoint(), { "x-request-id": "r-1" });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "x-version": "v1", "x-pod": "app-1", "x-request-id": "r-1" });
    expect(JSON.parse(body.toString())).toMatchObject({
      version: "v1",
      pod: "app-1",
      requestId: "r-1",
      protocol: "HTTP/1.1",
      method: "GET",
      path: "/hello",
      host: "app.example.com",
    });
  });

  test("keeps HTTP/1.1 connections open between requests", async () => {
    const agent = new Agent({ keepAlive: true });
    expect((await http1(serving.endpoint(), {}, agent)).isReused).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await http1(serving.endpoint(), {}, agent)).isReused).toBe(true);
    agent.destroy();
  });

  test("speaks HTTP/2 on the same port, and on each of its ports", async () => {
    for (const port of [8080, 9090]) {
      const { status, headers, body } = await http2(serving.endpoint(port), {
        ":authority": "app.example.com",
        "x-request-id": "r-2",
      });
      expect(status).toBe(200);
      expect(headers).toMatchObject({ "x-version": "v1", "x-request-id": "r-2" });
      expect(JSON.parse(body.toString())).toMatchObject({ protocol: "HTTP/2", host: "app.example.com" });
    }
  });

  test("echoes a gRPC message once, and in a stream for as long as it is asked", async () => {
    const unary = await grpc(serving.endpoint(), "/any.Service/Unary", "hello", { "x-request-id": "r-3" });
    expect(unary.messages).toEqual(["hello"]);
    expect(unary.seen.headers).toMatchObject({ "x-version": "v1", "x-request-id": "r-3" });
    expect(unary.seen.trailers["grpc-status"]).toBe("0");
    const stream = grpc(serving.endpoint(), "/any.Service/Stream", "again", {
      "x-hold-ms": "300",
      "x-interval-ms": "100",
    });
    for (let turn = 1; turn <= 3; turn += 1) {
      await until(() => serving.clock.pending === 1, "the wait for the next message");
      await serving.clock.advance(100);
    }
    expect((await stream).messages).toEqual(["again", "again", "again", "again"]);
    expect((await stream).seen.trailers["grpc-status"]).toBe("0");
  });

  test("answers after its latency and the time that the request asks for, not before", async () => {
    serving.set({ latency: { minMs: 200, maxMs: 200 } });
    let isAnswered = false;
    const answer = http1(serving.endpoint(), { "x-hold-ms": "50" }).then(({ status }) => {
      isAnswered = true;
      return status;
    });
    await until(() => serving.clock.pending === 1, "the latency");
    await serving.clock.advance(249);
    expect([isAnswered, serving.server.underWay]).toEqual([false, 1]);
    await serving.clock.advance(1);
    expect(await answer).toBe(200);
    await until(() => serving.server.underWay === 0, "nothing under way");
  });

  test("gives about its share of errors, to gRPC as UNAVAILABLE", async () => {
    serving.set({ errorRate: 0.25, errorStatus: 503 });
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const answers = await Promise.all(Array.from({ length: 200 }, () => http1(serving.endpoint(), {}, agent)));
    agent.destroy();
    const errors = answers.filter(({ status }) => status === 503).length;
    expect(answers.filter(({ status }) => status === 200).length).toBe(200 - errors);
    expect(errors).toBeGreaterThan(30);
    expect(errors).toBeLessThan(70);
    serving.set({ errorRate: 1 });
    const { seen } = await grpc(serving.endpoint(), "/a.B/Unary", "x");
    expect(seen.headers["grpc-status"]).toBe("14");
  });

  test("sends a slow body piece by piece", async () => {
    serving.set({ bodyMs: 1_000 });
    const answer = http1(serving.endpoint());
    for (let piece = 1; piece <= 10; piece += 1) {
      await until(() => serving.clock.pending === 1, "the pause before the next piece");
      expect(serving.server.underWay).toBe(1);
      await serving.clock.advance(100);
    }
    expect(JSON.parse((await answer).body.toString())).toMatchObject({ version: "v1" });
  });

  test("accepts and never answers while it stalls, and lets go of requests that were given up", async () => {
    serving.set({ isStalled: true });
    const agent = new Agent({ keepAlive: true });
    const failed = expect(http1(serving.endpoint(), {}, agent)).rejects.toThrow("socket hang up");
    const cancelled = http2(serving.endpoint(), {}, undefined, (stream) => {
      void until(() => serving.server.underWay === 2, "two requests under way").then(() => {
        stream.close();
        agent.destroy();
      });
    });
    await expect(cancelled).rejects.toThrow("without an answer");
    await failed;
    await until(() => serving.server.underWay === 0, "nothing under way");
  });

  test("is ready and unready by turns while it flaps, and ready again afterwards", async () => {
    serving.set({ flapMs: 1_000 });
    const seen: boolean[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      seen.push(serving.server.isReady());
      await serving.clock.advance(500);
    }
    expect(seen).toEqual([true, false, true, false]);
    await serving.clock.advance(500);
    expect(serving.server.isReady()).toBe(false);
    serving.set({});
    expect(serving.server.isReady()).toBe(true);
    expect(serving.clock.pending).toBe(0);
  });
});

describe("a crash", () => {
  test("breaks what is under way, refuses connections, and is over after a while", async () => {
    serving.set({ isStalled: true });
    const before = serving.endpoint();
    const broken = expect(http1(before)).rejects.toThrow("socket hang up");
    await until(() => serving.server.underWay === 1, "a request under way");
    serving.server.crash(300);
    await broken;
    await expect(http1(before)).rejects.toThrow("ECONNREFUSED");
    expect(serving.server.state).toMatchObject({ kind: "down", reason: "the server crashed" });
    expect([serving.server.isReady(), serving.network.endpointOf(ip, 8080)]).toEqual([false, undefined]);
    serving.set({});
    await serving.clock.advance(300);
    await until(() => serving.server.isReady(), "the server to be back");
    expect(serving.server.restarts).toBe(1);
    expect((await http1(serving.endpoint())).status).toBe(200);
  });

  test("comes again after each start where the behaviour says so", async () => {
    serving.set({ crashAfterMs: 100, restartMs: 10 });
    for (let restarts = 1; restarts <= 3; restarts += 1) {
      await serving.clock.advance(100);
      expect(serving.server.state.kind).toBe("down");
      await serving.clock.advance(10);
      await until(() => serving.server.isReady(), "the server to be back");
      expect(serving.server.restarts).toBe(restarts);
    }
  });
});

describe("a server that is told to end", () => {
  test("refuses connections, finishes what is under way over HTTP/1.1, HTTP/2 and gRPC, and is gone", async () => {
    const where = serving.endpoint();
    const agent = new Agent({ keepAlive: true });
    const hold = { "x-hold-ms": "500" };
    const under = Promise.all([
      http1(where, hold, agent),
      http2(where, hold),
      grpc(where, "/a.B/Unary", "x", hold).then(({ seen }) => seen),
      grpc(where, "/a.B/Stream", "x", { ...hold, "x-interval-ms": "500" }).then(({ seen }) => seen),
    ]);
    await until(() => serving.clock.pending === 4, "four requests under way");
    serving.server.terminate(10_000);
    expect(serving.server.isReady()).toBe(false);
    await expect(http1(where)).rejects.toThrow("ECONNREFUSED");
    await serving.clock.advance(500);
    const [first, ...others] = await under;
    expect(first.headers.connection).toBe("close");
    expect([first, ...others].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(others.slice(1).map(({ trailers }) => trailers["grpc-status"])).toEqual(["0", "0"]);
    await until(() => serving.server.state.kind === "ended", "its end");
    expect(serving.clock.pending).toBe(0);
    agent.destroy();
  });

  test("closes idle connections, and ends at once when nothing is under way", async () => {
    const agent = new Agent({ keepAlive: true });
    await http1(serving.endpoint(), {}, agent);
    serving.server.terminate(10_000);
    await until(() => serving.server.state.kind === "ended", "its end");
    await until(() => Object.keys(agent.freeSockets).length === 0, "the client to see it");
  });

  test("is killed when its grace is over", async () => {
    const cut = expect(http1(serving.endpoint(), { "x-hold-ms": "5000" })).rejects.toThrow("socket hang up");
    await until(() => serving.clock.pending === 1, "a request under way");
    serving.server.terminate(1_000);
    await serving.clock.advance(999);
    expect(serving.server.state.kind).toBe("finishing");
    await serving.clock.advance(1);
    expect(serving.server.state.kind).toBe("ended");
    await cut;
  });

  test("breaks everything at once where its program has no handler for that", async () => {
    serving.set({ onTerm: "exit" });
    const cut = expect(http1(serving.endpoint(), { "x-hold-ms": "5000" })).rejects.toThrow("socket hang up");
    await until(() => serving.clock.pending === 1, "a request under way");
    serving.server.terminate(60_000);
    expect(serving.server.state.kind).toBe("ended");
    await cut;
  });
});

describe("the network of Pods", () => {
  test("is the Pods' own addresses where they exist on the machine", () => {
    const network = podNetwork("address");
    expect(network).toBeInstanceOf(AddressNetwork);
    expect(network.bindTo(ip, 8080)).toEqual({ host: ip, port: 8080 });
    expect(network.endpointOf(ip, 8080)).toEqual({ host: ip, port: 8080 });
  });

  test("leads from a Pod's address and port to a port of loopback, until nobody listens", () => {
    expect(serving.endpoint()).toMatchObject({ host: "127.0.0.1" });
    expect(serving.endpoint().port).not.toBe(serving.endpoint(9090).port);
    serving.server.kill();
    expect(serving.network.endpointOf(ip, 8080)).toBeUndefined();
  });

  test("a port that cannot be opened leaves the server down with the reason, and it tries again", async () => {
    const taken = serving.endpoint();
    const second = new Serving();
    second.network.bindTo = () => taken;
    await second.server.start();
    expect(second.server.state).toMatchObject({ kind: "down" });
    expect(JSON.stringify(second.server.state)).toContain(`cannot listen on 127.0.0.1:${taken.port}`);
    serving.server.kill();
    await until(() => serving.server.underWay === 0);
    await second.clock.advance(1_000);
    await until(() => second.server.isReady() || second.server.restarts > 1, "another try");
    second.server.kill();
  });
});
