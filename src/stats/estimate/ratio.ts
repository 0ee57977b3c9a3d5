import { openUnit } from "../check.js";
import type { CoMoments } from "../coMoments.js";
import { StatsError } from "../errors.js";
import type { Summary } from "../moments.js";
import { checkSummary } from "../moments.js";
import { normalQuantile } from "../special/normal.js";
import type { AlphaOption, Interval } from "./interval.js";

/** The ratio of two means, or that the data do not bound it. */
export type Ratio = ({ readonly ratio: number } & Interval) | { readonly unbounded: true };

/**
 * The ratio candidate / base of two independent means with its interval (normal quantiles, variance of each mean
 * variance/n). `unbounded` where the base is not clearly away from 0 (z² se² ≥ mean²): show the difference instead.
 * Throws StatsError below 2 values in an arm. Source: Fieller 1954.
 */
export function fieller(base: Summary, candidate: Summary, { alpha = 0.05 }: AlphaOption = {}): Ratio {
  checkSummary("base", base, 2);
  checkSummary("candidate", candidate, 2);
  openUnit("alpha", alpha);
  const z = normalQuantile(alpha / 2, { upper: true });
  const baseVariance = base.variance / base.n;
  const candidateVariance = candidate.variance / candidate.n;
  const g = (z * z * baseVariance) / (base.mean * base.mean);
  if (base.mean === 0 || !(g < 1)) return { unbounded: true };
  const ratio = candidate.mean / base.mean;
  const centre = ratio / (1 - g);
  const spread = Math.sqrt(candidateVariance * (1 - g) + ratio * ratio * baseVariance);
  const half = (z / (Math.abs(base.mean) * (1 - g))) * spread;
  return { ratio, low: centre - half, high: centre + half };
}

/**
 * A metric that is a quotient of two sums per unit (revenue per order, errors per request of a user): the estimate
 * Σy/Σx as a summary whose variance is that of one unit, so that it can enter wherever a mean can.
 * Throws StatsError where the mean of x is 0. Source: delta method (Deng, Knoblich & Lu 2018).
 */
export function ratioSummary(pairs: CoMoments): Summary {
  const { n, x, y, covariance } = pairs;
  if (n === 0) return { n: 0, mean: 0, variance: 0 };
  if (x.mean === 0) throw new StatsError("pairs.x.mean", 0, "a denominator that is not 0 on average");
  const mean = y.mean / x.mean;
  const variance = (y.variance + mean * mean * x.variance - 2 * mean * covariance) / (x.mean * x.mean);
  return { n, mean, variance: Math.max(0, variance) };
}
