import type { BackoffBounds } from "../base/backoff.js";

/** Times of a reflector, milliseconds. */
export interface ReflectorTiming {
  /**
   * A watch ends in order after this long, up to a quarter more; one that has said nothing and does not end is dead. Short,
   * because bookmarks come but once a minute: nothing else tells a quiet watch from a connection that is gone.
   */
  readonly renewal: number;
  /** A watch without data or bookmark for this long is reopened. */
  readonly silence: number;
  /** Initial events (KEP-3157) that pause for this long mean that the server does not know them. */
  readonly initialSilence: number;
  /** How long a failing watch is forgiven before the state is `broken`. */
  readonly grace: number;
  /** A watch that lived this long resets the backoff. */
  readonly healthy: number;
  /** How long a reopened watch must stay open before a list of one object asks whether all is well. */
  readonly probeAfter: number;
  readonly backoff: BackoffBounds;
  /** Wait after 401 and 403; as much again and twice that is added by chance. */
  readonly forbidden: number;
  /** Wait while the kind is absent. */
  readonly absent: number;
  /** Wait before a first 404 is taken to be true, where objects were seen before. */
  readonly doubt: number;
  /** Wait between lists while the server is behind what we have seen. */
  readonly stale: number;
}

/** The times that are used unless told otherwise. */
export const defaultTiming: ReflectorTiming = {
  renewal: 40_000,
  silence: 55_000,
  initialSilence: 10_000,
  grace: 5_000,
  healthy: 10_000,
  probeAfter: 1_000,
  backoff: { first: 50, cap: 8_000, jitter: 0.25 },
  forbidden: 10_000,
  absent: 5_000,
  doubt: 2_000,
  stale: 10_000,
};
