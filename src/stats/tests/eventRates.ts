import { nonNegative, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { AlphaOption, Interval } from "../estimate/interval.js";
import { clopperPearson } from "../estimate/proportion.js";
import { betaCdf } from "../special/beta.js";

/** Events of two arms and what they had the chance to happen in (requests, seconds). */
export interface CountPair {
  readonly xA: number;
  readonly exposureA: number;
  readonly xB: number;
  readonly exposureB: number;
}

/** `ratio` = rate of B / rate of A, infinite where A has no event, undefined where neither has. */
export interface EventRates extends Interval {
  readonly ratio: number | undefined;
  readonly pValue: number;
}

/** Throws a StatsError that names the field unless these are possible counts: no event without exposure. */
export function checkCountPair({ xA, exposureA, xB, exposureB }: CountPair): void {
  whole("xA", xA);
  whole("xB", xB);
  nonNegative("exposureA", exposureA);
  nonNegative("exposureB", exposureB);
  if (exposureA === 0 && xA > 0) throw new StatsError("exposureA", 0, `an exposure for its ${xA} events`);
  if (exposureB === 0 && xB > 0) throw new StatsError("exposureB", 0, `an exposure for its ${xB} events`);
}

/**
 * The exact test of two Poisson rates, two-sided, with the interval of their ratio, for one look at a time fixed
 * beforehand. The p-value is twice the smaller tail: it is at most alpha just where the interval leaves 1 out. Without events, or with all exposure in one arm, p = 1 and the interval is [0, Infinity].
 * Throws StatsError on impossible counts. Source: Przyborowski & Wilenski 1940 (given the sum, B's events are binomial).
 */
export function eventRateTest(pair: CountPair, { alpha = 0.05 }: AlphaOption = {}): EventRates {
  checkCountPair(pair);
  const { xA, exposureA, xB, exposureB } = pair;
  const n = xA + xB;
  const share = clopperPearson({ x: xB, n }, { alpha });
  if (n === 0 || exposureA === 0 || exposureB === 0) return { ratio: undefined, low: 0, high: Infinity, pValue: 1 };
  const part = exposureB / (exposureA + exposureB);
  const atLeast = xB === 0 ? 1 : betaCdf(xB, n - xB + 1, part).cdf;
  const atMost = xB === n ? 1 : betaCdf(xB + 1, n - xB, part).sf;
  const asRatio = (s: number): number => (s === 1 ? Infinity : ((s / (1 - s)) * exposureA) / exposureB);
  return {
    ratio: asRatio(xB / n),
    low: asRatio(share.low),
    high: asRatio(share.high),
    pValue: Math.min(1, 2 * Math.min(atLeast, atMost)),
  };
}
