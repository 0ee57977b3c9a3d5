import type { Strategy } from "../../../../src/stats/traffic/strategy.js";
import { topTwo } from "../../../../src/stats/traffic/strategy.js";
import { allocate } from "../../../../src/stats/traffic/allocate.js";
import { checkAndIncrement, epsilonTGreedy, iter8Shares, iter8Start } from "../rivals/iter8Traffic.js";
import type { Counts } from "./arms.js";
import { chancesOf } from "./arms.js";
import type { Iter8Strategy } from "./iter8Winner.js";
import { iter8Chances } from "./iter8Winner.js";

/** What a policy knows after a round (from 1). */
export interface Seen {
  readonly totals: readonly Counts[];
  readonly shares: readonly number[];
  readonly round: number;
}

/** A way to divide traffic among arms, the baseline first. */
export interface Policy {
  readonly name: string;
  readonly start: (arms: number) => readonly number[];
  readonly next: (seen: Seen) => readonly number[];
  /** Gives all to the winner once one is certified. */
  readonly stops?: boolean;
}

function evenly(arms: number): number[] {
  return Array.from({ length: arms }, () => 1 / arms);
}

/** A strategy of ours, with the floor of 1 %. */
function own(name: string, strategy: (totals: readonly Counts[]) => Strategy, stops = false): Policy {
  return {
    name,
    stops,
    start: evenly,
    next: ({ totals }) => {
      const arms = totals.map(({ n, x }) => ({ n, mean: n === 0 ? 0 : x / n }));
      return allocate({ strategy: strategy(totals), arms, guards: { floor: 0.01 } }).shares;
    },
  };
}

const thompson = (totals: readonly Counts[]): Strategy => ({ kind: "fixed", shares: chancesOf(totals, 1) });
const twoThompson = (totals: readonly Counts[]): Strategy => ({
  kind: "fixed",
  shares: topTwo(chancesOf(totals, 1), 0.5),
});

/** The mode that loses least while it runs. */
export const earn = own("ours, earn (Thompson, floor 1 %)", thompson);

/** The mode that finds out which is best, over all rounds. */
export const learn = own("ours, learn (top-two Thompson)", twoThompson);

/** The same as it is used: with the certificate the experiment ends, and the winner gets all. */
export const learnAndStop = own("ours, learn until certified", twoThompson, true);

function iter8(strategy: Iter8Strategy): Policy {
  return {
    name: `Iter8 v1, ${strategy}`,
    start: (arms) => iter8Shares(evenly(arms), iter8Start(arms)),
    next: ({ totals, shares }) => iter8Shares(iter8Chances(strategy, totals), shares),
  };
}

/** Iter8 v0.2 knows one candidate only; without criteria it is always feasible. */
const forTwo: readonly Policy[] = [
  {
    name: "Iter8 v0.2, check_and_increment",
    start: () => checkAndIncrement([1, 0]),
    next: ({ shares }) => checkAndIncrement(shares),
  },
  {
    name: "Iter8 v0.2, epsilon_t_greedy",
    start: () => epsilonTGreedy(1),
    next: ({ round }) => epsilonTGreedy(round + 1),
  },
];

/** The policies that are compared among so many arms. */
export function policiesOf(arms: number): Policy[] {
  return [
    earn,
    learn,
    learnAndStop,
    own("KL-UCB, floor 1 %", () => ({ kind: "kl-ucb" })),
    own("UCB1, floor 1 %", () => ({ kind: "ucb1" })),
    own("ε-greedy (0.1)", () => ({ kind: "epsilon-greedy", epsilon: 0.1 })),
    own("even shares", () => ({ kind: "uniform" })),
    iter8("progressive"),
    iter8("top_2"),
    ...(arms === 2 ? forTwo : []),
  ];
}
