import { logBetaTails } from "../special/beta.js";
import { logBeta } from "../special/logGamma.js";

/** A mixture e-value of a probability: which one, what prior it bets with, and which side it looks at. */
export interface BetaBinomial {
  /** The probability of the null, in (0, 1). */
  readonly q: number;
  /** The prior of the bets is Beta(strength q, strength (1 − q)), on the chosen side of q only. */
  readonly strength: number;
  /** `above` and `below` hold for the nulls "at most q" and "at least q"; default both sides. */
  readonly side?: "above" | "below";
}

/**
 * ln of the e-value of `hits` among `n` independent trials against the null probability; it multiplies over time, so it
 * may be looked at always. `hits` may be fractional.
 * Source: Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon 2021 (two- and one-sided beta-binomial mixture).
 */
export function betaBinomialLogE(hits: number, n: number, { q, strength, side }: BetaBinomial): number {
  const [a, b] = [strength * q, strength * (1 - q)];
  const both = logBeta(a + hits, b + n - hits) - logBeta(a, b) - hits * Math.log(q) - (n - hits) * Math.log1p(-q);
  if (side === undefined) return both;
  const part = side === "above" ? "sf" : "cdf";
  return both + logBetaTails(a + hits, b + n - hits, q)[part] - logBetaTails(a, b, q)[part];
}

/** The strength with which a two-sided mixture is tightest after about `concentration` trials, at the level `alpha`. */
export function mixtureStrength(concentration: number, alpha: number): number {
  return concentration / (2 * Math.log(1 / alpha) + 1);
}
