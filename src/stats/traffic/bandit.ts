import { closedUnit, finite, positive } from "../check.js";
import { StatsError } from "../errors.js";

/** m + √(2 ln N / n). Source: Auer, Cesa-Bianchi & Fischer 2002. */
export function ucb1Index(mean: number, n: number, all: number): number {
  return mean + Math.sqrt((2 * Math.log(Math.max(1, all))) / n);
}

/** The largest u with kl(m, u) ≤ ln N / n, for rewards in [0, 1]. Source: Garivier & Cappé 2011, with c = 0. */
export function klUpperBound(mean: number, n: number, all: number): number {
  const bound = Math.log(Math.max(1, all)) / n;
  let [low, high] = [mean, 1];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (divergence(mean, middle) <= bound) low = middle;
    else high = middle;
  }
  return low;
}

/** The Kullback–Leibler divergence of two Bernoulli distributions. */
function divergence(p: number, q: number): number {
  const yes = p === 0 ? 0 : p * Math.log(p / q);
  const no = p === 1 ? 0 : (1 - p) * Math.log((1 - p) / (1 - q));
  return yes + no;
}

/**
 * The log weights of EXP3 after a batch in which every arm had a share of the requests. The importance-weighted reward of
 * an arm, summed over its part of the batch, is its average reward (in [0, 1]), whatever the share; so each weight grows
 * by (γ/K) times that average. Arms without a reward (undefined) keep theirs.
 * Source: Auer, Cesa-Bianchi, Freund & Schapire 2002, taken over a batch.
 */
export function exp3Update(
  logWeights: readonly number[],
  rewards: readonly (number | undefined)[],
  gamma: number,
): number[] {
  positive("gamma", gamma);
  logWeights.forEach((weight, index) => finite(`logWeights[${index}]`, weight));
  if (rewards.length !== logWeights.length)
    throw new StatsError("rewards.length", rewards.length, `${logWeights.length} rewards`);
  return logWeights.map((weight, i) => {
    const reward = rewards[i];
    return reward === undefined ? weight : weight + (gamma / logWeights.length) * closedUnit(`rewards[${i}]`, reward);
  });
}
