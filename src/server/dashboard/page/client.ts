import { decodeEvent, decodeProblem, parseJson } from "./decode.js";
import { EventParser } from "./eventParser.js";
import type { TokenStore } from "./tokenStore.js";
import type { Failure, StreamEvent } from "./types.js";

/** An answer or why there is none. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

/** Silence after which a stream counts as dead, milliseconds: two beats and some. */
const silence = 25_000;

/** Speaks with the read API of the controller that served this page. */
export class Client {
  constructor(
    readonly tokens: TokenStore,
    private readonly base = "api/v1/",
  ) {}

  /** Reads a document. */
  async get<T>(path: string, decode: (value: unknown) => T | undefined, signal: AbortSignal): Promise<Answer<T>> {
    try {
      const response = await fetch(this.base + path, { headers: this.headers(), signal, cache: "no-store" });
      const value = parseJson(await response.text());
      if (!response.ok) return { ok: false, error: decodeProblem(response.status, value) };
      const decoded = decode(value);
      return decoded === undefined
        ? {
            ok: false,
            error: { status: response.status, message: "the answer is not one of this version; reload the page" },
          }
        : { ok: true, value: decoded };
    } catch {
      return unreachable;
    }
  }

  /** Follows a stream until it ends; the failure is why it did. */
  async follow(path: string, onEvent: (event: StreamEvent) => void, signal: AbortSignal): Promise<Failure> {
    const silent = new AbortController();
    try {
      const both = AbortSignal.any([signal, silent.signal]);
      const response = await fetch(this.base + path, { headers: this.headers(), signal: both, cache: "no-store" });
      if (!response.ok || response.body === null)
        return decodeProblem(response.status, parseJson(await response.text()));
      return await readEvents(response.body, onEvent, silent);
    } catch {
      return unreachable.error;
    }
  }

  private headers(): Record<string, string> {
    const { token } = this.tokens;
    return token === "" ? {} : { Authorization: `Bearer ${token}` };
  }
}

const unreachable = {
  ok: false,
  error: { status: 0, message: "the controller cannot be reached" },
} as const;

async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: StreamEvent) => void,
  silent: AbortController,
): Promise<Failure> {
  const parser = new EventParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let refused: Failure | undefined;
  for (;;) {
    const timer = window.setTimeout(() => silent.abort(), silence);
    const { done, value } = await reader.read().finally(() => window.clearTimeout(timer));
    if (done) return refused ?? { status: 0, message: "the stream ended" };
    for (const { type, data } of parser.take(decoder.decode(value, { stream: true }))) {
      const event = decodeEvent(type, parseJson(data));
      if (event?.type === "refused") refused = { status: 401, message: event.message };
      else if (event !== undefined) onEvent(event);
    }
  }
}
