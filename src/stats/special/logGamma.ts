import { at } from "../check.js";

/** ln √(2π). */
export const halfLogTwoPi = 0.9189385332046728;

/** ζ(k) − 1 for k = 2…60, by direct sum and the Euler–Maclaurin tail. */
const zetaMinusOne = Array.from({ length: 59 }, (_, index) => {
  const k = index + 2;
  const n = 16;
  let sum = 0;
  for (let i = n - 1; i >= 2; i--) sum += i ** -k;
  const tail = n ** (1 - k) / (k - 1) + n ** -k / 2 + (k * n ** (-k - 1)) / 12;
  const next = (k * (k + 1) * (k + 2) * n ** (-k - 3)) / 720;
  const last = (k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * n ** (-k - 5)) / 30240;
  const more = (k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * (k + 5) * (k + 6) * n ** (-k - 7)) / 1209600;
  return sum + tail - next + last - more;
});

const oneMinusEuler = 0.42278433509846713;

/**
 * ln Γ(1 + a) for −0.5 ≤ a ≤ 1, accurate relative to its size also near its zeros 0 and 1.
 * Source: Abramowitz & Stegun 1964, 6.1.33, with ζ(k) − 1 for faster convergence.
 */
export function logGammaOnePlus(a: number): number {
  if (a > 0.5) return Math.log1p(a - 1) + logGammaOnePlus(a - 1);
  let sum = 0;
  let power = -a;
  for (let k = 2; k <= 60; k++) {
    power *= -a;
    const term = (at(zetaMinusOne, k - 2) * power) / k;
    sum += term;
    if (Math.abs(term) < 1e-18 * Math.abs(sum)) break;
  }
  return sum + a * oneMinusEuler - Math.log1p(a);
}

/**
 * The error of Stirling's formula: ln Γ(z+1) − (z + ½) ln z + z − ln √(2π), for z > 0.
 * Source: Loader 2000, "Fast and accurate computation of binomial probabilities", eq. 4.
 */
export function stirlingError(z: number): number {
  if (z >= 15) {
    const s = 1 / (z * z);
    const inner = 1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s * (1 / 156 - (s * 3617) / 122400)));
    return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * inner))) / z;
  }
  return logGamma(z + 1) - (z + 0.5) * Math.log(z) + z - halfLogTwoPi;
}

/**
 * ln Γ(z) for z > 0; relative error some 1e-15 (near the zeros 1 and 2 too).
 * Source: Stirling's series from 15 on, below by recurrence to [1, 2].
 */
export function logGamma(z: number): number {
  if (z >= 16) {
    const w = z - 1;
    return (w + 0.5) * Math.log(w) - w + halfLogTwoPi + stirlingError(w);
  }
  if (z < 0.5) return logGammaOnePlus(z) - Math.log(z);
  let product = 1;
  let rest = z;
  while (rest > 2) {
    rest -= 1;
    product *= rest;
  }
  return Math.log(product) + logGammaOnePlus(rest - 1);
}

/**
 * The deviance x ln(x/m) + m − x, for x ≥ 0 and m > 0, without cancellation near x = m.
 * `difference` is x − m where the caller knows it better than the subtraction does.
 * Source: Loader 2000, eq. 5 (his bd0).
 */
export function deviance(x: number, m: number, difference = x - m): number {
  if (x === 0) return m;
  if (Math.abs(difference) < 0.1 * (x + m)) {
    const v = difference / (x + m);
    let sum = difference * v;
    let term = 2 * x * v;
    for (let j = 1; j < 1000; j++) {
      term *= v * v;
      const next = sum + term / (2 * j + 1);
      if (next === sum) break;
      sum = next;
    }
    return sum;
  }
  return x * Math.log(x / m) - difference;
}

/** ln B(a, b) for a, b > 0, without cancellation where one of them is large. Source: Stirling's formula, term by term. */
export function logBeta(a: number, b: number): number {
  const n = a + b;
  const [small, large] = a < b ? [a, b] : [b, a];
  if (large < 15) return logGamma(a) + logGamma(b) - logGamma(n);
  if (small < 15) return logGamma(small) + logGammaRatio(large, small);
  const errors = stirlingError(a) + stirlingError(b) - stirlingError(n);
  return errors + halfLogTwoPi + 0.5 * Math.log(n / (a * b)) - a * Math.log1p(b / a) - b * Math.log1p(a / b);
}

/** ln Γ(z) − ln Γ(z + d) for z ≥ 15, d > 0. */
function logGammaRatio(z: number, d: number): number {
  const n = z + d;
  return stirlingError(z) - stirlingError(n) - (z - 0.5) * Math.log1p(d / z) - d * Math.log(n) + d;
}
