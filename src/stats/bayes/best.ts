import { at } from "../check.js";
import { StatsError } from "../errors.js";
import type { UnitPoint } from "../special/beta.js";
import type { Integrands } from "./adaptive.js";
import { integrateAll } from "./adaptive.js";
import type { Coordinate, Law } from "./law.js";
import { lawOf, wideLine } from "./law.js";
import type { Posterior } from "./posterior.js";
import { checkPosterior } from "./posterior.js";

/** Which way a metric is good. */
export interface DirectionOption {
  readonly lowerIsBetter?: boolean;
}

/**
 * For each version the probability that its parameter is the best of all, independent posteriors of any mixed families.
 * By quadrature, to about 1e-12; the numbers sum to 1. One version: [1].
 * These are to be shown; to stop on them is to stop too often by chance. Throws StatsError on impossible parameters.
 * Source: P_i = ∫ f_i Π_{j≠i} F_j (Scott 2010).
 */
export function probabilityBest(posteriors: readonly Posterior[], options: DirectionOption = {}): number[] {
  const laws = checkedLaws(posteriors);
  if (laws.length === 1) return [1];
  const beaten = (law: Law, point: UnitPoint): number => {
    const { cdf, sf } = law.tails(point);
    return options.lowerIsBetter === true ? sf : cdf;
  };
  const shared = sharedCoordinate(laws);
  const raw =
    shared === undefined
      ? laws.map((law, i) =>
          at(integrateAll(bestOf(laws, law.coordinate, beaten, i), 1, marks([law], laws, law.coordinate), 1e-12), 0),
        )
      : [...integrateAll(bestOf(laws, shared, beaten), laws.length, marks(laws, laws, shared), 1e-12)];
  const sum = raw.reduce((total, p) => total + p, 0);
  return raw.map((p) => Math.min(1, Math.max(0, p / sum)));
}

/** The integrand f_i Π_{j≠i} F_j, for all i or for one. */
function bestOf(
  laws: readonly Law[],
  coordinate: Coordinate,
  beaten: (law: Law, point: UnitPoint) => number,
  only?: number,
): Integrands {
  return (u, weight, sums) => {
    const point = coordinate.point(u);
    const chances = laws.map((law, j) => (j === only ? 1 : beaten(law, point)));
    laws.forEach((law, i) => {
      if (only !== undefined && i !== only) return;
      const others = chances.reduce((product, chance, j) => (j === i ? product : product * chance), 1);
      const slot = only === undefined ? i : 0;
      if (others > 0) sums[slot] = (sums[slot] ?? 0) + weight * others * law.density(u, point);
    });
  };
}

/**
 * For each version what is lost on average by choosing it: E[best − its own], in the units of the parameter, ≥ 0.
 * By quadrature, to about 1e-11 relative. One version: [0]. Throws StatsError on impossible parameters and on a t of at
 * most one degree of freedom, which has no mean.
 * Source: ∫ F_i (1 − Π_{j≠i} F_j) dx; the criterion is that of Stucchio 2015.
 */
export function expectedLoss(
  posteriors: readonly Posterior[],
  { lowerIsBetter = false }: DirectionOption = {},
): number[] {
  const laws = checkedLaws(posteriors);
  posteriors.forEach((posterior, index) => {
    if (posterior.family === "t" && posterior.df <= 1)
      throw new StatsError(
        `posteriors[${index}].df`,
        posterior.df,
        "more than 1 degree of freedom, so that a mean exists",
      );
  });
  if (laws.length === 1) return [0];
  const coordinate = sharedCoordinate(laws) ?? mixedCoordinate(laws);
  const f: Integrands = (u, weight, sums) => {
    const point = coordinate.point(u);
    const slope = coordinate.slope(u);
    const tails = laws.map((law) => law.tails(point));
    tails.forEach(({ cdf, sf }, i) => {
      const own = lowerIsBetter ? sf : cdf;
      if (own === 0) return;
      let logAll = 0;
      tails.forEach((other, j) => {
        if (j !== i) logAll += Math.log1p(-(lowerIsBetter ? other.cdf : other.sf));
      });
      sums[i] = (sums[i] ?? 0) + weight * slope * own * -Math.expm1(logAll);
    });
  };
  return [...integrateAll(f, laws.length, marks(laws, laws, coordinate), 1e-11)];
}

/** The laws of checked posteriors. Throws StatsError where there is none. */
export function checkedLaws(posteriors: readonly Posterior[]): Law[] {
  if (posteriors.length === 0) throw new StatsError("posteriors", posteriors, "at least one posterior");
  posteriors.forEach((posterior, index) => checkPosterior(`posteriors[${index}]`, posterior));
  return posteriors.map(lawOf);
}

function sharedCoordinate(laws: readonly Law[]): Coordinate | undefined {
  const first = at(laws, 0).coordinate;
  return laws.every(({ coordinate }) => coordinate.name === first.name) ? first : undefined;
}

function mixedCoordinate(laws: readonly Law[]): Coordinate {
  const narrowest = laws.reduce((a, b) => (b.high - b.low < a.high - a.low ? b : a));
  return wideLine(narrowest.middle, (narrowest.high - narrowest.low) / 16);
}

/** Where panels begin: the ends and middles of all laws inside the range of `range`, none too close to the next. */
export function marks(range: readonly Law[], laws: readonly Law[], coordinate: Coordinate): number[] {
  const low = coordinate.inverse(Math.min(...range.map((law) => law.low)));
  const high = coordinate.inverse(Math.max(...range.map((law) => law.high)));
  const widths = laws.map((law) => coordinate.inverse(law.high) - coordinate.inverse(law.low));
  const gap = Math.min(...widths) / 5;
  const inner = laws
    .flatMap((law) => [law.low, law.middle, law.high])
    .map((x) => coordinate.inverse(x))
    .filter((u) => u > low && u < high)
    .sort((a, b) => a - b);
  const kept = [low];
  for (const u of inner) if (u - at(kept, kept.length - 1) > gap && high - u > gap) kept.push(u);
  return [...kept, high];
}
