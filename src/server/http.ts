import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";

import type { Clock } from "../base/clock.js";
import { describeError, PointsmanError } from "../base/errors.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { ListenAddress } from "./address.js";
import { formatAddress, parseAddress } from "./address.js";
import type { AnyReply, Reply, StreamReply } from "./reply.js";
import { problem } from "./reply.js";
import type { RawRequest, Route } from "./router.js";
import { Router } from "./router.js";

/** A server that listens. */
export interface RunningServer {
  /** Where it really listens; the port is never 0. */
  readonly address: ListenAddress;
  /** Stops listening, lets requests under way end for half a second, and cuts what is left. */
  close(): Promise<void>;
}

/** What a server needs. */
export interface HttpOptions {
  readonly routes: readonly Route[];
  readonly clock: Clock;
  /** Told of every handler that failed. */
  readonly onError: (error: unknown, path: string) => void;
  /** Asked before any route; a reply refuses the request. */
  readonly guard?: (request: RawRequest) => Reply | undefined;
  /** Go with every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Bounds on clients, milliseconds and counts: a slow or greedy one is cut. */
const limits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
} as const;
const idleTimeout = 30_000;
const maxConnections = 256;
const closeGrace = 500;

/**
 * Listens on "HOST:PORT" or ":PORT". A port that is taken or forbidden is a `PM_PORT_BUSY` in one line, a text that is
 * no address a `PM_USAGE`.
 */
export async function listen(address: string, options: HttpOptions): Promise<Result<RunningServer, PointsmanError>> {
  const wanted = parseAddress(address);
  if (!wanted.ok) return fail(new PointsmanError("PM_USAGE", { problem: wanted.error }));
  const server = createServer(limits, handler(new Router(options.routes), options));
  server.maxConnections = maxConnections;
  server.setTimeout(idleTimeout, (socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(fail(unavailable(wanted.value, error))));
    server.listen({ ...wanted.value }, () => {
      server.removeAllListeners("error");
      server.on("error", (error) => options.onError(error, ""));
      const bound = server.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : wanted.value.port;
      resolve(ok({ address: { ...wanted.value, port }, close: () => close(server, options.clock) }));
    });
  });
}

function handler(router: Router, options: HttpOptions) {
  const { guard, headers = {}, onError } = options;
  return (request: IncomingMessage, response: ServerResponse): void => {
    const target = request.url ?? "/";
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const raw = { method: request.method ?? "", target, headers: request.headers, signal: gone.signal };
    answer(router, guard, raw)
      .catch((error: unknown) => {
        onError(error, target);
        return problem(500, "Internal error", "the handler failed; see the log");
      })
      .then((reply) => send(response, { ...reply, headers: { ...headers, ...reply.headers } }, raw))
      .catch((error: unknown) => {
        onError(error, target);
        response.destroy();
      });
  };
}

async function answer(router: Router, guard: HttpOptions["guard"], request: RawRequest): Promise<AnyReply> {
  return guard?.(request) ?? router.answer(request);
}

function send(response: ServerResponse, reply: AnyReply, { method, signal }: RawRequest): void {
  const isStream = "stream" in reply;
  response.writeHead(reply.status, {
    "Content-Type": reply.contentType,
    ...(isStream ? {} : { "Content-Length": Buffer.byteLength(reply.body) }),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...reply.headers,
  });
  if (!isStream) response.end(reply.body);
  else if (method === "HEAD" || signal.aborted) response.end();
  else startStream(response, reply, signal);
}

function startStream(response: ServerResponse, reply: StreamReply, signal: AbortSignal): void {
  response.flushHeaders();
  const sink = {
    write: (text: string) => void response.write(text),
    get waiting() {
      return response.writableLength;
    },
    end: () => void response.end(),
    cut: () => void response.destroy(),
  };
  reply.stream(sink, signal);
}

function close(server: Server, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(closeGrace, () => server.closeAllConnections());
    server.close(() => {
      cancel();
      resolve();
    });
    server.closeIdleConnections();
  });
}

function unavailable(address: ListenAddress, error: NodeJS.ErrnoException): PointsmanError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "the port is taken; end what uses it or choose another",
    EACCES: "this user may not use that port; choose one above 1023",
    EADDRNOTAVAIL: "this machine has no such address",
    ENOTFOUND: "there is no host of that name",
  };
  const reason = reasons[error.code ?? ""] ?? describeError(error);
  return new PointsmanError("PM_PORT_BUSY", { address: formatAddress(address), problem: reason }, { cause: error });
}
