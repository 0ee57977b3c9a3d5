import { at, closedUnit, finite } from "../check.js";
import { StatsError } from "../errors.js";
import type { UnitPoint } from "../special/beta.js";
import { integrateAll } from "./adaptive.js";
import type { DirectionOption } from "./best.js";
import { checkedLaws, marks } from "./best.js";
import type { Law } from "./law.js";
import type { Posterior } from "./posterior.js";

/** What a version must hold to be feasible. */
export interface FeasibleOptions extends DirectionOption {
  /** Per version the probability that it keeps its objectives on other, independent metrics; default 1 for all. */
  readonly feasible?: readonly number[];
  /** A limit on the metric itself. */
  readonly limit?: { readonly value: number; readonly direction: "at-most" | "at-least" };
}

/**
 * For each version the probability that it is the best of those that are feasible. The numbers sum to the probability that
 * any is feasible. By quadrature, to about 1e-11. Objectives of a version on several independent metrics multiply.
 * Throws StatsError on impossible parameters and probabilities, and a number of them that is not that of the versions.
 * Source: P_i = φ_i ∫ f_i Π_{j≠i} (1 − φ_j P(j is within the limit and better)) over what the limit allows.
 */
export function probabilityBestFeasible(posteriors: readonly Posterior[], options: FeasibleOptions = {}): number[] {
  const laws = checkedLaws(posteriors);
  const { limit } = options;
  if (limit !== undefined) {
    finite("limit.value", limit.value);
    if (!["at-most", "at-least"].includes(limit.direction))
      throw new StatsError("limit.direction", limit.direction, "at-most or at-least");
  }
  const chances = options.feasible ?? laws.map(() => 1);
  if (chances.length !== laws.length)
    throw new StatsError("feasible.length", chances.length, `${laws.length} probabilities, one per version`);
  chances.forEach((chance, index) => closedUnit(`feasible[${index}]`, chance));
  const ahead = betterWithin(options);
  return laws.map((law, i) => {
    if (at(chances, i) === 0) return 0;
    const range = allowedMarks(law, laws, limit);
    if (range.length < 2) return 0;
    const total = integrateAll(
      (u, weight, sums) => {
        const point = law.coordinate.point(u);
        let others = at(chances, i);
        laws.forEach((other, j) => {
          if (j !== i) others *= 1 - at(chances, j) * ahead(other, point);
        });
        sums[0] = at(sums, 0) + weight * law.density(u, point) * others;
      },
      1,
      range,
      1e-11,
    );
    return Math.min(1, Math.max(0, at(total, 0)));
  });
}

/** The probability that a version is within the limit and better than a point that is itself within it. */
function betterWithin({ lowerIsBetter = false, limit }: FeasibleOptions): (law: Law, point: UnitPoint) => number {
  const bounded = limit !== undefined && (limit.direction === "at-most") !== lowerIsBetter;
  return (law, point) => {
    const { cdf, sf } = law.tails(point);
    const better = lowerIsBetter ? cdf : sf;
    if (!bounded) return better;
    const outside = law.tails({ x: limit.value, y: 1 - limit.value });
    return Math.max(0, better - (lowerIsBetter ? outside.cdf : outside.sf));
  };
}

/** The marks of a law cut off at the limit; fewer than two where nothing is left. */
function allowedMarks(law: Law, laws: readonly Law[], limit: FeasibleOptions["limit"]): number[] {
  const all = marks([law], laws, law.coordinate);
  if (limit === undefined) return all;
  const [low, high] = [at(all, 0), at(all, all.length - 1)];
  const edge = Math.min(high, Math.max(low, law.coordinate.inverse(limit.value)));
  return limit.direction === "at-most"
    ? [...all.filter((u) => u < edge), ...(edge > low ? [edge] : [])]
    : [...(edge < high ? [edge] : []), ...all.filter((u) => u > edge)];
}
