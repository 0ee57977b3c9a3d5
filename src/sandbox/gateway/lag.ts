import type { Random } from "../../base/random.js";

/** How long a change takes to come into force, milliseconds: always the same, or at random between two bounds. */
export type Lag = number | { readonly minMs: number; readonly maxMs: number };

/** Draws the lag of one change. */
export function drawLag(lag: Lag, random: Random): number {
  if (typeof lag === "number") return lag;
  return lag.minMs + random.next() * (lag.maxMs - lag.minMs);
}
