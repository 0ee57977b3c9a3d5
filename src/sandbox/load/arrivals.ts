import type { Random } from "../../base/random.js";

/**
 * When requests are due, in milliseconds from the start, without end: one in each interval of 1/rate, `jitter` (0..1)
 * of the interval away from its beginning at most. Late answers move nothing. `rate` is per second and above 0.
 */
export function* arrivals(rate: number, jitter: number, random: Random): Generator<number, never> {
  for (let number = 0; ; number += 1) yield ((number + jitter * random.next()) * 1_000) / rate;
}
