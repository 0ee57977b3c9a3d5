import { at, closedUnit, finite, whole } from "../check.js";
import { StatsError } from "../errors.js";
import { normalised } from "./strategy.js";

/** What no strategy may break. All are optional. */
export interface Guards {
  /** The version that takes what others may not have; default 0. */
  readonly primary?: number;
  /** Every feasible version keeps at least this share; default 0.01. */
  readonly floor?: number;
  /** What an infeasible version keeps, so that it can be seen to recover; default 0. */
  readonly infeasibleShare?: number;
  /** A candidate gains at most this share at once; losing is never slowed. */
  readonly maxStep?: number;
  /** A candidate has at most this share. */
  readonly maxCandidate?: number;
  /** Keep everything as it is, as after a sample ratio mismatch. */
  readonly freeze?: boolean;
}

/** One guard that changed the shares, and what they were after it. */
export interface GuardStep {
  readonly guard: "infeasible" | "floor" | "max-step" | "max-candidate" | "freeze";
  readonly shares: readonly number[];
}

/** Shares after the guards, with the steps that changed something. */
export interface Guarded {
  readonly shares: readonly number[];
  readonly steps: readonly GuardStep[];
}

/**
 * Puts shares through the guards in this order: infeasible, floor, step, ceiling. What a candidate may not have goes to
 * the primary; where the primary is infeasible, steps and ceilings do not hold candidates back, for nothing safer exists.
 * With all versions infeasible everything goes to the primary. Throws StatsError on a floor that does not fit.
 */
export function guardShares(
  wanted: readonly number[],
  infeasible: readonly boolean[],
  guards: Guards,
  current?: readonly number[],
): Guarded {
  const { primary = 0, floor = 0.01, infeasibleShare = 0 } = guards;
  const count = wanted.length;
  if (!(Number.isInteger(primary) && primary >= 0 && primary < count))
    throw new StatsError("guards.primary", primary, `an index below ${count}`);
  closedUnit("guards.floor", floor);
  closedUnit("guards.infeasibleShare", infeasibleShare);
  if (count * Math.max(floor, infeasibleShare) > 1) throw new StatsError("guards.floor", floor, `at most 1/${count}`);
  if (guards.freeze === true && current !== undefined)
    return { shares: current, steps: [{ guard: "freeze", shares: current }] };
  const steps: GuardStep[] = [];
  let shares = wanted;
  const step = (guard: GuardStep["guard"], next: readonly number[]): void => {
    if (next.some((share, i) => Math.abs(share - at(shares, i)) > 1e-15)) steps.push({ guard, shares: next });
    shares = next;
  };
  const dead = infeasible.every(Boolean);
  const isOut = (i: number): boolean => (dead ? i !== primary : at(infeasible, i));
  step("infeasible", withoutInfeasible(shares, isOut, primary, dead ? 0 : infeasibleShare));
  step("floor", floored(shares, isOut, floor));
  if (isOut(primary)) return { shares, steps };
  const { maxStep, maxCandidate } = guards;
  if (maxStep !== undefined && current !== undefined) {
    closedUnit("guards.maxStep", maxStep);
    step(
      "max-step",
      capped(shares, primary, (i) => at(current, i) + maxStep),
    );
  }
  if (maxCandidate !== undefined) {
    closedUnit("guards.maxCandidate", maxCandidate);
    step(
      "max-candidate",
      capped(shares, primary, () => maxCandidate),
    );
  }
  return { shares, steps };
}

function withoutInfeasible(
  shares: readonly number[],
  isOut: (i: number) => boolean,
  primary: number,
  kept: number,
): number[] {
  const feasible = shares.map((share, i) => (isOut(i) ? 0 : share));
  const sum = feasible.reduce((total, share) => total + share, 0);
  const scaled = sum > 0 ? normalised(feasible) : feasible.map((_, i) => (i === primary && !isOut(i) ? 1 : 0));
  const filled = scaled.some((share) => share > 0) ? scaled : normalised(scaled.map((_, i) => (isOut(i) ? 0 : 1)));
  const out = filled.filter((_, i) => isOut(i)).length;
  return filled.map((share, i) => (isOut(i) ? kept : share * (1 - kept * out)));
}

function floored(shares: readonly number[], isOut: (i: number) => boolean, floor: number): number[] {
  const inside = shares.filter((_, i) => !isOut(i)).length;
  const sum = shares.reduce((total, share, i) => (isOut(i) ? total : total + share), 0);
  return shares.map((share, i) => (isOut(i) ? share : floor + (1 - (inside * floor) / sum) * share));
}

function capped(shares: readonly number[], primary: number, limit: (i: number) => number): number[] {
  let excess = 0;
  const cut = shares.map((share, i) => {
    const most = i === primary ? Infinity : limit(i);
    excess += Math.max(0, share - most);
    return Math.min(share, most);
  });
  return cut.map((share, i) => (i === primary ? share + excess : share));
}

/**
 * Whole weights that sum to `total`. With `u` in [0, 1) each weight is its share of the total on average, exactly
 * (systematic sampling); without, the largest remainders are rounded up, ties to the lower index. A total of 1 with `u`
 * draws the one version that a whole batch goes to.
 */
export function wholeWeights(shares: readonly number[], total: number, u?: number): number[] {
  whole("total", total, 1);
  shares.forEach((share, index) => finite(`shares[${index}]`, share));
  if (u !== undefined && !(u >= 0 && u < 1)) throw new StatsError("u", u, "a number of at least 0 and below 1");
  const exact = shares.map((share) => share * total);
  if (u === undefined) return largestRemainder(exact, total);
  let sum = 0;
  let before = 0;
  return exact.map((part, i) => {
    sum = i === exact.length - 1 ? total : sum + part;
    const upTo = Math.min(total, Math.max(before, Math.floor(sum + u)));
    const weight = upTo - before;
    before = upTo;
    return weight;
  });
}

function largestRemainder(exact: readonly number[], total: number): number[] {
  const floors = exact.map((part) => Math.floor(part + 1e-9));
  let left = total - floors.reduce((sum, part) => sum + part, 0);
  const order = exact.map((part, i) => ({ i, rest: part - at(floors, i) }));
  order.sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of order) {
    if (left <= 0) break;
    floors[i] = at(floors, i) + 1;
    left -= 1;
  }
  return floors;
}
