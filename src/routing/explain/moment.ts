import type { Now } from "../observed.js";

/** Epoch milliseconds as an RFC 3339 time in UTC, to the second. */
export function rfc3339(epoch: number): string {
  return new Date(epoch).toISOString().replace(/\.\d+Z$/, "Z");
}

/** A time of our monotonic clock as an RFC 3339 time of the API server's clock. */
export function momentOf(now: Now, monotonic: number): string {
  return rfc3339(now.server + monotonic - now.monotonic);
}
