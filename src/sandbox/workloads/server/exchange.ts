import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import { constants } from "node:http2";

/** Given as the reason, because without one every answer would cost an exception with its stack. */
const gone = "closed";

/** An HTTP request and the way to answer it, the same for HTTP/1.1 and HTTP/2. */
export interface Exchange {
  readonly protocol: "HTTP/1.1" | "HTTP/2";
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: IncomingHttpHeaders;
  /** Aborts when the answer is complete or its connection is gone. */
  readonly closed: AbortSignal;
  /** Resolves when the request has been read; its body is thrown away. Never rejects. */
  received(): Promise<void>;
  /** This and what follows do nothing once the connection is gone. */
  head(status: number, headers: OutgoingHttpHeaders): void;
  write(chunk: string): void;
  end(chunk?: string): void;
}

/** The exchange of an HTTP/1.1 request. */
export function http1Exchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const closed = new AbortController();
  response.once("close", () => closed.abort(gone));
  response.on("error", () => response.destroy());
  return {
    protocol: "HTTP/1.1",
    method: request.method ?? "",
    path: request.url ?? "",
    host: request.headers.host ?? "",
    headers: request.headers,
    closed: closed.signal,
    received: () => drained(request),
    head: (status, headers) => {
      if (isOpen(response)) response.writeHead(status, headers);
    },
    write: (chunk) => {
      if (isOpen(response)) response.write(chunk);
    },
    end: (chunk) => {
      if (isOpen(response)) response.end(chunk);
    },
  };
}

/** The exchange of a request on an HTTP/2 stream. */
export function http2Exchange(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Exchange {
  return {
    protocol: "HTTP/2",
    method: pseudo(headers, constants.HTTP2_HEADER_METHOD),
    path: pseudo(headers, constants.HTTP2_HEADER_PATH),
    host: pseudo(headers, constants.HTTP2_HEADER_AUTHORITY) || (headers.host ?? ""),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":"))),
    closed: streamClosed(stream),
    received: () => drained(stream),
    head: (status, more) => {
      if (isOpen(stream)) stream.respond({ ":status": status, ...more });
    },
    write: (chunk) => {
      if (isOpen(stream)) stream.write(chunk);
    },
    end: (chunk) => {
      if (isOpen(stream)) stream.end(chunk);
    },
  };
}

/** Whether an answer can be written: it may be gone before `close` was emitted. */
export function isOpen(answer: { readonly destroyed: boolean; readonly closed?: boolean }): boolean {
  return !answer.destroyed && answer.closed !== true;
}

/** Aborts when a stream is closed. */
export function streamClosed(stream: ServerHttp2Stream): AbortSignal {
  const closed = new AbortController();
  stream.once("close", () => closed.abort(gone));
  return closed.signal;
}

function drained(body: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    body.once("end", resolve);
    body.once("close", resolve);
    body.resume();
  });
}

function pseudo(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}
