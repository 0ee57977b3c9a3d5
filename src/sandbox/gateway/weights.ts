import type { Random } from "../../base/random.js";

/** The shares of weights, w/Σw; undefined if nobody has any. A share is never handed to others. */
export function sharesOf(weights: readonly number[]): readonly number[] | undefined {
  const total = weights.reduce((sum, weight) => sum + Math.max(weight, 0), 0);
  return total > 0 ? weights.map((weight) => Math.max(weight, 0) / total) : undefined;
}

/** Draws one of the items by its weight; undefined if none has any. */
export function drawWeighted<T extends { readonly weight: number }>(
  items: readonly T[],
  random: Random,
): T | undefined {
  const carrying = items.filter(({ weight }) => weight > 0);
  const total = carrying.reduce((sum, { weight }) => sum + weight, 0);
  let rest = random.next() * total;
  for (const item of carrying) {
    rest -= item.weight;
    if (rest < 0) return item;
  }
  // Only rounding leads here.
  return carrying.at(-1);
}
