import type { CoMoments } from "../coMoments.js";
import { finite } from "../check.js";
import type { Summary } from "../moments.js";

/**
 * The coefficient of CUPED, pooled over arms: Σ covariance sums / Σ squares of the covariate x. 0 where x does not vary.
 * In a sequential test take it from earlier batches only. Source: Deng, Xu, Kohavi & Walker 2013, eq. 3.
 */
export function cupedTheta(arms: readonly CoMoments[]): number {
  let products = 0;
  let squares = 0;
  for (const arm of arms) {
    products += arm.covariance * Math.max(0, arm.n - 1);
    squares += arm.x.variance * Math.max(0, arm.n - 1);
  }
  return squares > 0 ? products / squares : 0;
}

/** The summary of y − θ(x − pooled mean of x) of one arm, where x is known before the experiment. */
export function cupedSummary(arm: CoMoments, theta: number, pooledMeanX: number): Summary {
  finite("theta", theta);
  finite("pooledMeanX", pooledMeanX);
  const { n, x, y, covariance } = arm;
  const variance = y.variance + theta * theta * x.variance - 2 * theta * covariance;
  return { n, mean: y.mean - theta * (x.mean - pooledMeanX), variance: Math.max(0, variance) };
}
