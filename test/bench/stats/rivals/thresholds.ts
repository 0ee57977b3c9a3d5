/** A rule that fails a release when too many single checks are beyond a limit. */
export interface ThresholdRule {
  readonly name: string;
  /** So many failed checks still pass. */
  readonly tolerated: number;
}

/** Argo Rollouts' analysis: failed when more than `failureLimit` measurements fail. */
export function argo(failureLimit: number): ThresholdRule {
  return { name: `Argo, failureLimit ${failureLimit}`, tolerated: failureLimit };
}

/** Flagger's analysis: rolled back when `threshold` checks have failed. */
export function flagger(threshold: number): ThresholdRule {
  return { name: `Flagger, threshold ${threshold}`, tolerated: threshold - 1 };
}

/** Starts to count the failed checks of one release; true once it fails. A check without requests says nothing. */
export function startThreshold(rule: ThresholdRule, limit: number): (check: { n: number; bad: number }) => boolean {
  let failed = 0;
  return ({ n, bad }) => {
    if (n > 0 && bad / n > limit) failed += 1;
    return failed > rule.tolerated;
  };
}
