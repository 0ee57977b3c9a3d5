import { sample } from "../check.js";
import { StatsError } from "../errors.js";
import type { QuantileSketch } from "../sketch.js";

/** Values beyond these count as these; an end that is left out is open. */
export interface WinsorLimits {
  readonly low?: number;
  readonly high?: number;
}

/**
 * The values with those beyond a limit put at it. Give one limit for a cap (revenue, latency), two for both sides. The
 * limits are part of the plan: fix them beforehand or take `winsorLimits` of earlier batches of all arms together; limits
 * of each arm's own values would hide an effect. Throws StatsError on values that are no numbers and low > high.
 * Source: Dixon 1960.
 */
export function winsorise(values: readonly number[], { low = -Infinity, high = Infinity }: WinsorLimits): number[] {
  if (!(low <= high)) throw new StatsError("low", low, `a number of at most high = ${high}`);
  return sample("values", values, 0).map((x) => Math.min(high, Math.max(low, x)));
}

/**
 * The limits that cut the part `upper` of all values off above (default 0.001: the 99.9 % quantile) and `lower` below
 * (default none), from the pooled values of all arms. `undefined` while there are no values.
 * Throws StatsError unless both parts are at least 0 and together below 1.
 */
export function winsorLimits(
  pooled: QuantileSketch,
  { lower = 0, upper = 0.001 }: { readonly lower?: number; readonly upper?: number } = {},
): WinsorLimits | undefined {
  for (const [field, part] of Object.entries({ lower, upper }))
    if (!(part >= 0 && lower + upper < 1)) throw new StatsError(field, part, "a part of at least 0, both below 1");
  if (pooled.count === 0) return undefined;
  const [low, high] = [lower, 1 - upper].map((q) => pooled.quantile(q) ?? 0);
  return {
    ...(lower > 0 && low !== undefined ? { low } : {}),
    ...(upper > 0 && high !== undefined ? { high } : {}),
  };
}
