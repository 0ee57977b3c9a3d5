import { at, sharesOf } from "../check.js";
import type { DirectionOption } from "../bayes/best.js";
import { StatsError } from "../errors.js";
import type { Rng } from "../random.js";
import type { Guards, GuardStep } from "./guards.js";
import { guardShares, wholeWeights } from "./guards.js";
import type { Arm, Strategy } from "./strategy.js";
import { strategyShares } from "./strategy.js";

/** A question to `allocate`. */
export interface AllocationRequest extends DirectionOption {
  readonly strategy: Strategy;
  /** One per version, the primary at `guards.primary` (default 0). */
  readonly arms: readonly Arm[];
  readonly guards?: Guards;
  /** The shares in force; needed by `maxStep` and `freeze`. */
  readonly current?: readonly number[];
  /** What the whole weights sum to; default 100. */
  readonly total?: number;
  /** Makes the rounding unbiased; without it the largest remainders are rounded up. */
  readonly rng?: Rng;
}

/** How traffic is to be divided, and why. */
export interface Allocation {
  /** Shares that sum to 1. */
  readonly shares: readonly number[];
  /** Whole weights that sum to `total`. */
  readonly weights: readonly number[];
  readonly why: {
    readonly strategy: Strategy["kind"];
    /** What the strategy wanted before the guards. */
    readonly wanted: readonly number[];
    readonly guards: readonly GuardStep[];
  };
}

/**
 * Divides the traffic among versions: a strategy says what it wants, the guards what it may have. Infeasible versions do
 * not take part in the strategy. Apply new shares to new users only: who is sticky stays with his version.
 * Throws StatsError on no version, shares in force that do not sum to 1, and what the strategy lacks.
 */
export function allocate(request: AllocationRequest): Allocation {
  const { strategy, arms, guards = {}, total = 100, rng } = request;
  if (arms.length === 0) throw new StatsError("arms", arms, "at least one version");
  const current = request.current === undefined ? undefined : sharesOf("current", request.current);
  if (current !== undefined && current.length !== arms.length)
    throw new StatsError("current.length", current.length, `${arms.length} shares`);
  const infeasible = arms.map((arm) => arm.infeasible === true);
  const wanted = wantedShares(strategy, arms, infeasible, request);
  const guarded = guardShares(wanted, infeasible, guards, current);
  return {
    shares: guarded.shares,
    weights: wholeWeights(guarded.shares, total, rng?.next()),
    why: { strategy: strategy.kind, wanted, guards: guarded.steps },
  };
}

/** The strategy among the feasible arms, where it is one that chooses; positional ones see all. */
function wantedShares(
  strategy: Strategy,
  arms: readonly Arm[],
  infeasible: readonly boolean[],
  direction: DirectionOption,
): number[] {
  const positional = ["uniform", "fixed", "ramp", "blue-green", "exp3"].includes(strategy.kind);
  const feasible = arms.filter((_, i) => !at(infeasible, i));
  if (positional || feasible.length === arms.length) return strategyShares(strategy, arms, direction);
  if (feasible.length === 0) return arms.map(() => 1 / arms.length);
  const shares = strategyShares(strategy, feasible, direction);
  let next = 0;
  return arms.map((_, i) => (at(infeasible, i) ? 0 : at(shares, next++)));
}
