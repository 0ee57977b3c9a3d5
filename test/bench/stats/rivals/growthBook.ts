import type { Summary } from "../../../../src/stats/moments.js";
import { normalCdf } from "../../../../src/stats/special/normal.js";
import type { BinaryPair } from "../../../../src/stats/tests/twoProportions.js";
import type { MeanMethod, PairMethod } from "./method.js";
import { pooled, pooledMeans } from "./method.js";

/** The relative effect B/A − 1 with its variance by the delta method; undefined while A is 0 or nothing varies. */
export function relativeEffect(a: Summary, b: Summary): { effect: number; variance: number } | undefined {
  if (a.n < 1 || b.n < 1 || a.mean === 0) return undefined;
  const variance = b.variance / (b.n * a.mean * a.mean) + (a.variance * b.mean * b.mean) / (a.n * a.mean ** 4);
  return variance > 0 ? { effect: b.mean / a.mean - 1, variance } : undefined;
}

/**
 * Half the width of the asymptotic confidence sequence at level 1 − alpha, tuned to `tuned` units; `perUnit` is the
 * variance of the effect times the n units of both versions. Source: Waudby-Smith et al. 2021, equations 9 and 161.
 */
export function sequenceRadius(perUnit: number, n: number, alpha = 0.05, tuned = 5000): number {
  const level = -2 * Math.log(alpha);
  const rho2 = (level + Math.log1p(level)) / tuned;
  const k = n * rho2 + 1;
  return Math.sqrt((perUnit * 2 * k * Math.log(Math.sqrt(k) / alpha)) / (n * n * rho2));
}

/** GrowthBook's sequential test of the relative effect; `gate` conversions of the larger version come first. */
export function growthBookSequential(gate: number): PairMethod {
  const name = gate === 0 ? "GrowthBook sequential, no gate" : "GrowthBook sequential";
  return pooled(name, (totals) => enough(totals, gate) && outside(...summaries(totals)));
}

/** The same for values, which have no gate. */
export const growthBookSequentialMeans: MeanMethod = pooledMeans("GrowthBook sequential", outside);

/** GrowthBook's chance to win above 95 % for either version: a normal posterior of the effect under a flat prior. */
export function growthBookBayes(gate: number): PairMethod {
  return pooled("GrowthBook Bayesian", (totals) => enough(totals, gate) && likely(...summaries(totals)));
}

/** The same for values. */
export const growthBookBayesMeans: MeanMethod = pooledMeans("GrowthBook Bayesian", likely);

function outside(a: Summary, b: Summary): boolean {
  const found = relativeEffect(a, b);
  if (found === undefined) return false;
  const n = a.n + b.n;
  return Math.abs(found.effect) > sequenceRadius(found.variance * n, n);
}

function likely(a: Summary, b: Summary): boolean {
  const found = relativeEffect(a, b);
  return found !== undefined && normalCdf(Math.abs(found.effect) / Math.sqrt(found.variance)).cdf > 0.95;
}

function enough({ xA, xB }: BinaryPair, gate: number): boolean {
  return Math.max(xA, xB) >= gate && xA > 0 && xB > 0;
}

/** A proportion's variance is p(1 − p), as its statistics have it. */
function summaries({ nA, xA, nB, xB }: BinaryPair): [Summary, Summary] {
  const of = (n: number, x: number): Summary => ({ n, mean: x / n, variance: (x / n) * (1 - x / n) });
  return [of(nA, xA), of(nB, xB)];
}
