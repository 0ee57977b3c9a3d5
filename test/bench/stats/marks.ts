import { betaCdf } from "../../../src/stats/special/beta.js";
import type { Tally } from "./tally.js";

/**
 * How a figure stands to its target: `pass` meets it; `chance` lies beyond it, but no farther than chance alone puts a
 * figure that is exactly on target, in all but one of a thousand runs; `miss` lies farther.
 */
export type Mark = "pass" | "chance" | "miss";

const rare = 0.001;
/** The normal quantile of 99.9 %. */
const deviations = 3.0902;

/** The most hits among `n` that chance allows at a true share `p`: exceeded with a probability of at most 0.1 %. */
export function mostHits(p: number, n: number): number {
  let hits = Math.floor(n * p);
  // P(X > k) = I_p(k + 1, n − k).
  while (hits < n && betaCdf(hits + 1, n - hits, p).cdf > rare) hits += 1;
  return hits;
}

/** A share that is to be at most `p`, by the upper 99.9 % binomial bound. */
export function shareAtMost(tally: Tally, hit: (value: number) => boolean, p: number): Mark {
  const hits = tally.hits(hit);
  if (hits <= p * tally.n) return "pass";
  return hits <= mostHits(p, tally.n) ? "chance" : "miss";
}

/** A share that is to be at least `p`: the same of what is left. */
export function shareAtLeast(tally: Tally, hit: (value: number) => boolean, p: number): Mark {
  return shareAtMost(tally, (value) => !hit(value), 1 - p);
}

/** An average that is to be at most `limit`, by the one-sided normal 99.9 % bound. */
export function meanAtMost(tally: Tally, limit: number): Mark {
  const { value, error } = tally.mean();
  if (value <= limit) return "pass";
  return value - deviations * error <= limit ? "chance" : "miss";
}

/** A median that is to be at most `limit`: at least half of the repetitions are, by the binomial bound. */
export function medianAtMost(tally: Tally, limit: number): Mark {
  return shareAtLeast(tally, (value) => value <= limit, 0.5);
}

/** The worse of two marks. */
export function worse(a: Mark, b: Mark): Mark {
  const order: readonly Mark[] = ["pass", "chance", "miss"];
  return order.indexOf(a) > order.indexOf(b) ? a : b;
}
