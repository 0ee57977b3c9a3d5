import { at, openUnit, positive } from "../check.js";
import type { Cell, QuantileSource } from "../cells.js";
import { cellsOf, sketchOf } from "../cells.js";
import { StatsError } from "../errors.js";
import type { AlphaOption, Interval } from "../estimate/interval.js";
import type { BetaBinomial } from "./betaBinomial.js";
import { betaBinomialLogE, mixtureStrength } from "./betaBinomial.js";
import { evidencePValue } from "./evidence.js";
import type { Side } from "./side.js";
import { sides } from "./side.js";

/** Which quantile of two arms is compared, 0 < q < 1. */
export interface QuantilePairQuestion {
  readonly q: number;
  /** About how many values per arm the test is sharpest at; fixed beforehand. Default 1000. */
  readonly concentration?: number;
}

/** Evidence as it is now. The largest E over all looks may be kept: it rejects at 1/alpha. */
export interface QuantilePairEvidence {
  readonly logE: number;
  /** min(1, 1/E). */
  readonly pValue: number;
}

/** The difference of two quantiles, B − A, or that an arm is empty. */
export type QuantileDifference =
  ({ readonly verdict: "estimate"; readonly difference: number } & Interval) | { readonly verdict: "noData" };

/** The level at which the mixture is made sharpest; any would be valid. */
const tuned = 0.05;

/**
 * The always-valid test that two arms have the same quantile (`greater`: that B's is at most A's), from all their values
 * so far. A common quantile x would make the values up to x a fraction q in both arms; the evidence is that against the
 * most favourable x. Only what the cells of a sketch or histogram make certain is used, so ties, wide buckets and
 * imported histograms weaken the test and never falsify it. Assumes independent values whose distributions stay as they
 * are in each arm: where conditions drift, use TailEProcess.
 * Throws StatsError unless 0 < q < 1 and concentration > 0.
 * Source: Howard & Ramdas 2022 (A/B tests of quantiles): ln E = inf over x of G_a(F_a(x)) + G_b(F_b(x)), G the beta-binomial mixture.
 */
export function quantilePairTest(
  a: QuantileSource,
  b: QuantileSource,
  { side = "two-sided", ...question }: QuantilePairQuestion & { readonly side?: Side },
): QuantilePairEvidence {
  if (!sides.includes(side)) throw new StatsError("side", side, "greater, less or two-sided");
  const [cellsA, cellsB] = [cellsOf(a), cellsOf(b)];
  const mixture = mixtureOf(question);
  // B's quantile is above: at some x too many of A's values, and too few of B's, lie below.
  const [sideA, sideB] = side === "greater" ? (["above", "below"] as const) : (["below", "above"] as const);
  const least = (cells: readonly Cell[], which: "above" | "below"): Least =>
    leastLogE(cells, side === "two-sided" ? mixture : { ...mixture, side: which });
  const [leastA, leastB] = [least(cellsA, sideA), least(cellsB, sideB)];
  const edges = [...new Set([...cellsA, ...cellsB].flatMap(({ low, high }) => [low, high]))].sort((x, y) => x - y);
  const [rangesA, rangesB] = [rangesBetween(edges, cellsA), rangesBetween(edges, cellsB)];
  const logs = rangesA.map((range, i) => leastA(range) + leastB(at(rangesB, i)));
  const logE = logs.length === 0 ? 0 : Math.min(...logs);
  return { logE, pValue: evidencePValue(logE) };
}

/**
 * The difference of the quantiles of two arms, B − A, with an interval that holds at every look at once (a confidence
 * sequence): all differences y − x of quantiles that the test does not reject. An end is infinite while there are too few
 * values to bound it. Assumptions and errors as in `quantilePairTest`. Source: Howard & Ramdas 2022.
 */
export function quantileDifferenceSequence(
  a: QuantileSource,
  b: QuantileSource,
  { alpha = 0.05, ...question }: QuantilePairQuestion & AlphaOption,
): QuantileDifference {
  openUnit("alpha", alpha);
  const mixture = mixtureOf(question);
  const certain = [cellsOf(a), cellsOf(b)] as const;
  const [quantileA, quantileB] = [sketchOf(a).quantile(question.q), sketchOf(b).quantile(question.q)];
  if (quantileA === undefined || quantileB === undefined) return { verdict: "noData" };
  const [cellsA, cellsB] = [scored(certain[0], mixture), scored(certain[1], mixture)];
  const difference = quantileB - quantileA;
  let [low, high] = [difference, difference];
  for (const cell of cellsA) {
    const inside = cellsB.filter(({ logE }) => cell.logE + logE < -Math.log(alpha));
    const [first, last] = [inside.at(0), inside.at(-1)];
    if (first === undefined || last === undefined) continue;
    low = Math.min(low, first.low - cell.high);
    high = Math.max(high, last.high - cell.low);
  }
  return { verdict: "estimate", difference, low, high };
}

function mixtureOf({ q, concentration = 1000 }: QuantilePairQuestion): BetaBinomial {
  return { q: openUnit("q", q), strength: mixtureStrength(positive("concentration", concentration), tuned) };
}

/** Between how many and how many values lie up to a point of a piece. */
type Range = readonly [least: number, most: number];

/** The least ln E that a number of values within the range can have. */
type Least = (range: Range) => number;

function leastLogE(cells: readonly Cell[], mixture: BetaBinomial): Least {
  const n = total(cells);
  const logE = (hits: number): number => betaBinomialLogE(hits, n, mixture);
  if (mixture.side === "above") return ([least]) => logE(least);
  if (mixture.side === "below") return ([, most]) => logE(most);
  const middle = lowest(logE, n);
  return ([least, most]) => logE(Math.min(most, Math.max(least, middle)));
}

/** Where a convex function on [0, n] is lowest, by thirds. */
function lowest(f: (x: number) => number, n: number): number {
  let [low, high] = [0, n];
  for (let round = 0; round < 60; round++) {
    const third = (high - low) / 3;
    if (f(low + third) < f(high - third)) high -= third;
    else low += third;
  }
  return (low + high) / 2;
}

/** The cells with the least ln E in each, and what lies outside them all. */
function scored(cells: readonly Cell[], mixture: BetaBinomial): (Cell & { readonly logE: number })[] {
  const least = leastLogE(cells, mixture);
  const n = total(cells);
  let before = 0;
  const inside = cells.map((cell) => {
    const logE = least([before, before + cell.count]);
    before += cell.count;
    return { ...cell, logE };
  });
  const below = { low: -Infinity, high: at(cells, 0).low, count: 0, logE: least([0, 0]) };
  const above = { low: at(cells, cells.length - 1).high, high: Infinity, count: 0, logE: least([n, n]) };
  return [below, ...inside, above];
}

/** For each piece between neighbouring edges how many values lie up to a point of it, at least and at most. */
function rangesBetween(edges: readonly number[], cells: readonly Cell[]): Range[] {
  let [begun, ended] = [0, 0];
  let [least, most] = [0, 0];
  return edges.slice(1).map((edge, i): Range => {
    for (let cell = cells[ended]; cell !== undefined && cell.high <= at(edges, i); cell = cells[++ended])
      least += cell.count;
    for (let cell = cells[begun]; cell !== undefined && cell.low < edge; cell = cells[++begun]) most += cell.count;
    return [least, most];
  });
}

function total(cells: readonly Cell[]): number {
  return cells.reduce((sum, { count }) => sum + count, 0);
}
