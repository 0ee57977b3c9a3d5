import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";

/** A request as the server got it, body included. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly socket: Socket;
}

export type Answer = (seen: Seen, response: ServerResponse) => void;

/** A node server on 127.0.0.1 for tests. `answer` is called once a request is complete and may be replaced at any time. */
export class HttpServer {
  readonly seen: Seen[] = [];
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly scheme: "http" | "https",
    public answer: Answer,
  ) {
    server.on("connection", (socket: Socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  static async start(answer: Answer, tls?: { readonly cert: string; readonly key: string }): Promise<HttpServer> {
    const listener: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers, socket } = request;
        const seen = { method, url, headers, socket, body: Buffer.concat(chunks).toString("utf8") };
        started.seen.push(seen);
        started.answer(seen, response);
      });
    };
    const server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
    server.keepAliveTimeout = 60_000;
    const started = new HttpServer(server, tls === undefined ? "http" : "https", answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return started;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("the server does not listen");
    return `${this.scheme}://127.0.0.1:${address.port}`;
  }

  /** Ends all connections with a reset. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
  }
}

/** Answers with JSON. */
export function reply(
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(code, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Body of a Status object. */
export function status(code: number, reason: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message: `${reason} it is`, ...more };
}
