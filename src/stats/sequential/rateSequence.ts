import { counts, openUnit, positive } from "../check.js";
import type { AlphaOption, Interval } from "../estimate/interval.js";
import type { Proportion } from "../estimate/proportion.js";
import { logBeta } from "../special/logGamma.js";

/**
 * The interval of a constant rate that covers it at every look at once (a confidence sequence): all p that the beta-binomial
 * mixture with prior Beta(prior, prior) does not reject. [0, 1] without trials. Throws StatsError on impossible counts.
 * Source: Robbins 1970; Lindon & Malek 2022.
 */
export function rateSequence(
  { x, n }: Proportion,
  { alpha = 0.05, prior = 0.5 }: AlphaOption & { readonly prior?: number } = {},
): Interval {
  counts("x", x, "n", n);
  openUnit("alpha", alpha);
  positive("prior", prior);
  const bound = -Math.log(alpha);
  const marginal = logBeta(prior + x, prior + n - x) - logBeta(prior, prior);
  const outside = (p: number): boolean => {
    const yes = x === 0 ? 0 : x * Math.log(p);
    const no = x === n ? 0 : (n - x) * Math.log1p(-p);
    return marginal - yes - no >= bound;
  };
  if (n === 0) return { low: 0, high: 1 };
  const centre = x / n;
  return { low: x === 0 ? 0 : edge(outside, centre, 0), high: x === n ? 1 : edge(outside, centre, 1) };
}

/** The last point inside on the way from `inside` to `outsideEnd`, to the safe side. */
function edge(outside: (p: number) => boolean, inside: number, outsideEnd: number): number {
  let [good, bad] = [inside, outsideEnd];
  for (let round = 0; round < 80; round++) {
    const middle = (good + bad) / 2;
    if (middle === good || middle === bad) break;
    if (outside(middle)) bad = middle;
    else good = middle;
  }
  return bad;
}
