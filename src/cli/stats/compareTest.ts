import { at } from "../../stats/check.js";
import { effectProcess, summaryOf } from "../../stats/decision/effect.js";
import { newcombe } from "../../stats/estimate/difference.js";
import { fieller } from "../../stats/estimate/ratio.js";
import type { Summary } from "../../stats/moments.js";
import { bestArm } from "../../stats/sequential/bestArm.js";
import type { ScalarArm, ScalarKind } from "../../stats/sequential/metric.js";
import { PairTest } from "../../stats/sequential/pair.js";
import { ratioSequence } from "../../stats/sequential/ratioSequence.js";
import type { CountPair } from "../../stats/tests/eventRates.js";
import { eventRateTest } from "../../stats/tests/eventRates.js";
import { fisherExact } from "../../stats/tests/fisher.js";
import { holm } from "../../stats/tests/multiplicity.js";
import { welchTest } from "../../stats/tests/welch.js";
import type { Observations } from "./observations.js";
import { total } from "./observations.js";

/** May be looked at after every batch, or once at a time fixed beforehand. */
export type Horizon = "always-valid" | "fixed-horizon";

/** How two versions differ: version − baseline, or version / baseline. Open ends are infinite. */
export interface Effect {
  readonly scale: "difference" | "ratio";
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** One version against the baseline. */
export interface Comparison {
  readonly version: string;
  readonly verdict: "higher" | "lower" | "undecided" | "noData";
  readonly effect?: Effect;
  /** The ratio beside a difference, where the baseline is clearly away from 0. */
  readonly relative?: Effect;
  readonly pValue: number;
  /** Corrected for the number of versions (Holm). */
  readonly adjustedP: number;
  readonly evidence?: { readonly logE: number; readonly supLogE: number };
  /** Why there is no more to say. */
  readonly hint?: string;
}

/** What comparisons are asked for. */
export interface CompareQuestion {
  readonly observations: Observations;
  /** Index of the version that the others are compared with. */
  readonly baseline: number;
  readonly horizon: Horizon;
  readonly alpha: number;
}

type Found = Omit<Comparison, "version" | "verdict" | "adjustedP"> & {
  readonly leans: "higher" | "lower";
  readonly isEmpty?: boolean;
};

/** Compares every version with the baseline; together they err in at most a part `alpha` of experiments. */
export function compareAll({ observations, baseline, horizon, alpha }: CompareQuestion): Comparison[] {
  const { versions, batches, kind } = observations;
  const candidates = versions.map((_, index) => index).filter((index) => index !== baseline);
  const found = candidates.map((index): Found => {
    const pairs = batches.map((arms) => [at(arms, baseline), at(arms, index)] as const);
    return horizon === "always-valid" ? always(pairs, kind, alpha) : once(pairs, kind, alpha);
  });
  const adjusted = holm(found.map(({ pValue }) => pValue));
  return found.map(({ leans, isEmpty = false, ...rest }, index) => {
    const adjustedP = at(adjusted, index);
    const verdict = isEmpty ? "noData" : adjustedP <= alpha ? leans : "undecided";
    return { version: at(versions, at(candidates, index)), verdict, ...rest, adjustedP };
  });
}

/** The version that is certainly best, or undefined; only ever wrong in a part `alpha` of experiments. */
export function certainlyBest({ versions, batches, kind }: Observations, lowerIsBetter: boolean, alpha: number) {
  const search = bestArm({ kind, arms: versions.length, alpha, lowerIsBetter });
  for (const arms of batches) search.add(arms);
  const winner = search.winner();
  return winner === undefined ? undefined : versions[winner];
}

type Pair = readonly [a: ScalarArm, b: ScalarArm];

function always(pairs: readonly Pair[], kind: ScalarKind, alpha: number): Found {
  const [both, up, down] = [
    PairTest.of({ kind, side: "two-sided" }),
    PairTest.of({ kind, side: "greater" }),
    PairTest.of({ kind, side: "less" }),
  ];
  for (const [a, b] of pairs) for (const test of [both, up, down]) test.add(a, b);
  const { logE, supLogE, pValue } = both;
  const effect = kind === "count" ? ratioOverTime(pairs, alpha) : differenceOverTime(pairs, alpha);
  const shared = pairs.filter(([a, b]) => sizeOf(a) > 0 && sizeOf(b) > 0).length;
  return {
    leans: up.logE >= down.logE ? "higher" : "lower",
    pValue,
    evidence: { logE, supLogE },
    ...(effect === undefined ? { hint: hintOf(kind, shared) } : { effect }),
    isEmpty: shared === 0,
  };
}

function hintOf(kind: ScalarKind, shared: number): string {
  if (shared === 0) return "no batch has data of both";
  if (kind === "count") return "nothing happened in either";
  const sized = "no interval yet: it takes 100 values of each, and then batches that hold both";
  return kind === "mean" ? `${sized}; so does the test` : sized;
}

function differenceOverTime(pairs: readonly Pair[], alpha: number): Effect | undefined {
  const process = effectProcess();
  for (const [a, b] of pairs) process.add({ a: summaryOf(a), b: summaryOf(b) });
  const { estimate, low, high } = process.interval(alpha);
  return estimate === null ? undefined : { scale: "difference", estimate, low, high };
}

function ratioOverTime(pairs: readonly Pair[], alpha: number): Effect | undefined {
  const { estimate, low, high } = ratioSequence(pairs.flatMap(countPair), { alpha });
  return estimate === undefined ? undefined : { scale: "ratio", estimate, low, high };
}

function countPair([a, b]: Pair): CountPair[] {
  if (a.kind !== "count" || b.kind !== "count") return [];
  return [{ xA: a.x, exposureA: a.exposure, xB: b.x, exposureB: b.exposure }];
}

function once(pairs: readonly Pair[], kind: ScalarKind, alpha: number): Found {
  const [a, b] = [pairs.map(([arm]) => arm), pairs.map(([, arm]) => arm)].map((arms) => total(arms, kind));
  if (a === undefined || b === undefined) return empty("there are no versions");
  if (a.kind === "binary" && b.kind === "binary") return ratesOnce(a, b, alpha);
  if (a.kind === "mean" && b.kind === "mean") return meansOnce(a, b, alpha);
  return eventsOnce([a, b], alpha);
}

const empty = (hint: string): Found => ({ leans: "higher", pValue: 1, isEmpty: true, hint });

function ratesOnce(a: { n: number; x: number }, b: { n: number; x: number }, alpha: number): Found {
  if (a.n === 0 || b.n === 0) return empty("a version without any request cannot be compared");
  const { difference, low, high } = newcombe(a, b, { alpha });
  const moments = [a, b].map((arm) => summaryOf({ kind: "binary", ...arm }));
  return {
    leans: difference > 0 ? "higher" : "lower",
    pValue: fisherExact([
      [a.x, a.n - a.x],
      [b.x, b.n - b.x],
    ]),
    effect: { scale: "difference", estimate: difference, low, high },
    ...relativeOf(at(moments, 0), at(moments, 1), alpha),
  };
}

function meansOnce(a: Summary, b: Summary, alpha: number): Found {
  if (a.n < 2 || b.n < 2) return empty("it takes at least 2 values of each version");
  if (a.variance + b.variance === 0) return empty("no value varies, so nothing tells chance from a difference");
  const { difference, low, high, pValue } = welchTest(b, a, { alpha });
  const leans = difference > 0 ? "higher" : "lower";
  return {
    leans,
    pValue,
    effect: { scale: "difference", estimate: difference, low, high },
    ...relativeOf(a, b, alpha),
  };
}

function relativeOf(a: Summary, b: Summary, alpha: number): { relative?: Effect } {
  if (a.n < 2 || b.n < 2) return {};
  const found = fieller(a, b, { alpha });
  if ("unbounded" in found) return {};
  const { ratio, low, high } = found;
  return { relative: { scale: "ratio", estimate: ratio, low, high } };
}

function eventsOnce(pair: Pair, alpha: number): Found {
  const [counts] = countPair(pair);
  if (counts === undefined || counts.exposureA === 0 || counts.exposureB === 0)
    return empty("a version without any exposure cannot be compared");
  const { ratio, low, high, pValue } = eventRateTest(counts, { alpha });
  if (ratio === undefined) return { leans: "higher", pValue, hint: "nothing happened in either" };
  return { leans: ratio > 1 ? "higher" : "lower", pValue, effect: { scale: "ratio", estimate: ratio, low, high } };
}

function sizeOf(arm: ScalarArm): number {
  return arm.kind === "count" ? arm.exposure : arm.n;
}
