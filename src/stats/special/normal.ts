import { closedUnit } from "../check.js";
import { StatsError } from "../errors.js";
import { erfSmall, polynomial, scaledErfc } from "./erfc.js";
import { halfLogTwoPi } from "./logGamma.js";
import type { QuantileOptions, Tails } from "./tails.js";

/** Both tails of the standard normal at `x` (infinite x allowed). Source: Cody 1969. Throws StatsError on NaN. */
export function normalCdf(x: number): Tails {
  if (Number.isNaN(x)) throw new StatsError("x", x, "a number");
  const sf = normalUpper(Math.abs(x));
  const cdf = Math.abs(x) < 0.66291 ? 0.5 + 0.5 * erfSmall(Math.abs(x) * Math.SQRT1_2) : 1 - sf;
  return x >= 0 ? { cdf, sf } : { cdf: sf, sf: cdf };
}

function normalUpper(x: number): number {
  if (x > 40) return 0;
  const scaled = x * Math.SQRT1_2;
  return scaled <= 0.46875 ? 0.5 - 0.5 * erfSmall(scaled) : 0.5 * gaussHalf(x) * scaledErfc(scaled);
}

/** e^{−x²/2}; the split is of x itself, which √½ would round. */
function gaussHalf(x: number): number {
  const head = Math.trunc(x * 16) / 16;
  return Math.exp((-head * head) / 2) * Math.exp((-(x - head) * (x + head)) / 2);
}

/** Density of the standard normal. */
export function normalDensity(x: number): number {
  return 0.3989422804014327 * (Math.abs(x) < 40 ? gaussHalf(x) : 0);
}

/** ln Φ(x), finite for every finite x. Source: Cody's scaled erfc. */
export function logNormalCdf(x: number): number {
  if (x > -1) return Math.log1p(-normalCdf(x).sf);
  return -0.5 * x * x + Math.log(0.5 * scaledErfc(-x * Math.SQRT1_2));
}

/** ln of the standard normal density. */
export function logNormalDensity(x: number): number {
  return -0.5 * x * x - halfLogTwoPi;
}

const centralTop = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
];
const centralBottom = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
];
const tailTop = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const tailBottom = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
];
const farTop = [
  2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const farBottom = [
  2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
];

/**
 * The standard normal quantile of `p` (with `upper`: of the upper tail p); ±Infinity at 0 and 1.
 * Source: Wichura 1988, algorithm AS 241, then one step of Halley. Throws StatsError outside [0, 1].
 */
export function normalQuantile(p: number, { upper = false }: QuantileOptions = {}): number {
  closedUnit("p", p);
  if (upper) return p === 0.5 ? 0 : -normalQuantile(p);
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(centralTop, r)) / polynomial(centralBottom, r);
  }
  if (q > 0) return -refined(1 - p);
  return refined(p);
}

/** The lower quantile of a small tail. */
function refined(tail: number): number {
  const r = Math.sqrt(-Math.log(tail));
  const x =
    r <= 5
      ? -polynomial(tailTop, r - 1.6) / polynomial(tailBottom, r - 1.6)
      : -polynomial(farTop, r - 5) / polynomial(farBottom, r - 5);
  const density = normalDensity(x);
  if (density === 0) return x;
  const step = (normalCdf(x).cdf - tail) / density;
  return Number.isFinite(step) ? x - step / (1 + (x * step) / 2) : x;
}
