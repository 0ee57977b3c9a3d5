import { nonNegative } from "./check.js";

/**
 * The growth of a cumulative counter between two readings. A reading below the last one is a restart: the counter began
 * again at 0, so its new value is the growth. `previous` undefined (the first reading) gives 0: what came before the
 * first look belongs to no batch.
 */
export function counterIncrease(previous: number | undefined, current: number): number {
  nonNegative("current", current);
  if (previous === undefined) return 0;
  nonNegative("previous", previous);
  return current < previous ? current : current - previous;
}
