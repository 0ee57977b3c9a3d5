import { at } from "../../../../src/stats/check.js";

/** Percentage points by which a candidate may grow in an iteration, and what exploration keeps. */
const [maxIncrement, exploration] = [0.02, 0.1];

/**
 * The next shares of Iter8 v1 (the baseline first): a tenth evenly, the rest by `chances` – of being best (progressive), of
 * being among the best two, halved (top_2), or even (uniform). A candidate grows by at most two points an iteration, and
 * the baseline takes what is over.
 */
export function iter8Shares(chances: readonly number[], current: readonly number[]): number[] {
  const even = 1 / chances.length;
  const capped = chances.map((chance, i) =>
    i === 0 ? 0 : Math.min(exploration * even + (1 - exploration) * chance, at(current, i) + maxIncrement),
  );
  const candidates = capped.reduce((sum, share) => sum + share, 0);
  return capped.map((share, i) => (i === 0 ? 1 - candidates : share));
}

/** The shares with which an experiment of Iter8 begins: all to the baseline. */
export function iter8Start(arms: number): number[] {
  return Array.from({ length: arms }, (_, i) => (i === 0 ? 1 : 0));
}

/** Iter8 v0.2's check_and_increment of a candidate that meets all criteria: two points more, at most half. */
export function checkAndIncrement(current: readonly number[]): number[] {
  const candidate = Math.min(0.5, at(current, 1) + maxIncrement);
  return [1 - candidate, candidate];
}

/** Iter8 v0.2's epsilon_t_greedy of a feasible candidate in iteration t (from 1): 1 − ε/2 with ε = 1/t, at most half. */
export function epsilonTGreedy(t: number): number[] {
  const candidate = Math.min(0.5, Math.floor(100 * (1 - 1 / t + 1 / (2 * t))) / 100);
  return [1 - candidate, candidate];
}
