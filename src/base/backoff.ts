import type { Random } from "./random.js";

/** Bounds of an exponential backoff, milliseconds. */
export interface BackoffBounds {
  readonly first: number;
  readonly cap: number;
  /** Share of the delay that is drawn by chance, 0..1; 0.2 means up to 20 % is added. */
  readonly jitter: number;
}

/** Delay in milliseconds before attempt `attempt` (0 is the first retry): `first` doubled each time, capped, plus jitter. */
export function backoffDelay(bounds: BackoffBounds, attempt: number, random: Random): number {
  const plain = Math.min(bounds.cap, bounds.first * 2 ** Math.min(attempt, 52));
  return plain * (1 + bounds.jitter * random.next());
}
