import { at } from "../../../../src/stats/check.js";
import { expectedLoss } from "../../../../src/stats/bayes/best.js";
import type { BinaryPair } from "../../../../src/stats/tests/twoProportions.js";
import type { PairMethod } from "./method.js";
import { pooled } from "./method.js";
import { probabilityB, surelyBelow } from "./probability.js";

/**
 * PostHog's significance of a funnel: at least 100 people a version, the likelier winner at 90 % or more, and an expected
 * loss below 1 % (absolute) of choosing it; Beta(1, 1) priors.
 */
export const postHog: PairMethod = pooled("PostHog", significant);

/** Whether the totals are significant by that rule. */
export function significant(totals: BinaryPair): boolean {
  const { nA, xA, nB, xB } = totals;
  if (Math.min(nA, nB) < 100 || surelyBelow(totals, 0.9)) return false;
  const p = probabilityB(totals, 1);
  if (Math.max(p, 1 - p) < 0.9) return false;
  const loss = expectedLoss([
    { family: "beta", alpha: 1 + xA, beta: 1 + nA - xA },
    { family: "beta", alpha: 1 + xB, beta: 1 + nB - xB },
  ]);
  return at(loss, p >= 0.5 ? 1 : 0) < 0.01;
}
