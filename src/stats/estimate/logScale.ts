import { finite } from "../check.js";
import { StatsError } from "../errors.js";
import type { Summary } from "../moments.js";
import { Moments } from "../moments.js";
import { welchTest } from "../tests/welch.js";
import type { AlphaOption, Interval } from "./interval.js";

/**
 * The moments of ln x, for metrics that spread by factors (latency, revenue of buyers); they enter every test of means.
 * What is compared then are geometric means: a typical value, in which the few large ones weigh less than in a sum.
 * Throws StatsError on a value not above 0.
 */
export function logMoments(values: Iterable<number>): Moments {
  const moments = Moments.of();
  for (const x of values) {
    if (!(finite("values", x) > 0)) throw new StatsError("values", x, "numbers above 0");
    moments.add(Math.log(x));
  }
  return moments;
}

/**
 * A difference of logarithms with its interval (of `MeanEProcess.interval` on logarithms, say) as a ratio. Back-transformed
 * ends keep their coverage. What is beyond the range of numbers is 0 or Infinity.
 */
export function ratioOfLogs({ estimate, low, high }: { readonly estimate: number | null } & Interval): {
  readonly ratio: number | null;
} & Interval {
  for (const [field, end] of Object.entries({ low, high }))
    if (Number.isNaN(end)) throw new StatsError(field, end, "a number");
  const ratio = estimate === null ? null : Math.exp(finite("estimate", estimate));
  return { ratio, low: Math.exp(low), high: Math.exp(high) };
}

/**
 * The ratio of the geometric means, candidate / base, with its interval for one look, from the moments of logarithms.
 * Throws StatsError as `welchTest` does. Source: Welch 1947 on logarithms, back-transformed (Bland & Altman 1996).
 */
export function geometricRatio(
  base: Summary,
  candidate: Summary,
  options: AlphaOption = {},
): { readonly ratio: number; readonly pValue: number } & Interval {
  const { difference, low, high, pValue } = welchTest(candidate, base, options);
  return { ratio: Math.exp(difference), low: Math.exp(low), high: Math.exp(high), pValue };
}
