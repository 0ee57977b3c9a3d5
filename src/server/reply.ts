import type { Json } from "../base/json.js";

/** What a request is answered with. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Plain text. */
export function text(status: number, body: string): Reply {
  return { status, contentType: "text/plain; charset=utf-8", body };
}

/** A JSON document. */
export function json(status: number, value: Json): Reply {
  return { status, contentType: "application/json", body: `${JSON.stringify(value)}\n` };
}

/** An error for a machine and a human (RFC 9457). */
export function problem(status: number, title: string, detail: string): Reply {
  return { ...json(status, { title, status, detail }), contentType: "application/problem+json" };
}
