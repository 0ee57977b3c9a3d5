import type { Json } from "../../../base/json.js";
import type { Failure } from "../status/failure.js";
import { statusOf } from "../status/failure.js";
import type { WatchStream } from "../read/watchStream.js";

/** What a request is answered. */
export type Answer =
  | {
      readonly kind: "text";
      readonly code: number;
      readonly contentType: string;
      readonly text: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** Things the client should tell its user (RFC 7234 Warning headers, code 299). */
      readonly warnings?: readonly string[];
    }
  | { readonly kind: "watch"; readonly contentType: string; readonly open: (stream: WatchStream) => void };

/** JSON text as it stands. */
export function jsonText(code: number, text: string, warnings: readonly string[] = []): Answer {
  return { kind: "text", code, contentType: "application/json", text, warnings };
}

/** A JSON document. */
export function json(code: number, body: Json, warnings: readonly string[] = []): Answer {
  return jsonText(code, JSON.stringify(body), warnings);
}

/** Plain text, as the health pages and the 404 of unknown paths are. */
export function plain(code: number, text: string): Answer {
  return { kind: "text", code, contentType: "text/plain; charset=utf-8", text };
}

/** A refusal, as a Status object; with Retry-After where clients should wait. */
export function refused(failure: Failure): Answer {
  const seconds = failure.details?.["retryAfterSeconds"];
  const headers = typeof seconds === "number" ? { "Retry-After": String(seconds) } : {};
  return {
    kind: "text",
    code: failure.code,
    contentType: "application/json",
    text: JSON.stringify(statusOf(failure)),
    headers,
  };
}
