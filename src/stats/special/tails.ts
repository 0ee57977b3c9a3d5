/** Both tails of a distribution at a point, each with full relative accuracy: `cdf` = P(X ≤ x), `sf` = P(X > x). */
export interface Tails {
  readonly cdf: number;
  readonly sf: number;
}

/** Options of a quantile: with `upper` the probability given is the upper tail. */
export interface QuantileOptions {
  readonly upper?: boolean;
}

/** The same pair with the two tails exchanged. */
export function swapped({ cdf, sf }: Tails): Tails {
  return { cdf: sf, sf: cdf };
}
