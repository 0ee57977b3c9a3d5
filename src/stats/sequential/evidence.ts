import { closedUnit } from "../check.js";
import { StatsError } from "../errors.js";

/** What every e-process answers: evidence against its null hypothesis, valid at every look. */
export interface Evidence {
  /** ln E now; E ≤ 1/α keeps the null hypothesis at level α. */
  readonly logE: number;
  /** ln of the largest E so far (at least 0, the start). */
  readonly supLogE: number;
  /** min(1, 1/sup E): may be looked at any time, as often as wanted. */
  readonly pValue: number;
}

/** The p-value of the largest E. Source: Ville 1939. */
export function evidencePValue(supLogE: number): number {
  return Math.min(1, Math.exp(-supLogE));
}

/** True once the largest E has reached 1/α. */
export function rejects({ supLogE }: Pick<Evidence, "supLogE">, alpha: number): boolean {
  return supLogE >= -Math.log(alpha);
}

/**
 * The probability that there is an effect, from a prior probability and the e-value: πE/(πE + 1 − π).
 * A mixture e-value is a Bayes factor of its mixture against the null. Throws StatsError unless 0 ≤ prior ≤ 1.
 */
export function posteriorOfEffect(logE: number, prior: number): number {
  closedUnit("prior", prior);
  if (Number.isNaN(logE)) throw new StatsError("logE", logE, "a number");
  if (prior === 0 || prior === 1) return prior;
  return 1 / (1 + ((1 - prior) / prior) * Math.exp(-logE));
}

/** ln of the mean of exponentials. Throws StatsError where one of them is no number. */
export function logMeanExp(logs: readonly number[]): number {
  const most = Math.max(...logs);
  if (Number.isNaN(most)) throw new StatsError("logs", logs, "numbers");
  if (!Number.isFinite(most)) return most;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - most);
  return most + Math.log(sum / logs.length);
}

/**
 * The largest ln E after two independent streams were multiplied. What each reached alone is no evidence of the product,
 * so the record starts anew at the product's present value, except where one side is still empty.
 */
export function mergedSup(
  a: { readonly batches: number; readonly supLogE: number },
  b: { readonly batches: number; readonly supLogE: number },
  logE: number,
): number {
  if (b.batches === 0) return a.supLogE;
  return a.batches === 0 ? b.supLogE : Math.max(0, logE);
}
