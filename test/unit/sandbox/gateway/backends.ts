import { createServer } from "node:http";
import type { IncomingHttpHeaders, Http2Server, ServerHttp2Stream } from "node:http2";
import { createServer as createHttp2 } from "node:http2";
import type { Server, Socket } from "node:net";

import type { Answer } from "../../../support/httpServer.js";
import { HttpServer } from "../../../support/httpServer.js";
import type { Address, PodNetwork } from "../../../../src/sandbox/gateway/network.js";

/** How a server of HTTP/2 answers. */
export type StreamAnswer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** Servers that stand for Pods: each has an address of the cluster that leads to it. */
export class Backends implements PodNetwork {
  private readonly places = new Map<string, Address>();
  private readonly closers: (() => Promise<void>)[] = [];

  endpointOf(ip: string): Address | undefined {
    return this.places.get(ip);
  }

  /** A server of HTTP/1.1; without `answer` it tells its address. */
  async http1(ip: string, answer?: Answer): Promise<HttpServer> {
    const server = await HttpServer.start(answer ?? ((_seen, response) => response.end(ip)));
    this.places.set(ip, addressOf(server.url));
    this.closers.push(() => server.close());
    return server;
  }

  /** A server of HTTP/2 without TLS; `cut` breaks its connections. */
  async http2(ip: string, answer: StreamAnswer): Promise<{ readonly cut: () => void }> {
    const server = createHttp2();
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => sockets.add(socket));
    server.on("stream", (stream, headers) => {
      stream.on("error", () => undefined);
      answer(stream, headers);
    });
    server.on("sessionError", () => undefined);
    this.places.set(ip, await listen(server, this.closers));
    return { cut: () => sockets.forEach((socket) => socket.destroy()) };
  }

  /** An address at which nobody listens any more. */
  async refusing(ip: string): Promise<void> {
    const closers: (() => Promise<void>)[] = [];
    this.places.set(ip, await listen(createServer(), closers));
    await Promise.all(closers.map((close) => close()));
  }

  async close(): Promise<void> {
    await Promise.all(this.closers.map((close) => close()));
  }
}

function addressOf(url: string): Address {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

function listen(server: Server | Http2Server, closers: (() => Promise<void>)[]): Promise<Address> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const bound = server.address();
      resolve({ host: "127.0.0.1", port: typeof bound === "object" && bound !== null ? bound.port : 0 });
    });
  });
}
