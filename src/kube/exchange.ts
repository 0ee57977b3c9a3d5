import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import http from "node:http";
import https from "node:https";

import type { Pool } from "./agents.js";
import type { WriteGate } from "./api.js";
import type { TlsSettings } from "./credentials.js";

/** One HTTP request, ready to be sent. */
export interface Outgoing {
  readonly pool: Pool;
  readonly server: URL;
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly tls: TlsSettings;
  readonly body?: Buffer;
  readonly gate?: WriteGate;
}

/**
 * The head of an answer, or why there is none. `sent` tells whether the server may have got a byte, `distrusted` whether
 * TLS failed because one side does not trust the other's certificate.
 */
export type Opened =
  | { readonly kind: "response"; readonly response: IncomingMessage }
  | { readonly kind: "refused"; readonly reason: string }
  | {
      readonly kind: "failed";
      readonly sent: boolean;
      readonly reused: boolean;
      readonly distrusted: boolean;
      readonly message: string;
    };

/** Codes of node:tls for certificates that could not be verified, and of OpenSSL for alerts of the other side. */
const distrust = /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;

/**
 * Sends one request and waits for the head of its answer. Nothing is written before the socket is connected; then the
 * gate is asked and, in the same tick, head and body are handed to the socket. Aborting `signal` destroys the request,
 * also while the answer's body is being read. No retry of any kind.
 */
export function open(outgoing: Outgoing, signal: AbortSignal): Promise<Opened> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve({ kind: "failed", sent: false, reused: false, distrusted: false, message: "aborted" });
      return;
    }
    let sent = false;
    const request = requestOf(outgoing);
    const abort = (): void => {
      request.destroy(new Error("aborted"));
    };
    signal.addEventListener("abort", abort, { once: true });
    request.once("close", () => signal.removeEventListener("abort", abort));
    request.on("error", (error: NodeJS.ErrnoException) => {
      const distrusted = distrust.test(error.code ?? "");
      resolve({ kind: "failed", sent, reused: request.reusedSocket, distrusted, message: error.message });
    });
    request.once("response", (response) => resolve({ kind: "response", response }));
    request.once("socket", (socket) =>
      outgoing.pool.whenReady(socket, () => {
        if (request.destroyed) return;
        const refusal = outgoing.gate?.();
        if (refusal !== undefined) {
          resolve({ kind: "refused", reason: refusal });
          request.destroy();
          return;
        }
        sent = true;
        request.end(outgoing.body);
      }),
    );
  });
}

function requestOf(outgoing: Outgoing): http.ClientRequest {
  const { pool, server, method, headers, tls } = outgoing;
  const options = {
    agent: pool.agent,
    host: server.hostname.replace(/^\[|\]$/g, ""),
    port: server.port === "" ? (pool.secure ? 443 : 80) : Number(server.port),
    method,
    path: outgoing.path,
    headers,
  };
  return pool.secure ? https.request({ ...options, ...tls }) : http.request(options);
}

/** A whole body, or why it could not be read. */
export type Body =
  | { readonly kind: "whole"; readonly text: string }
  | { readonly kind: "large" }
  | { readonly kind: "lost"; readonly message: string };

/** Reads a body of at most `limit` bytes. A connection that ends before the body does is `lost`. */
export function readBody(response: IncomingMessage, limit: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let problem = "the connection closed before the answer was complete";
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      resolve({ kind: "large" });
      response.destroy();
    });
    response.on("error", (error) => {
      problem = error.message;
    });
    const close = (): void => {
      if (response.complete) resolve({ kind: "whole", text: Buffer.concat(chunks).toString("utf8") });
      else resolve({ kind: "lost", message: problem });
    };
    if (response.closed) close();
    else response.on("close", close);
  });
}
