import type { Server as Http1Server } from "node:http";
import { createServer as createHttp1 } from "node:http";
import type { Http2Server } from "node:http2";
import { createServer as createHttp2 } from "node:http2";
import type { Server, Socket } from "node:net";
import { createServer } from "node:net";

import { PointsmanError } from "../../base/errors.js";
import { Http1Inbound } from "./http1Inbound.js";
import { Http2Inbound } from "./http2Inbound.js";
import type { Inbound } from "./inbound.js";
import type { Address } from "./network.js";

/** The first bytes of a connection of HTTP/2 that begins without asking (RFC 9113 §3.4); no method begins so. */
const preface = "PRI";

/** A port that takes HTTP/1.1 and, with prior knowledge, HTTP/2, both without TLS. */
export class BothProtocols {
  private readonly sockets = new Set<Socket>();
  private readonly http1: Http1Server;
  private readonly http2: Http2Server;
  private readonly server: Server;

  constructor(onRequest: (inbound: Inbound) => void) {
    // Idle clients are not sent away: their next request would meet the end of the connection.
    this.http1 = createHttp1({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) =>
      onRequest(new Http1Inbound(request, response)),
    );
    this.http2 = createHttp2();
    this.http2.on("stream", (stream, headers) => onRequest(new Http2Inbound(stream, headers)));
    this.http2.on("sessionError", () => undefined);
    this.server = createServer({ noDelay: true }, (socket) => this.onSocket(socket));
  }

  /** Listens; resolves with where. Rejects where that is taken. */
  listen({ host, port }: Address): Promise<Address> {
    return new Promise((resolve, reject) => {
      this.server.once("error", (error) =>
        reject(new PointsmanError("PM_PORT_BUSY", { address: `${host}:${port}`, problem: error.message })),
      );
      this.server.listen(port, host, () => {
        const bound = this.server.address();
        resolve({ host, port: typeof bound === "object" && bound !== null ? bound.port : port });
      });
    });
  }

  /** Takes no more connections and breaks those that are open. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
  }

  private onSocket(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => undefined);
    socket.once("data", (chunk: Buffer) => {
      socket.pause();
      socket.unshift(chunk);
      const isHttp2 = chunk.subarray(0, preface.length).toString("latin1") === preface;
      (isHttp2 ? this.http2 : this.http1).emit("connection", socket);
      if (!isHttp2) socket.resume();
    });
  }
}
