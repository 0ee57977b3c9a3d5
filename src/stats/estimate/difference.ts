import { StatsError } from "../errors.js";
import type { AlphaOption, Interval } from "./interval.js";
import type { Proportion } from "./proportion.js";
import { wilson } from "./proportion.js";

/**
 * The difference of two rates, b − a, with its interval for one look; it stays within [−1, 1] and holds at low counts.
 * Throws StatsError on impossible counts and an empty arm. Source: Newcombe 1998, method 10 (two score intervals).
 */
export function newcombe(
  a: Proportion,
  b: Proportion,
  options: AlphaOption = {},
): { readonly difference: number } & Interval {
  const [scoreA, scoreB] = [wilson(a, options), wilson(b, options)];
  for (const [field, { n }] of Object.entries({ "a.n": a, "b.n": b }))
    if (n === 0) throw new StatsError(field, n, "at least 1 trial");
  const [pA, pB] = [a.x / a.n, b.x / b.n];
  const difference = pB - pA;
  return {
    difference,
    low: difference - Math.hypot(pB - scoreB.low, scoreA.high - pA),
    high: difference + Math.hypot(scoreB.high - pB, pA - scoreA.low),
  };
}
