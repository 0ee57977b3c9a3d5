const tiny = 1e-300;

/** The `i`-th (from 1) partial numerator or denominator of a continued fraction. */
export type FractionTerm = (i: number) => number;

/**
 * The continued fraction b0 + a1/(b1 + a2/(b2 + …)).
 * Source: Lentz 1976, as modified by Thompson & Barnett 1986.
 */
export function continuedFraction(b0: number, a: FractionTerm, b: FractionTerm): number {
  let value = b0 === 0 ? tiny : b0;
  let c = value;
  let d = 0;
  for (let i = 1; i < 200_000; i++) {
    const above = a(i);
    const below = b(i);
    d = below + above * d;
    if (d === 0) d = tiny;
    c = below + above / c;
    if (c === 0) c = tiny;
    d = 1 / d;
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) < 2e-16) break;
  }
  return value;
}
