import { at, closedUnit, finite, openUnit, positive, sharesOf, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { DirectionOption } from "../bayes/best.js";
import { probabilityBest } from "../bayes/best.js";
import { probabilityBestFeasible } from "../bayes/feasible.js";
import type { Posterior } from "../bayes/posterior.js";
import { posteriorQuantile } from "../bayes/posterior.js";
import { probabilityTop } from "../bayes/rank.js";
import { gaussLegendre } from "../special/gaussLegendre.js";
import { klUpperBound, ucb1Index } from "./bandit.js";

/** What is known of one version when traffic is divided. */
export interface Arm {
  /** Belief about the reward; needed by the strategies of probability. */
  readonly posterior?: Posterior;
  /** Average reward in [0, 1] and how many rewards; needed by the strategies of index and by ε-greedy. */
  readonly mean?: number;
  readonly n?: number;
  /** Belief about a metric with a limit, for `soft-slo`. */
  readonly constraint?: Posterior;
  /** The probability that it keeps its objectives (`probabilitySatisfied`, multiplied), for `thompson`; default 1. */
  readonly feasible?: number;
  /** Violates an objective: gets nothing. */
  readonly infeasible?: boolean;
}

/** How traffic is divided before the guards. */
export type Strategy =
  | { readonly kind: "uniform" }
  | { readonly kind: "fixed"; readonly shares: readonly number[] }
  /** One step of a ramp: `share` to the candidate, the rest to version 0. */
  | { readonly kind: "ramp"; readonly candidate: number; readonly share: number }
  /** Everything to one version. */
  | { readonly kind: "blue-green"; readonly active: number }
  /** Thompson sampling in batches: the probability of being the best that is feasible (Iter8: progressive). */
  | { readonly kind: "thompson" }
  /** In proportion to the probability of being among the k best (Iter8: top_2 and others). */
  | { readonly kind: "top-k"; readonly k: number }
  /** Top-two Thompson sampling: learns which is best with the fewest requests. */
  | { readonly kind: "ttts"; readonly beta?: number }
  | { readonly kind: "epsilon-greedy"; readonly epsilon: number }
  /** ε-greedy with ε = 1/t. */
  | { readonly kind: "epsilon-decay"; readonly t: number }
  | { readonly kind: "ucb1" }
  | { readonly kind: "kl-ucb" }
  | { readonly kind: "exp3"; readonly logWeights: readonly number[]; readonly gamma: number }
  /** Thompson sampling with each share multiplied by a logistic of the constraint. */
  | { readonly kind: "soft-slo"; readonly limit: number; readonly sharpness: number };

/**
 * The shares of the arms under a strategy, summing to 1; infeasible arms take no part.
 * Throws StatsError where the strategy needs what an arm does not tell.
 * Source: Thompson 1933 (thompson), Russo 2016 (ttts), Auer, Cesa-Bianchi & Fischer 2002 (ucb1, ε-greedy), Garivier &
 * Cappé 2011 (kl-ucb), Auer et al. 2002 (exp3), Toslali et al. 2021 (top-k, soft-slo).
 */
export function strategyShares(strategy: Strategy, arms: readonly Arm[], direction: DirectionOption): number[] {
  switch (strategy.kind) {
    case "uniform":
      return arms.map(() => 1 / arms.length);
    case "fixed":
      whole("strategy.shares.length", strategy.shares.length, arms.length);
      return sharesOf("strategy.shares", strategy.shares);
    case "ramp":
      return ramp(arms.length, strategy.candidate, strategy.share);
    case "blue-green":
      return ramp(arms.length, strategy.active, 1);
    case "thompson":
      return thompson(arms, direction);
    case "top-k":
      return normalised(probabilityTop(beliefs(arms), strategy.k, direction));
    case "ttts":
      return topTwo(probabilityBest(beliefs(arms), direction), strategy.beta ?? 0.5);
    case "epsilon-greedy":
      return greedy(arms, strategy.epsilon, direction);
    case "epsilon-decay":
      return greedy(arms, 1 / whole("strategy.t", strategy.t, 1), direction);
    case "ucb1":
      return toBest(indices(arms, direction, ucb1Index));
    case "kl-ucb":
      return toBest(indices(arms, direction, klUpperBound));
    case "exp3":
      return exp3Shares(strategy.logWeights, strategy.gamma, arms.length);
    case "soft-slo":
      return softSlo(arms, strategy.limit, strategy.sharpness, direction);
    default:
      throw new StatsError("strategy.kind", strategy, "a known strategy");
  }
}

function beliefs(arms: readonly Arm[]): Posterior[] {
  return arms.map(({ posterior }, index) => {
    if (posterior === undefined)
      throw new StatsError(`arms[${index}].posterior`, posterior, "a posterior of the reward");
    return posterior;
  });
}

function thompson(arms: readonly Arm[], direction: DirectionOption): number[] {
  const posteriors = beliefs(arms);
  if (arms.every(({ feasible }) => feasible === undefined)) return probabilityBest(posteriors, direction);
  const feasible = arms.map((arm, i) => closedUnit(`arms[${i}].feasible`, arm.feasible ?? 1));
  return normalised(probabilityBestFeasible(posteriors, { ...direction, feasible }));
}

function ramp(count: number, candidate: number, share: number): number[] {
  if (!(Number.isInteger(candidate) && candidate >= 0 && candidate < count))
    throw new StatsError("strategy.candidate", candidate, `an index below ${count}`);
  if (!(share >= 0 && share <= 1)) throw new StatsError("strategy.share", share, "a share from 0 to 1");
  return Array.from({ length: count }, (_, i) => (i === candidate ? share : 0) + (i === 0 ? 1 - share : 0));
}

/** The shares of top-two Thompson sampling from the chances of being best: β p_i + (1−β) Σ_{j≠i} p_j p_i/(1−p_j). */
export function topTwo(p: readonly number[], beta: number): number[] {
  openUnit("strategy.beta", beta);
  if (p.length === 1) return [1];
  const certain = p.findIndex((chance) => chance >= 1 - 1e-15);
  if (certain >= 0) {
    const rest = (1 - beta) / (p.length - 1);
    return p.map((_, i) => (i === certain ? beta : rest));
  }
  const odds = p.map((chance) => chance / (1 - chance));
  const all = odds.reduce((sum, o) => sum + o, 0);
  return normalised(p.map((chance, i) => beta * chance + (1 - beta) * chance * (all - at(odds, i))));
}

function greedy(arms: readonly Arm[], epsilon: number, direction: DirectionOption): number[] {
  if (!(epsilon >= 0 && epsilon <= 1)) throw new StatsError("strategy.epsilon", epsilon, "a number from 0 to 1");
  const best = toBest(indices(arms, direction, (mean) => mean));
  return best.map((share) => epsilon / arms.length + (1 - epsilon) * share);
}

/** The index of each arm; an arm not yet tried comes before all others. Rewards are turned so that more is better. */
function indices(
  arms: readonly Arm[],
  { lowerIsBetter = false }: DirectionOption,
  index: (mean: number, n: number, all: number) => number,
): number[] {
  const all = arms.reduce((sum, { n = 0 }) => sum + n, 0);
  return arms.map(({ mean = 0, n = 0 }, i) => {
    if (!(mean >= 0 && mean <= 1)) throw new StatsError(`arms[${i}].mean`, mean, "an average reward from 0 to 1");
    finite(`arms[${i}].n`, n);
    return n <= 0 ? Infinity : index(lowerIsBetter ? 1 - mean : mean, n, all);
  });
}

/** Everything to the arm with the largest index, divided where several have it. */
function toBest(values: readonly number[]): number[] {
  const most = Math.max(...values);
  return normalised(values.map((value) => (value === most ? 1 : 0)));
}

function exp3Shares(logWeights: readonly number[], gamma: number, count: number): number[] {
  whole("strategy.logWeights.length", logWeights.length, count);
  logWeights.forEach((w, index) => finite(`strategy.logWeights[${index}]`, w));
  if (!(gamma > 0 && gamma <= 1)) throw new StatsError("strategy.gamma", gamma, "a number above 0 and at most 1");
  const most = Math.max(...logWeights);
  const shares = normalised(logWeights.map((w) => Math.exp(w - most)));
  return shares.map((share) => (1 - gamma) * share + gamma / count);
}

function softSlo(arms: readonly Arm[], limit: number, sharpness: number, direction: DirectionOption): number[] {
  positive("strategy.limit", limit);
  positive("strategy.sharpness", sharpness);
  const best = probabilityBest(beliefs(arms), direction);
  const { nodes, weights } = gaussLegendre(24);
  const passed = arms.map(({ constraint }, index) => {
    if (constraint === undefined)
      throw new StatsError(`arms[${index}].constraint`, constraint, "a posterior of the metric");
    return nodes.reduce((sum, node, k) => {
      const x = posteriorQuantile(constraint, (node + 1) / 2);
      return sum + at(weights, k) / 2 / (1 + Math.exp(-sharpness * (1 - x / limit)));
    }, 0);
  });
  return normalised(best.map((p, i) => p * at(passed, i)));
}

/** In proportion, summing to 1; evenly where all are 0. */
export function normalised(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map((value) => value / sum) : values.map(() => 1 / values.length);
}
