import { at } from "../../../../src/stats/check.js";
import { probabilityBest } from "../../../../src/stats/bayes/best.js";
import { probabilityTop } from "../../../../src/stats/bayes/rank.js";
import type { Rng } from "../../../../src/stats/random.js";
import { binomialDraw } from "../../../../src/stats/random.js";
import type { ArmBatch } from "../../../../src/stats/sequential/metric.js";
import { wholeWeights } from "../../../../src/stats/traffic/guards.js";
import type { Beta, Rank } from "../rivals/quadrature.js";
import { normalChances, probabilityAbove } from "../rivals/quadrature.js";

/** Requests of an arm so far, and those that converted. */
export interface Counts {
  readonly n: number;
  readonly x: number;
}

/** Arms with nothing yet. */
export function noCounts(arms: number): Counts[] {
  return Array.from({ length: arms }, () => ({ n: 0, x: 0 }));
}

/** One batch of requests divided by the shares, with true `rates`. */
export function drawArms(shares: readonly number[], requests: number, rates: readonly number[], rng: Rng): Counts[] {
  return wholeWeights(shares, requests).map((n, i) => ({ n, x: binomialDraw(rng, n, at(rates, i)) }));
}

export function addCounts(totals: readonly Counts[], batch: readonly Counts[]): Counts[] {
  return totals.map(({ n, x }, i) => ({ n: n + at(batch, i).n, x: x + at(batch, i).x }));
}

/** The batch as our tests take it. */
export function armBatches(batch: readonly Counts[]): ArmBatch[] {
  return batch.map(({ n, x }) => ({ kind: "binary", n, x }));
}

/** Beliefs about the rates: Beta(prior + x, prior + n − x). */
export function betas(arms: readonly Counts[], prior: number): (Beta & { readonly family: "beta" })[] {
  return arms.map(({ n, x }) => ({ family: "beta", alpha: prior + x, beta: prior + n - x }));
}

/**
 * The chance of each arm to be best, or among the best two. Of two arms exact; of more, from 20 events and 20 others an
 * arm on, the beta laws are taken as normal ones of the same mean and deviation, which moves a chance by about a hundredth
 * at most and is many times as fast.
 */
export function chancesOf(arms: readonly Counts[], prior: number, rank: Rank = "best"): number[] {
  const laws = betas(arms, prior);
  const [a, b] = laws;
  if (laws.length === 2 && a !== undefined && b !== undefined) {
    if (rank === "topTwo") return [1, 1];
    const p = probabilityAbove(a, b);
    return [1 - p, p];
  }
  if (arms.some(({ n, x }) => Math.min(x, n - x) < 20))
    return rank === "best" ? probabilityBest(laws) : probabilityTop(laws, 2);
  const normals = laws.map(({ alpha, beta }) => {
    const mean = alpha / (alpha + beta);
    return { mean, sd: Math.sqrt((mean * (1 - mean)) / (alpha + beta + 1)) };
  });
  return normalChances(normals, rank);
}
