import { at, whole } from "../check.js";
import type { UnitPoint } from "../special/beta.js";
import { integrateAll } from "./adaptive.js";
import type { DirectionOption } from "./best.js";
import { checkedLaws, marks } from "./best.js";
import type { Law } from "./law.js";
import type { Posterior } from "./posterior.js";

/**
 * For each version the probability that it is among the `k` best; the numbers sum to min(k, K). By quadrature, to about
 * 1e-11. Throws StatsError unless k ≥ 1. Source: the Poisson-binomial number of better versions, integrated.
 */
export function probabilityTop(posteriors: readonly Posterior[], k: number, options: DirectionOption = {}): number[] {
  const laws = checkedLaws(posteriors);
  whole("k", k, 1);
  if (k >= laws.length) return laws.map(() => 1);
  const better = (law: Law, point: UnitPoint): number => {
    const { cdf, sf } = law.tails(point);
    return options.lowerIsBetter === true ? cdf : sf;
  };
  return laws.map((law, i) => {
    const total = integrateAll(
      (u, weight, sums) => {
        const point = law.coordinate.point(u);
        const chances = laws.filter((_, j) => j !== i).map((other) => better(other, point));
        sums[0] = at(sums, 0) + weight * law.density(u, point) * fewerThan(chances, k);
      },
      1,
      marks([law], laws, law.coordinate),
      1e-11,
    );
    return Math.min(1, Math.max(0, at(total, 0)));
  });
}

/** The probability that fewer than `k` of independent events with these chances happen. */
function fewerThan(chances: readonly number[], k: number): number {
  const exactly = new Float64Array(k);
  exactly[0] = 1;
  for (const chance of chances)
    for (let r = k - 1; r >= 0; r--)
      exactly[r] = at(exactly, r) * (1 - chance) + (r > 0 ? at(exactly, r - 1) * chance : 0);
  return exactly.reduce((sum, p) => sum + p, 0);
}
