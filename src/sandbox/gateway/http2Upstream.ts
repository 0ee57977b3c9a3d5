import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import { connect, constants } from "node:http2";

import { describeError } from "../../base/errors.js";
import type { Answer, Outcome } from "./answer.js";
import { failedOutcome } from "./answer.js";
import type { Fields } from "./fields.js";
import { fieldsOfMembers, membersOf } from "./fields.js";
import type { Address } from "./network.js";
import type { Outbound } from "./upstream.js";

/** Requests by HTTP/2 without TLS, one connection per server. */
export class Http2Upstream {
  private readonly sessions = new Map<string, ClientHttp2Session>();

  send(outbound: Outbound): Promise<Outcome> {
    return new Promise((resolve) => {
      try {
        run(this.open(outbound), outbound, resolve);
      } catch (thrown) {
        // The connection closed between its last sign of life and now.
        resolve({ type: "failed", phase: "connect", message: describeError(thrown) });
      }
    });
  }

  close(): void {
    for (const session of this.sessions.values()) session.destroy();
    this.sessions.clear();
  }

  private open({ address, head, body }: Outbound): ClientHttp2Stream {
    const headers = {
      ...membersOf(head.fields),
      ":method": head.method,
      ":scheme": "http",
      ":authority": head.host,
      ":path": head.target,
    };
    return this.session(address).request(headers, { endStream: body === undefined });
  }

  private session({ host, port }: Address): ClientHttp2Session {
    const key = `${host}:${port}`;
    const known = this.sessions.get(key);
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    const session = connect(`http://${host}:${port}`);
    const forget = (): void => {
      if (this.sessions.get(key) === session) this.sessions.delete(key);
    };
    session.on("error", forget);
    session.on("goaway", forget);
    session.on("close", forget);
    this.sessions.set(key, session);
    return session;
  }
}

function run(stream: ClientHttp2Stream, { body, signal }: Outbound, resolve: (outcome: Outcome) => void): void {
  const abort = (): void => stream.close(constants.NGHTTP2_CANCEL);
  signal.addEventListener("abort", abort, { once: true });
  listen(stream, resolve);
  stream.on("close", () => signal.removeEventListener("abort", abort));
  if (signal.aborted) abort();
  if (Buffer.isBuffer(body)) stream.end(body);
  else if (body !== undefined) {
    body.on("error", abort);
    body.pipe(stream);
  }
}

function listen(stream: ClientHttp2Stream, resolve: (outcome: Outcome) => void): void {
  let trailers: Fields = [];
  stream.on("response", (headers, flags) => {
    const endsHere = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    if (endsHere) stream.resume();
    const answer: Answer = {
      status: headers[":status"] ?? 502,
      fields: fieldsOfMembers(headers),
      body: endsHere ? undefined : stream,
      trailers: () => trailers,
      // A connection that breaks ends the body, too, but with a code.
      isWhole: () => stream.rstCode === constants.NGHTTP2_NO_ERROR,
    };
    resolve({ type: "answer", answer });
  });
  stream.on("trailers", (headers: IncomingHttpHeaders) => (trailers = fieldsOfMembers(headers)));
  stream.on("error", (error: Error) => resolve(failedOutcome(error)));
  stream.on("close", () => {
    resolve({ type: "failed", phase: "reset", message: `the stream was closed with code ${stream.rstCode}` });
  });
}
