/** A value and its derivative. */
export interface Slope {
  readonly value: number;
  readonly slope: number;
}

/**
 * The root between `lowest` and `highest` of a function that rises (or falls) all the way, by Newton's steps kept inside
 * the bracket that the signs give. `f` is to be a logarithm: the answer is one Newton step after |f| < 1e-8. A root
 * outside the bounds is answered with the bound.
 */
export function monotoneRoot(
  f: (u: number) => Slope,
  rising: boolean,
  start: number,
  lowest: number,
  highest: number,
): number {
  let low = lowest;
  let high = highest;
  let u = Math.min(Math.max(start, lowest), highest);
  for (let round = 0; round < 400; round++) {
    const { value, slope } = f(u);
    if (value === 0) return u;
    if (value > 0 === rising) high = u;
    else low = u;
    const newton = u - value / slope;
    const inside = newton > low && newton < high;
    const next = inside ? newton : (low + high) / 2;
    if (inside && Math.abs(value) < 1e-8) return next;
    if (next === u || high - low <= 1e-16 * Math.abs(high + low)) return next;
    u = next;
  }
  return u;
}

/** The root of a monotone function between `low` and `high`, by bisection to the last bit that matters. */
export function bisect(f: (x: number) => number, low: number, high: number, tolerance = 1e-15): number {
  const rising = f(high) > f(low);
  let [a, b] = [low, high];
  for (let round = 0; round < 200; round++) {
    const middle = (a + b) / 2;
    if (middle === a || middle === b || b - a <= tolerance * Math.max(Math.abs(a), Math.abs(b))) break;
    if (f(middle) > 0 === rising) b = middle;
    else a = middle;
  }
  return (a + b) / 2;
}
