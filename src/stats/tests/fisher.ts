import { whole } from "../check.js";
import { deviance, halfLogTwoPi, stirlingError } from "../special/logGamma.js";

/** A 2×2 table of counts. */
export type Table = readonly [readonly [a: number, b: number], readonly [c: number, d: number]];

/**
 * The exact two-sided p-value of a 2×2 table: all tables with the same margins that are no more probable than this one.
 * 1 where a margin is empty. Throws StatsError on counts that are not whole or negative. Source: Fisher 1935.
 */
export function fisherExact([[a, b], [c, d]]: Table): number {
  [a, b, c, d].forEach((count, index) => whole(`table[${index >> 1}][${index % 2}]`, count));
  const [row, other, column] = [a + b, c + d, a + c];
  const low = Math.max(0, column - other);
  const high = Math.min(row, column);
  if (low === high) return 1;
  const observed = logHypergeometric(a, row, other, column);
  const bound = observed + 1e-7;
  const log = (x: number): number => logHypergeometric(x, row, other, column);
  const mode = Math.min(high, Math.max(low, Math.floor(((column + 1) * (row + 1)) / (row + other + 2))));
  return Math.min(1, outwards(log, mode, low, -1, bound) + outwards(log, mode + 1, high, 1, bound));
}

/** The sum of the probabilities from `start` towards `end` that do not exceed the bound; the mass falls on the way. */
function outwards(log: (x: number) => number, start: number, end: number, step: 1 | -1, bound: number): number {
  if ((end - start) * step < 0) return 0;
  // The probabilities fall from the mode outwards, so the first one within the bound is found by bisection.
  let [near, far] = [start, end];
  if (log(far) > bound) return 0;
  if (log(near) <= bound) far = near;
  while (Math.abs(far - near) > 1) {
    const middle = Math.trunc((near + far) / 2);
    if (log(middle) <= bound) far = middle;
    else near = middle;
  }
  let sum = 0;
  for (let x = far; (end - x) * step >= 0; x += step) {
    const term = Math.exp(log(x));
    sum += term;
    if (term < 1e-18 * sum) break;
  }
  return sum;
}

/** ln P(x of the first row among the column), by three binomials of equal p. Source: Loader 2000. */
function logHypergeometric(x: number, row: number, other: number, column: number): number {
  const total = row + other;
  const p = column / total;
  return logBinomial(x, row, p) + logBinomial(column - x, other, p) - logBinomial(column, total, p);
}

function logBinomial(x: number, n: number, p: number): number {
  if (x === 0) return n * Math.log1p(-p);
  if (x === n) return n * Math.log(p);
  const errors = stirlingError(n) - stirlingError(x) - stirlingError(n - x);
  const deviances = deviance(x, n * p) + deviance(n - x, n * (1 - p));
  return errors - deviances - halfLogTwoPi + 0.5 * Math.log(n / x / (n - x));
}
