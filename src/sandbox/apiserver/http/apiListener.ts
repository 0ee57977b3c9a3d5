import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import { createServer } from "node:https";

import { describeError } from "../../../base/errors.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Credentials } from "../../certificates.js";
import type { Answer } from "./answer.js";
import { refused } from "./answer.js";
import { readBody } from "./requestBody.js";
import { sendAnswer } from "./sendAnswer.js";
import { internalError } from "../status/failure.js";

/** Answers one request whose body was read; never waits. */
export type Handler = (request: IncomingMessage, body: string) => Answer;

/** A TLS listener. */
export interface ApiListener {
  readonly port: number;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** What a listener is made of. */
export interface ListenerOptions {
  readonly port: number;
  readonly credentials: Credentials;
  /** Whose client certificates are believed, PEM. */
  readonly clientAuthority: string;
  readonly handler: Handler;
  /** Told of every mistake of ours; the client gets a 500. */
  readonly onError: (problem: string) => void;
}

const limits = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 65_536,
} as const;

/** Listens on 127.0.0.1. A failure is the system's error. */
export function listenTls(options: ListenerOptions): Promise<Result<ApiListener, NodeJS.ErrnoException>> {
  const { certificate, privateKey } = options.credentials;
  const tls = {
    cert: certificate,
    key: privateKey,
    ca: options.clientAuthority,
    requestCert: true,
    // Who shows none may have a token.
    rejectUnauthorized: false,
  };
  const server = createServer({ ...limits, ...tls }, (request, response) => {
    void answerRequest(request, response, options);
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("clientError", (_error, socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(fail(error)));
    server.listen({ port: options.port, host: "127.0.0.1" }, () => {
      server.removeAllListeners("error");
      server.on("error", (error) => options.onError(describeError(error)));
      const bound = server.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : options.port;
      resolve(ok({ port, close: () => close(server) }));
    });
  });
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { handler, onError }: ListenerOptions,
): Promise<void> {
  response.on("error", () => undefined);
  try {
    const body = await bodyOf(request);
    const answer = body.ok ? handler(request, body.value) : refused(body.error);
    // What is left of a body that is not read makes the connection useless.
    if (!body.ok) response.setHeader("Connection", "close");
    sendAnswer(request, response, answer);
  } catch (thrown) {
    onError(`${request.method ?? ""} ${request.url ?? ""}: ${describeError(thrown)}`);
    if (response.headersSent) response.destroy();
    else sendAnswer(request, response, refused(internalError(describeError(thrown))));
  }
}

function bodyOf(request: IncomingMessage): ReturnType<typeof readBody> {
  const { method } = request;
  return method === "GET" || method === "HEAD" ? Promise.resolve(ok("")) : readBody(request);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
