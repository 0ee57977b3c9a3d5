import type { Json } from "../base/json.js";

/** What a request is answered with. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that goes on until either side ends it. */
export interface StreamReply {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called once the head is sent; not for HEAD. Whoever starts to write must stop once `signal` aborts. */
  readonly stream: (sink: StreamSink, signal: AbortSignal) => void;
}

/** Where a stream is written to. */
export interface StreamSink {
  write(text: string): void;
  /** Bytes that were written and that the client has not taken yet. */
  readonly waiting: number;
  /** Ends in order. */
  end(): void;
  /** Ends at once: a client that does not read would never see an orderly end. */
  cut(): void;
}

/** Either way to answer. */
export type AnyReply = Reply | StreamReply;

/** Plain text. */
export function text(status: number, body: string): Reply {
  return { status, contentType: "text/plain; charset=utf-8", body };
}

/** A JSON document. */
export function json(status: number, value: Json | object): Reply {
  return { status, contentType: "application/json", body: `${JSON.stringify(value)}\n` };
}

/** An error for a machine and a human (RFC 9457). `fix`: what the caller can do about it. */
export function problem(status: number, title: string, detail: string, fix?: string): Reply {
  return { ...json(status, { title, status, detail, fix }), contentType: "application/problem+json" };
}
