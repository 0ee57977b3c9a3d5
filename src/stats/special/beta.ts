import { closedUnit, positive } from "../check.js";
import { continuedFraction } from "./lentz.js";
import { deviance, logBeta, stirlingError } from "./logGamma.js";
import { normalQuantile } from "./normal.js";
import type { Slope } from "./root.js";
import { monotoneRoot } from "./root.js";
import { panelWidth, tailIntegral } from "./tailIntegral.js";
import type { QuantileOptions, Tails } from "./tails.js";
import { swapped } from "./tails.js";

/** Where both parameters are larger, the continued fraction would take a thousand terms. */
const largeParameter = 2e6;

/** A point of the unit interval with its complement, each accurate where it is small. */
export interface UnitPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * Both tails of Beta(a, b) at `x`; relative error ≤ 1e-12.
 * Throws StatsError unless a, b > 0 and 0 ≤ x ≤ 1.
 * Source: DiDonato & Morris 1992 (which tail, fraction); Loader 2000 (the factor in front).
 */
export function betaCdf(a: number, b: number, x: number): Tails {
  positive("a", a);
  positive("b", b);
  closedUnit("x", x);
  return betaTails(betaShape(a, b), { x, y: 1 - x });
}

/** A beta distribution with the part of its density that does not depend on the point. */
export interface BetaShape {
  readonly a: number;
  readonly b: number;
  /** √(ab/(2πn)) e^{λ(n) − λ(a) − λ(b)} with n = a + b and Stirling's error λ. */
  readonly scale: number;
}

/** Prepares Beta(a, b) for many evaluations. Arguments are not checked. */
export function betaShape(a: number, b: number): BetaShape {
  const n = a + b;
  const errors = stirlingError(n) - stirlingError(a) - stirlingError(b);
  return { a, b, scale: Math.sqrt((a / (2 * Math.PI)) * (b / n)) * Math.exp(errors) };
}

/** Both tails at a point given with its complement. */
export function betaTails(shape: BetaShape, { x, y }: UnitPoint): Tails {
  if (x <= 0) return { cdf: 0, sf: 1 };
  if (y <= 0) return { cdf: 1, sf: 0 };
  const { a, b, scale } = shape;
  if (a > largeParameter && b > largeParameter) return bell(shape, { x, y });
  if (b * x > a * y) return swapped(byFraction({ a: b, b: a, scale }, { x: y, y: x }));
  return byFraction(shape, { x, y });
}

/** The density in the log-odds of x: x(1−x) times the density in x. */
export function betaLogitDensity({ a, b, scale }: BetaShape, { x, y }: UnitPoint): number {
  return scale * Math.exp(-remoteness({ a, b }, { x, y }));
}

/** −ln of the density in the log-odds, without its scale. */
function remoteness({ a, b }: Pick<BetaShape, "a" | "b">, { x, y }: UnitPoint): number {
  const n = a + b;
  const difference = a * y - b * x;
  return deviance(a, n * x, difference) + deviance(b, n * y, -difference);
}

/** ln of both tails of Beta(a, b) at 0 < x < 1, also where the tail itself would be 0. Arguments are not checked. */
export function logBetaTails(a: number, b: number, x: number): Tails {
  const shape = betaShape(a, b);
  const point = { x, y: 1 - x };
  const { cdf, sf } = betaTails(shape, point);
  if (Math.min(cdf, sf) > 1e-290) return { cdf: Math.log(cdf), sf: Math.log(sf) };
  const deep = (inner: BetaShape, at: UnitPoint): number =>
    Math.log(inner.scale) - remoteness(inner, at) - Math.log(fractionOf(inner, at));
  return cdf < sf
    ? { cdf: deep(shape, point), sf: 0 }
    : { cdf: 0, sf: deep({ a: b, b: a, scale: shape.scale }, { x: point.y, y: x }) };
}

function byFraction(shape: BetaShape, point: UnitPoint): Tails {
  const cdf = betaLogitDensity(shape, point) / fractionOf(shape, point);
  return { cdf, sf: 1 - cdf };
}

