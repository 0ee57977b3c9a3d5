import { at, closedUnit, openUnit } from "../check.js";
import { StatsError } from "../errors.js";

/**
 * p-values adjusted so that rejecting those ≤ α keeps the chance of any false rejection at α, in input order.
 * Throws StatsError on a p-value outside [0, 1]. Source: Holm 1979.
 */
export function holm(pValues: readonly number[]): number[] {
  pValues.forEach((p, index) => closedUnit(`pValues[${index}]`, p));
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let most = 0;
  order.forEach(({ p, index }, place) => {
    most = Math.max(most, Math.min(1, (pValues.length - place) * p));
    adjusted[index] = most;
  });
  return adjusted;
}

/**
 * The indices (ascending) of the hypotheses that e-values reject with false discovery rate α, under any dependence: the
 * k largest with the k-th largest ≥ K/(kα), k as large as possible. Throws StatsError on a negative e-value or NaN;
 * Infinity is allowed. Source: Wang & Ramdas 2022, e-BH.
 */
export function eBenjaminiHochberg(eValues: readonly number[], alpha: number): number[] {
  openUnit("alpha", alpha);
  eValues.forEach((e, index) => {
    if (!(e >= 0)) throw new StatsError(`eValues[${index}]`, e, "an e-value of at least 0");
  });
  const order = eValues.map((e, index) => ({ e, index })).sort((a, b) => (a.e === b.e ? 0 : b.e - a.e));
  let rejected = order.length;
  while (rejected > 0 && at(order, rejected - 1).e < eValues.length / (rejected * alpha)) rejected -= 1;
  return order
    .slice(0, rejected)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}
