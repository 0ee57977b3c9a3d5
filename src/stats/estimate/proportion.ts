import { counts, openUnit, whole } from "../check.js";
import { betaQuantile } from "../special/beta.js";
import { gammaQuantile } from "../special/gamma.js";
import { normalQuantile } from "../special/normal.js";
import type { AlphaOption, Interval } from "./interval.js";

/** `x` events among `n` trials. */
export interface Proportion {
  readonly x: number;
  readonly n: number;
}

function checked({ x, n }: Proportion, alpha: number): void {
  counts("x", x, "n", n);
  openUnit("alpha", alpha);
}

/**
 * The score interval of a proportion; [0, 1] without trials. Throws StatsError on x > n and other impossible counts.
 * Source: Wilson 1927.
 */
export function wilson({ x, n }: Proportion, { alpha = 0.05 }: AlphaOption = {}): Interval {
  checked({ x, n }, alpha);
  if (n === 0) return { low: 0, high: 1 };
  const z = normalQuantile(alpha / 2, { upper: true });
  const square = z * z;
  const centre = (x + square / 2) / (n + square);
  const half = (z / (n + square)) * Math.sqrt((x / n) * (n - x) + square / 4);
  return { low: x === 0 ? 0 : Math.max(0, centre - half), high: x === n ? 1 : Math.min(1, centre + half) };
}

/**
 * The equal-tailed interval of the posterior Beta(x + ½, n − x + ½); its ends are quantiles also for x = 0 and x = n.
 * Source: Brown, Cai & DasGupta 2001, without their adjustment at the ends.
 */
export function jeffreys({ x, n }: Proportion, { alpha = 0.05 }: AlphaOption = {}): Interval {
  checked({ x, n }, alpha);
  return {
    low: betaQuantile(x + 0.5, n - x + 0.5, alpha / 2),
    high: betaQuantile(x + 0.5, n - x + 0.5, alpha / 2, { upper: true }),
  };
}

/** The exact interval of a proportion: it covers at least 1 − alpha, whatever the truth. Source: Clopper & Pearson 1934. */
export function clopperPearson({ x, n }: Proportion, { alpha = 0.05 }: AlphaOption = {}): Interval {
  checked({ x, n }, alpha);
  return {
    low: x === 0 ? 0 : betaQuantile(x, n - x + 1, alpha / 2),
    high: x === n ? 1 : betaQuantile(x + 1, n - x, alpha / 2, { upper: true }),
  };
}

/** The exact interval of the mean of a Poisson count `x`; divide by the exposure for a rate. Source: Garwood 1936. */
export function garwood(x: number, { alpha = 0.05 }: AlphaOption = {}): Interval {
  whole("x", x);
  openUnit("alpha", alpha);
  return {
    low: x === 0 ? 0 : gammaQuantile(x, alpha / 2),
    high: gammaQuantile(x + 1, alpha / 2, { upper: true }),
  };
}
