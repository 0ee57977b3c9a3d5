import type { Readable } from "node:stream";

import type { Fields } from "./fields.js";

/**
 * What a server answered. Without `body` nothing follows. When the body has ended, `trailers` are complete and
 * `isWhole` tells whether it ended in order or was cut off.
 */
export interface Answer {
  readonly status: number;
  readonly fields: Fields;
  readonly body: Readable | undefined;
  readonly trailers: () => Fields;
  readonly isWhole: () => boolean;
}

/** An answer, or why there is none: nobody could be reached, or the connection broke before it. */
export type Outcome =
  | { readonly type: "answer"; readonly answer: Answer }
  | { readonly type: "failed"; readonly phase: "connect" | "reset"; readonly message: string };

const unreachable: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ETIMEDOUT",
  "EADDRNOTAVAIL",
]);

/** The outcome of a request that failed this way. */
export function failedOutcome(error: Error): Outcome {
  const causes = [error, error.cause];
  const isRefused = causes.some((cause) => cause instanceof Error && "code" in cause && unreachable.has(cause.code));
  return { type: "failed", phase: isRefused ? "connect" : "reset", message: error.message };
}
