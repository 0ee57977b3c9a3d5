import { closedUnit, positive } from "../check.js";
import { StatsError } from "../errors.js";
import { continuedFraction } from "./lentz.js";
import { deviance, halfLogTwoPi, logGamma, logGammaOnePlus, stirlingError } from "./logGamma.js";
import { normalQuantile } from "./normal.js";
import type { Slope } from "./root.js";
import { monotoneRoot } from "./root.js";
import { panelWidth, tailIntegral } from "./tailIntegral.js";
import type { QuantileOptions, Tails } from "./tails.js";

/** From this shape on the series would take thousands of terms. */
const largeShape = 50_000;

/**
 * Both tails of the gamma distribution of this `shape` and rate 1 at `x`.
 * Relative error ≤ 1e-12. Throws StatsError unless shape > 0 and x ≥ 0 (Infinity allowed).
 * Source: Loader 2000 for the factor in front; Gautschi 1979 for small shapes; series and Legendre's fraction between.
 */
export function gammaCdf(shape: number, x: number): Tails {
  positive("shape", shape);
  if (!(x >= 0)) throw new StatsError("x", x, "a number of at least 0");
  if (x === 0) return { cdf: 0, sf: 1 };
  if (x === Infinity) return { cdf: 1, sf: 0 };
  if (shape < 1 && x < 1.5) return smallShape(shape, x);
  if (shape > largeShape) return bell(shape, x);
  if (x < shape + 1) {
    const cdf = gammaFactor(shape, x) * lowerSeries(shape, x);
    return { cdf, sf: 1 - cdf };
  }
  const sf = gammaFactor(shape, x) * shape * upperFraction(shape, x);
  return { cdf: 1 - sf, sf };
}

/** x^a e^{−x} / Γ(a + 1). */
function gammaFactor(a: number, x: number): number {
  if (a < 1) return Math.exp(a * Math.log(x) - x - logGammaOnePlus(a));
  return Math.exp(-stirlingError(a) - deviance(a, x) - halfLogTwoPi) / Math.sqrt(a);
}

/** The density of the gamma distribution of rate 1, times x (its density in ln x). */
export function gammaDensityTimesX(shape: number, x: number): number {
  return shape * gammaFactor(shape, x);
}

function lowerSeries(a: number, x: number): number {
  let sum = 1;
  let term = 1;
  for (let n = 1; n < 100_000; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return sum;
}

/** Q(a, x) Γ(a) x^{−a} e^{x}. */
function upperFraction(a: number, x: number): number {
  return (
    1 /
    continuedFraction(
      x + 1 - a,
      (i) => -i * (i - a),
      (i) => x + 2 * i + 1 - a,
    )
  );
}

/** Q = 1 − x^a/Γ(1+a) · (1 + a Σ (−x)^n/((a+n) n!)), without forming the 1. */
function smallShape(a: number, x: number): Tails {
  let sum = 0;
  let term = 1;
  for (let n = 1; n < 200; n++) {
    term *= -x / n;
    sum += term / (a + n);
    if (Math.abs(term) < 1e-18) break;
  }
  const exponent = a * Math.log(x) - logGammaOnePlus(a);
  const sf = -Math.expm1(exponent) - Math.exp(exponent) * a * sum;
  return { cdf: Math.exp(exponent) * (1 + a * sum), sf };
}

function bell(a: number, x: number): Tails {
  const sd = Math.sqrt(a);
  const z = (x - a) / sd;
  const density = (t: number): number => gammaDensityTimesX(a, t) / t;
  if (z < 0) {
    const cdf = tailIntegral(density, x, -1, 0, panelWidth(sd, -z));
    return { cdf, sf: 1 - cdf };
  }
  const sf = tailIntegral(density, x, 1, Infinity, panelWidth(sd, z));
  return { cdf: 1 - sf, sf };
}

/**
 * The gamma quantile (rate 1) of `p`, or of the upper tail `p` with `upper`; relative error ≤ 1e-12.
 * Throws StatsError unless shape > 0 and 0 ≤ p ≤ 1. Source: Newton in ln x on the logarithm of the smaller tail.
 */
export function gammaQuantile(shape: number, p: number, { upper = false }: QuantileOptions = {}): number {
  positive("shape", shape);
  closedUnit("p", p);
  if (p === (upper ? 1 : 0)) return 0;
  if (p === (upper ? 0 : 1)) return Infinity;
  const byUpper = upper === p <= 0.5;
  const tail = p <= 0.5 ? p : 1 - p;
  const logTail = Math.log(tail);
  // The unknown is ln(x / shape), which stays small where the distribution is narrow.
  const f = (u: number): Slope => {
    const x = shape * Math.exp(u);
    const { cdf, sf } = gammaCdf(shape, x);
    const reached = byUpper ? sf : cdf;
    if (reached === 0) return { value: -1e6, slope: 0 };
    const slope = gammaDensityTimesX(shape, x) / reached;
    return { value: Math.log(reached) - logTail, slope: byUpper ? -slope : slope };
  };
  const logShape = Math.log(shape);
  const start = firstGuess(shape, tail, byUpper) - logShape;
  if (start < -600) return shape * Math.exp(start);
  return shape * Math.exp(monotoneRoot(f, !byUpper, start, -700, 700 - logShape));
}

/** ln of a first guess: Wilson & Hilferty 1931, or the leading term of the lower tail. */
function firstGuess(shape: number, tail: number, byUpper: boolean): number {
  const z = normalQuantile(tail, { upper: byUpper });
  const ninth = 1 / (9 * shape);
  const cube = 1 - ninth + z * Math.sqrt(ninth);
  if (cube > 0.3) return Math.log(shape) + 3 * Math.log(cube);
  const log = byUpper ? Math.log1p(-tail) : Math.log(tail);
  return (log + logGamma(shape + 1)) / shape;
}

/** Both tails of χ² with `df` degrees of freedom at `x`. Throws StatsError unless df > 0 and x ≥ 0. */
export function chiSquareCdf(df: number, x: number): Tails {
  positive("df", df);
  if (!(x >= 0)) throw new StatsError("x", x, "a number of at least 0");
  return gammaCdf(df / 2, x / 2);
}
