import { backoffDelay } from "../base/backoff.js";
import type { Random } from "../base/random.js";
import type { ApiError } from "./apiError.js";

/** What repeating a request can do: nothing (`read`), change an object (`write`), start something (`call`). */
export type Effect = "read" | "write" | "call";

/** How often one request was tried again, by cause. */
export interface Tries {
  readonly throttled: number;
  readonly failed: number;
  readonly unauthorized: number;
}

/** A decision to try again: after how many milliseconds, and what that makes of the counts. */
export interface Retry {
  readonly delay: number;
  readonly tries: Tries;
}

/** No try yet failed. */
export const firstTry: Tries = { throttled: 0, failed: 0, unauthorized: 0 };

const mostThrottled = 5;
const mostFailed = 3;
const longestWait = 10_000;
const backoff = { first: 100, cap: 2_000, jitter: 0.5 };
const passing = new Set([500, 502, 503, 504]);

/**
 * Whether and when to send a failed request again; undefined means to report the failure.
 *
 * A 429 was refused before it was processed (API priority and fairness), a 401 too: both are repeated whatever the
 * request does, the 401 once. Anything else is repeated for reads only.
 */
export function retryOf(effect: Effect, error: ApiError, tries: Tries, random: Random): Retry | undefined {
  if (error.kind === "status" && error.code === 401) {
    return tries.unauthorized > 0 ? undefined : { delay: 0, tries: { ...tries, unauthorized: 1 } };
  }
  if (error.kind === "status" && error.code === 429) {
    if (tries.throttled + 1 >= mostThrottled) return undefined;
    const delay = Math.min(error.retryAfter ?? 1000, longestWait);
    return { delay, tries: { ...tries, throttled: tries.throttled + 1 } };
  }
  if (effect !== "read" || tries.failed + 1 >= mostFailed || !isPassing(error)) return undefined;
  const delay = Math.min(error.retryAfter ?? backoffDelay(backoff, tries.failed, random), longestWait);
  return { delay, tries: { ...tries, failed: tries.failed + 1 } };
}

function isPassing(error: ApiError): boolean {
  switch (error.kind) {
    case "status":
      return passing.has(error.code);
    case "unsent":
    case "unknown":
      return error.reason !== "Deadline";
    case "aborted":
    case "malformed":
      return false;
  }
}