/** Source: DiDonato & Morris 1992, eq. 18 (their BFRAC); for x up to the mean. */
function fractionOf({ a, b }: BetaShape, { x, y }: UnitPoint): number {
  const excess = a * y - b * x + 1;
  return continuedFraction(
    (a * excess) / (a + 1),
    (n) => ((((a + n - 1) * (a + b + n - 1) * x) / (a + 2 * n - 1)) * (n * (b - n) * x)) / (a + 2 * n - 1),
    (n) => n + (n * (b - n) * x) / (a + 2 * n - 1) + ((a + n) * (excess + n * (1 + y))) / (a + 2 * n + 1),
  );
}

function bell(shape: BetaShape, { x, y }: UnitPoint): Tails {
  const { a, b } = shape;
  const n = a + b;
  const sd = Math.sqrt(((a / n) * (b / n)) / n);
  const z = (x * b - y * a) / n / sd;
  const lower = z < 0;
  // Lengths are measured from x, so that y stays accurate too.
  const density = (step: number): number => {
    const point = { x: x + step, y: y - step };
    return point.x <= 0 || point.y <= 0 ? 0 : betaLogitDensity(shape, point) / (point.x * point.y);
  };
  const tail = tailIntegral(density, 0, lower ? -1 : 1, lower ? -x : y, panelWidth(sd, Math.abs(z)));
  return lower ? { cdf: tail, sf: 1 - tail } : { cdf: 1 - tail, sf: tail };
}

/**
 * The quantile of Beta(a, b) of `p`, or of the upper tail `p` with `upper`; relative error ≤ 1e-11.
 * Throws StatsError unless a, b > 0 and 0 ≤ p ≤ 1.
 */
export function betaQuantile(a: number, b: number, p: number, { upper = false }: QuantileOptions = {}): number {
  positive("a", a);
  positive("b", b);
  closedUnit("p", p);
  return betaPoint(a, b, p, upper).x;
}

/** The quantile with its complement. Source: Newton in ln x on the logarithm of the smaller tail. Arguments unchecked. */
export function betaPoint(a: number, b: number, p: number, upper: boolean): UnitPoint {
  if (p === (upper ? 1 : 0)) return { x: 0, y: 1 };
  if (p === (upper ? 0 : 1)) return { x: 1, y: 0 };
  const half = betaTails(betaShape(a, b), { x: 0.5, y: 0.5 });
  if (upper ? p >= half.sf : p <= half.cdf) return leftPoint(a, b, p, upper);
  const { x, y } = leftPoint(b, a, p, !upper);
  return { x: y, y: x };
}

/** The quantile, known to be at most ½. */
function leftPoint(a: number, b: number, p: number, upper: boolean): UnitPoint {
  const x = Math.exp(leftLog(a, b, p, upper));
  return { x, y: 1 - x };
}

/** ln of a quantile that is known to be at most ½; right also where the quantile itself would underflow. */
export function leftLog(a: number, b: number, p: number, upper: boolean): number {
  const byUpper = upper === p <= 0.5;
  const tail = p <= 0.5 ? p : 1 - p;
  const logTail = Math.log(tail);
  const shape = betaShape(a, b);
  const f = (log: number): Slope => {
    const x = Math.exp(log);
    const point = { x, y: 1 - x };
    const { cdf, sf } = betaTails(shape, point);
    const reached = byUpper ? sf : cdf;
    if (reached === 0) return { value: -1e6, slope: 0 };
    const slope = betaLogitDensity(shape, point) / point.y / reached;
    return { value: Math.log(reached) - logTail, slope: byUpper ? -slope : slope };
  };
  const start = firstGuess(a, b, tail, byUpper);
  return start < -600 ? start : monotoneRoot(f, !byUpper, start, -700, -Math.LN2);
}

/** ln of a first guess: a normal in the log-odds, or the leading term of the lower tail. */
function firstGuess(a: number, b: number, tail: number, byUpper: boolean): number {
  if (a > 1 && b > 1) {
    const z = normalQuantile(tail, { upper: byUpper });
    const odds = Math.log((a - 1 / 3) / (b - 1 / 3)) + z * Math.sqrt(1 / a + 1 / b);
    if (Math.abs(z) < 10) return -Math.log1p(Math.exp(-odds));
  }
  const log = byUpper ? Math.log1p(-tail) : Math.log(tail);
  return (log + Math.log(a) + logBeta(a, b)) / a;
}
