import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { constants } from "node:http2";
import type { Readable } from "node:stream";

import type { Answer } from "./answer.js";
import { fieldsOfMembers, membersOf } from "./fields.js";
import type { Inbound } from "./inbound.js";
import type { RequestHead } from "./requestHead.js";

/** A request of HTTP/2. */
export class Http2Inbound implements Inbound {
  readonly head: RequestHead;
  readonly body: Readable | undefined;
  readonly gone: AbortSignal;

  constructor(
    private readonly stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ) {
    const text = (name: string): string | undefined => {
      const value = headers[name];
      return typeof value === "string" ? value : undefined;
    };
    this.head = {
      method: text(":method") ?? "GET",
      host: text(":authority") ?? text("host") ?? "",
      target: text(":path") ?? "/",
      fields: fieldsOfMembers(headers).filter(([name]) => name !== "host"),
    };
    this.body = stream.endAfterHeaders ? undefined : stream;
    const left = new AbortController();
    this.gone = left.signal;
    stream.on("error", () => undefined);
    stream.on("close", () => {
      if (!stream.writableFinished || stream.rstCode !== constants.NGHTTP2_NO_ERROR) left.abort();
    });
  }

  onEnd(run: () => void): void {
    this.stream.on("close", run);
  }

  hasAnswered(): boolean {
    return this.stream.headersSent;
  }

  answer({ status, fields, body, trailers, isWhole }: Answer): void {
    const { stream } = this;
    if (stream.destroyed || stream.closed) return;
    const headers = { ...membersOf(fields), ":status": status };
    if (body === undefined) {
      stream.respond(headers, { endStream: true });
      // Nobody reads what the client still sends; it is told so (RFC 9113 §8.1).
      if (this.body !== undefined) stream.close(constants.NGHTTP2_NO_ERROR);
      return;
    }
    stream.respond(headers, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(membersOf(trailers())));
    body.on("error", () => this.reset());
    body.on("end", () => {
      if (isWhole()) stream.end();
      else this.reset();
    });
    body.pipe(stream, { end: false });
  }

  reset(): void {
    this.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
}
