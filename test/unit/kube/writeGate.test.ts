import net from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";

import { staticCredentials } from "../../../src/kube/credentials.js";
import { selfSigned } from "../../support/certificate.js";
import { HttpServer, reply } from "../../support/httpServer.js";
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

describe("the write gate", () => {
  it("refuses a write when the connection is ready, before any byte of it, and lets reads pass", async () => {
    const server = await serve((_, response) => reply(response, 200, {}));
    let bytes = 0;
    const transport = transportTo(server.url, { gate: () => "not the leader" });
    await transport.send(get, signal);
    const [{ socket } = { socket: undefined }] = server.seen;
    socket?.on("data", (chunk: Buffer) => (bytes += chunk.length));
    const error = await failureOf(transport.send(patch, signal));
    expect(error).toMatchObject({ kind: "unsent", reason: "WriteGate", message: "not the leader" });
    await transport.send(get, signal);
    expect(server.seen.map((seen) => seen.method)).toEqual(["GET", "GET"]);
    expect(bytes).toBe(0);
  });

  it("is asked after a long stall in connecting, not before it", async () => {
    const identity = selfSigned("pointsman test");
    const server = await HttpServer.start((_, response) => reply(response, 200, {}), identity);
    cleanups.push(() => server.close());
    // A relay that lets the handshake pass only after the stall.
    const stalled: (() => void)[] = [];
    const relay = net.createServer((client) => {
      client.on("error", () => undefined);
      stalled.push(() => {
        const upstream = net.connect(Number(new URL(server.url).port), "127.0.0.1");
        upstream.on("error", () => undefined);
        client.pipe(upstream).pipe(client);
      });
    });
    await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => relay.close());
    const address = relay.address();
    const url = `https://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    let open = true;
    let asked = 0;
    const transport = transportTo(url, {
      credentials: staticCredentials(url, { headers: {}, tls: { ca: identity.cert } }),
      gate: () => {
        asked += 1;
        return open ? undefined : "the lease is too old";
      },
    });
    const pending = failureOf(transport.send(patch, signal));
    await until(() => stalled.length === 1);
    expect(asked).toBe(0);
    open = false;
    stalled[0]?.();
    expect(await pending).toMatchObject({ kind: "unsent", reason: "WriteGate" });
    expect(asked).toBe(1);
    expect(server.seen).toHaveLength(0);
  });

  it("is asked again for every attempt", async () => {
    const server = await serve((_, response) => reply(response, 429, {}, { "retry-after": "1" }));
    let asked = 0;
    const gate = () => (++asked === 1 ? undefined : "lost meanwhile");
    const error = await failureOf(transportTo(server.url, { gate, clock: hastyClock([]) }).send(patch, signal));
    expect(error).toMatchObject({ kind: "unsent", reason: "WriteGate" });
    expect(server.seen).toHaveLength(1);
  });
});

describe("breaking off all writes", () => {
  it("ends those in flight as unknown, those that wait as unsent, and leaves reads alone", async () => {
    const reads: (() => void)[] = [];
    const server = await serve((seen, response) => {
      if (seen.method === "GET") reads.push(() => reply(response, 200, {}));
    });
    const transport = transportTo(server.url);
    const read = transport.send(get, signal);
    const writes = Array.from({ length: 33 }, () => failureOf(transport.send(patch, signal)));
    await until(() => server.seen.length === 33);
    transport.abortWrites("leadership was lost");
    const errors = await Promise.all(writes);
    expect(errors.map((error) => error.kind).sort()).toEqual([...Array<string>(32).fill("unknown"), "unsent"]);
    expect(errors.every(({ reason, message }) => reason === "WritesStopped" && message === "leadership was lost")).toBe(
      true,
    );
    reads[0]?.();
    expect((await read).ok).toBe(true);
  });
});
