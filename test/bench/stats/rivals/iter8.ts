import { normalCdf } from "../../../../src/stats/special/normal.js";
import type { MeanMethod, PairMethod } from "./method.js";
import { pooled } from "./method.js";
import { leads } from "./probability.js";
import { probabilityAbove } from "./quadrature.js";

/** The share of wins above which Iter8 v1 names a winner, at every iteration. */
export const winnerBound = 0.99;

/** The prior of Iter8 v1: Beta(0.1 + x, 0.1 + n − x). */
export const prior = 0.1;

/**
 * Iter8 v0.2's posterior Bayesian routing with no criterion: the reward is a placeholder that only knows how many
 * requests there were, Beta((n + 2)/3, 2(n + 2)/3) for the baseline and the reverse for the candidate. Succeeds at 95 %.
 */
export const iter8v0: PairMethod = pooled("Iter8 v0.2", ({ nA, nB }) => placeholderWins(nA, nB) >= 0.95);

/** The candidate's share of wins under that placeholder. */
export function placeholderWins(nA: number, nB: number): number {
  const [a, b] = [(nA + 2) / 3, (nB + 2) / 3];
  return probabilityAbove({ alpha: a, beta: 2 * a }, { alpha: 2 * b, beta: b });
}

/** Iter8 v1's winner of a metric from 0 to 1, from whatever traffic there was. */
export const iter8v1: PairMethod = pooled("Iter8 v1", (totals) => leads(totals, winnerBound, prior));

/** Iter8 v2 (to 0.11): the winner is the better point estimate, from the first look on. */
export const iter8v2: PairMethod = pooled("Iter8 v2", ({ nA, xA, nB, xB }) => nA > 0 && nB > 0 && xA / nA !== xB / nB);

/**
 * Iter8 v1's winner of any other metric: beliefs N(mean, (max − min)/(1 + n)), the extremes being those of the averages
 * of all versions and iterations so far. The variance has the metric's unit, so the answer depends on the unit.
 */
export const iter8v1Means: MeanMethod = {
  name: "Iter8 v1",
  start: () => {
    let [least, most] = [Infinity, -Infinity];
    return {
      look: (_batch, { a, b }) => {
        least = Math.min(least, a.mean, b.mean);
        most = Math.max(most, a.mean, b.mean);
        const variance = (most - least) * (1 / (1 + a.n) + 1 / (1 + b.n));
        return variance > 0 && normalCdf(Math.abs(b.mean - a.mean) / Math.sqrt(variance)).cdf > winnerBound;
      },
    };
  },
};
