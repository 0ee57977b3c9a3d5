import { closedUnit, positive } from "../check.js";
import { StatsError } from "../errors.js";
import { betaPoint, betaShape, betaTails, leftLog } from "./beta.js";
import { logBeta } from "./logGamma.js";
import { normalCdf, normalQuantile } from "./normal.js";
import type { QuantileOptions, Tails } from "./tails.js";
import { swapped } from "./tails.js";

/** From here on Hill's expansion is exact to rounding. */
const nearlyNormal = 1e6;

/**
 * Both tails of Student's t with `df` degrees of freedom (any real > 0) at `t`; relative error ≤ 1e-12.
 * Source: the incomplete beta; Hill 1970 (algorithm 395) from a million degrees of freedom on.
 */
export function studentTCdf(df: number, t: number): Tails {
  positive("df", df);
  if (Number.isNaN(t)) throw new StatsError("x", t, "a number");
  const upper = upperTails(df, Math.abs(t));
  return t >= 0 ? upper : swapped(upper);
}

function upperTails(df: number, t: number): Tails {
  if (t === Infinity) return { cdf: 1, sf: 0 };
  if (df >= nearlyNormal) return normalCdf(normalEquivalent(df, t));
  const ratio = t / Math.sqrt(df);
  const square = ratio * ratio;
  if (square > 1e280) return farTails(df, ratio);
  const { cdf, sf } = betaTails(betaShape(df / 2, 0.5), { x: 1 / (1 + square), y: square / (1 + square) });
  return { cdf: 0.5 + 0.5 * sf, sf: 0.5 * cdf };
}

/** The leading term of the tail, for t so large that its square has no place. */
function farTails(df: number, ratio: number): Tails {
  const sf = 0.5 * Math.exp(-df * Math.log(ratio) - Math.log(df / 2) - logBeta(df / 2, 0.5));
  return { cdf: 1 - sf, sf };
}

/** The normal deviate with the same tail. Source: Hill 1970. */
function normalEquivalent(df: number, t: number): number {
  const a = df - 0.5;
  const u = Math.sqrt(a * Math.log1p((t * t) / df));
  const b = 48 * a * a;
  return u + (u ** 3 + 3 * u) / b;
}

/** The density of Student's t. */
export function studentTDensity(df: number, t: number): number {
  const log = -0.5 * (df + 1) * Math.log1p((t * t) / df) - 0.5 * Math.log(df) - logBeta(df / 2, 0.5);
  return Math.exp(log);
}

/**
 * The quantile of Student's t of `p`, or of the upper tail `p` with `upper`; ±Infinity at 0 and 1.
 * Throws StatsError unless df > 0 and 0 ≤ p ≤ 1. Source: the beta quantile of the tail, or of the middle part near 0.
 */
export function studentTQuantile(df: number, p: number, { upper = false }: QuantileOptions = {}): number {
  positive("df", df);
  closedUnit("p", p);
  if (p === 0.5) return 0;
  const tail = p < 0.5 ? p : 1 - p;
  const t = tail === 0 ? Infinity : upperQuantile(df, tail);
  return p < 0.5 === upper ? t : -t;
}

function upperQuantile(df: number, tail: number): number {
  if (df >= nearlyNormal) return nearlyNormalQuantile(df, tail);
  if (tail > 0.25) {
    const { x, y } = betaPoint(0.5, df / 2, 1 - 2 * tail, false);
    return Math.sqrt(df) * Math.sqrt(x / y);
  }
  const { x, y } = betaPoint(df / 2, 0.5, 2 * tail, false);
  if (x > 1e-200) return Math.sqrt(df) * Math.sqrt(y / x);
  return Math.sqrt(df) * Math.exp(-leftLog(df / 2, 0.5, 2 * tail, false) / 2);
}

/** Hill's expansion the other way round. */
function nearlyNormalQuantile(df: number, tail: number): number {
  const z = normalQuantile(tail, { upper: true });
  const a = df - 0.5;
  const b = 48 * a * a;
  let u = z;
  for (let round = 0; round < 3; round++) u = z - (u ** 3 + 3 * u) / b;
  return Math.sqrt(df * Math.expm1((u * u) / a));
}
