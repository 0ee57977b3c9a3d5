import type { Rng } from "../../../../src/stats/random.js";
import { normalised } from "../../../../src/stats/traffic/strategy.js";
import { prior, winnerBound } from "../rivals/iter8.js";
import { iter8Shares, iter8Start } from "../rivals/iter8Traffic.js";
import type { Counts } from "./arms.js";
import { addCounts, chancesOf, drawArms, noCounts } from "./arms.js";

/** Iter8 v1's strategies. */
export type Iter8Strategy = "progressive" | "top_2" | "uniform";

/** What Iter8 v1's strategy weighs the versions by, before exploration and caps. */
export function iter8Chances(strategy: Iter8Strategy, arms: readonly Counts[]): number[] {
  switch (strategy) {
    case "progressive":
      return chancesOf(arms, prior);
    case "top_2":
      return normalised(chancesOf(arms, prior, "topTwo"));
    case "uniform":
      return arms.map(() => 1 / arms.length);
  }
}

/** The look at which Iter8 v1 first names a winner while it moves the traffic, 0 for never. */
export function trafficWinner(
  strategy: Iter8Strategy,
  rates: readonly number[],
  { looks, requests }: { readonly looks: number; readonly requests: number },
  rng: Rng,
): number {
  let arms = noCounts(rates.length);
  let best = chancesOf(arms, prior);
  let shares: readonly number[] = iter8Start(rates.length);
  for (let look = 1; look <= looks; look++) {
    shares = iter8Shares(strategy === "progressive" ? best : iter8Chances(strategy, arms), shares);
    arms = addCounts(arms, drawArms(shares, requests, rates, rng));
    best = chancesOf(arms, prior);
    if (Math.max(...best) > winnerBound) return look;
  }
  return 0;
}
