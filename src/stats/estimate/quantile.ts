import { openUnit, positive } from "../check.js";
import { betaBinomialLogE, mixtureStrength } from "../sequential/betaBinomial.js";
import type { CoMoments } from "../coMoments.js";
import { StatsError } from "../errors.js";
import type { QuantileSketch } from "../sketch.js";
import { normalQuantile } from "../special/normal.js";
import type { AlphaOption, Interval } from "./interval.js";
import { ratioSummary } from "./ratio.js";

/** A quantile with its interval, or that there are too few values to give one. */
export type QuantileEstimate =
  | ({ readonly verdict: "estimate"; readonly quantile: number } & Interval)
  | { readonly verdict: "noData" | "undecided" };

/** Which quantile, 0 < q < 1. */
export interface QuantileQuestion extends AlphaOption {
  readonly q: number;
}

/**
 * The quantile with its interval from order statistics, for one look at a fixed time; "undecided" where the ranks fall
 * outside the sample. Source: David & Nagaraja 2003, §7.1 (normal approximation of the ranks).
 */
export function quantileInterval(sketch: QuantileSketch, { q, alpha = 0.05 }: QuantileQuestion): QuantileEstimate {
  openUnit("q", q);
  openUnit("alpha", alpha);
  const n = sketch.count;
  const half = normalQuantile(alpha / 2, { upper: true }) * Math.sqrt(n * q * (1 - q));
  return between(sketch, q, Math.floor(n * q - half), Math.ceil(n * q + half));
}

/**
 * The quantile with its interval for one look where requests of one user depend on each other. `users` has per user x, his
 * requests, and y, those of at most the estimate, which is `sketch.quantile(q)`. The variance of the ranks is multiplied by
 * how much more the fraction y/x varies between users than it would between independent requests.
 * Throws StatsError where `users` do not have the requests of the sketch.
 * Source: quantileInterval; variance of the fraction by the delta method (Deng, Knoblich & Lu 2018, §4).
 */
export function clusteredQuantileInterval(
  sketch: QuantileSketch,
  users: CoMoments,
  { q, alpha = 0.05 }: QuantileQuestion,
): QuantileEstimate {
  openUnit("q", q);
  openUnit("alpha", alpha);
  const n = sketch.count;
  const requests = users.n * users.x.mean;
  if (Math.abs(requests - n) > 1e-6 * (1 + n))
    throw new StatsError("users.x", requests, `requests per user that sum to those of the sketch, ${n}`);
  if (n === 0) return { verdict: "noData" };
  if (users.n < 2) return { verdict: "undecided" };
  const variance = ratioSummary(users).variance / users.n;
  const half = normalQuantile(alpha / 2, { upper: true }) * n * Math.sqrt(variance);
  return between(sketch, q, Math.floor(n * q - half), Math.ceil(n * q + half));
}

/**
 * The quantile with an interval that holds at every look at once (a confidence sequence). `concentration` says at how
 * many values it is tightest, about; default 1000. Source: Robbins 1970 and Howard & Ramdas 2022, the beta-binomial
 * mixture for the count below the true quantile.
 */
export function quantileSequence(
  sketch: QuantileSketch,
  { q, alpha = 0.05, concentration = 1000 }: QuantileQuestion & { readonly concentration?: number },
): QuantileEstimate {
  openUnit("q", q);
  openUnit("alpha", alpha);
  positive("concentration", concentration);
  const n = sketch.count;
  const mixture = { q, strength: mixtureStrength(concentration, alpha) };
  const inside = (below: number): boolean => betaBinomialLogE(below, n, mixture) < -Math.log(alpha);
  const low = edge(inside, n * q, 0);
  const high = edge(inside, n * q, n);
  return low === undefined || high === undefined
    ? between(sketch, q, 0, n + 1)
    : between(sketch, q, Math.floor(low), Math.ceil(high));
}

/** Where, going from `from` to `to`, counts cease to be inside; undefined if none does. */
function edge(inside: (below: number) => boolean, from: number, to: number): number | undefined {
  if (inside(to)) return undefined;
  let [good, bad] = [from, to];
  while (Math.abs(bad - good) > 1e-6 * (1 + Math.abs(bad))) {
    const middle = (good + bad) / 2;
    if (inside(middle)) good = middle;
    else bad = middle;
  }
  return bad;
}

/** The estimate with the values at two ranks counted from 1. */
function between(sketch: QuantileSketch, q: number, lowRank: number, highRank: number): QuantileEstimate {
  const quantile = sketch.quantile(q);
  if (quantile === undefined) return { verdict: "noData" };
  if (lowRank < 1 || highRank > sketch.count) return { verdict: "undecided" };
  const low = sketch.atRank(lowRank - 1) ?? quantile;
  const high = sketch.atRank(highRank - 1) ?? quantile;
  return { verdict: "estimate", quantile, low: Math.min(low, quantile), high: Math.max(high, quantile) };
}
