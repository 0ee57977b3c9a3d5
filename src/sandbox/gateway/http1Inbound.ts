import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";

import type { Answer } from "./answer.js";
import type { Fields } from "./fields.js";
import { fieldsOfRaw, membersOf } from "./fields.js";
import type { Inbound } from "./inbound.js";
import type { RequestHead } from "./requestHead.js";

/** A request of HTTP/1.1. */
export class Http1Inbound implements Inbound {
  readonly head: RequestHead;
  readonly body: Readable | undefined;
  readonly gone: AbortSignal;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
  ) {
    const { method = "GET", url = "/", headers } = request;
    const fields = fieldsOfRaw(request.rawHeaders).filter(([name]) => name !== "host");
    this.head = { method, host: headers.host ?? "", target: targetOf(url), fields };
    const length = headers["content-length"];
    const follows = headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
    this.body = follows ? request : undefined;
    const left = new AbortController();
    this.gone = left.signal;
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    response.on("close", () => {
      if (!response.writableFinished) left.abort();
    });
  }

  onEnd(run: () => void): void {
    this.response.on("close", run);
  }

  hasAnswered(): boolean {
    return this.response.headersSent;
  }

  answer({ status, fields, body, trailers, isWhole }: Answer): void {
    const { response, request } = this;
    // What the client still sends must be read, or its next request on this connection would wait behind it.
    if (this.body !== undefined) request.resume();
    response.writeHead(status, membersOf(fields));
    if (body === undefined) {
      response.end();
      return;
    }
    // What is there at once goes out in one piece, the rest as it comes.
    response.cork();
    response.flushHeaders();
    setImmediate(() => response.uncork());
    body.on("end", () => {
      if (isWhole()) this.finish(trailers());
      else this.reset();
    });
    body.on("error", () => this.reset());
    body.pipe(response, { end: false });
  }

  /** Trailers need a body in chunks. */
  private finish(trailers: Fields): void {
    const { response } = this;
    if (trailers.length > 0 && !response.hasHeader("content-length")) response.addTrailers(membersOf(trailers));
    response.end();
  }

  reset(): void {
    this.response.destroy();
  }
}

/** Path and query of a target that may be a whole URL (RFC 9112 §3.2.2). */
function targetOf(url: string): string {
  const [, rest] = /^https?:\/\/[^/?]*(.*)$/.exec(url) ?? [];
  return rest === undefined ? url : rest || "/";
}
