import { openUnit } from "../check.js";
import type { AlphaOption, Interval } from "../estimate/interval.js";
import type { CountPair } from "../tests/eventRates.js";
import { checkCountPair } from "../tests/eventRates.js";
import { countLogFactor } from "./count.js";
import { logMeanExp } from "./evidence.js";
import { defaultDeltas, signedDeltas } from "./side.js";

/** `estimate` is undefined while no batch has events and exposure in both arms. */
export interface RatioSequence extends Interval {
  readonly estimate: number | undefined;
}

/** Ratios beyond e^±40 are not told from 0 and Infinity. */
const reach = 40;

const deltas = signedDeltas("two-sided", defaultDeltas);

/**
 * The ratio of two event rates, B / A, by batches, with an interval that covers it at every look at once: all ratios r
 * for which a CountEProcess does not reject that B, with r times its exposure, has the rate of A. Exact under any drift
 * that both rates share. Throws StatsError as CountEProcess does, and unless 0 < alpha < 1.
 * Source: inversion of CountEProcess; the estimate is the conditional maximum of likelihood.
 */
export function ratioSequence(batches: readonly CountPair[], { alpha = 0.05 }: AlphaOption = {}): RatioSequence {
  openUnit("alpha", alpha);
  batches.forEach(checkCountPair);
  const both = batches.filter(({ exposureA, exposureB }) => exposureA > 0 && exposureB > 0);
  const total = (pick: (batch: CountPair) => number): number => both.reduce((sum, batch) => sum + pick(batch), 0);
  const logE = (logRatio: number): number => {
    const ratio = Math.exp(logRatio);
    const scaled = both.map((batch) => ({ ...batch, exposureB: batch.exposureB * ratio }));
    return logMeanExp(deltas.map((delta) => scaled.reduce((sum, batch) => sum + countLogFactor(batch, delta), 0)));
  };
  const [xA, xB] = [total((batch) => batch.xA), total((batch) => batch.xB)];
  if (xA + xB === 0) return { estimate: undefined, low: 0, high: Infinity };
  const expected = (logRatio: number): number =>
    total(({ xA: a, xB: b, exposureA, exposureB }) => (a + b) / (1 + exposureA / (exposureB * Math.exp(logRatio))));
  const centre = crossing((u) => expected(u) >= xB, -reach, reach);
  const rejected = (u: number): boolean => logE(u) >= -Math.log(alpha);
  const low = rejected(-reach) ? Math.exp(crossing((u) => !rejected(u), -reach, centre)) : 0;
  const high = rejected(reach) ? Math.exp(crossing(rejected, centre, reach)) : Infinity;
  return { estimate: xB === 0 ? 0 : xA === 0 ? Infinity : Math.exp(centre), low, high };
}

/** Where a condition that is false at `low` and true at `high` begins to hold. */
function crossing(holds: (u: number) => boolean, low: number, high: number): number {
  let [before, after] = [low, high];
  for (let round = 0; round < 50; round++) {
    const middle = (before + after) / 2;
    if (holds(middle)) after = middle;
    else before = middle;
  }
  return (before + after) / 2;
}
