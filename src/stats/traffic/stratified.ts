import type { Posterior } from "../bayes/posterior.js";
import type { MeanEProcess } from "../sequential/mean.js";
import type { Summary } from "../moments.js";
import { checkSummary } from "../moments.js";

/**
 * Beliefs for Thompson sampling that drift cannot mislead: each candidate is the baseline's pooled mean plus the effect
 * measured batch by batch (`tests[i]` compares candidate i + 1 with the baseline). A candidate without evidence yet is
 * believed to equal the baseline, within the baseline's standard deviation.
 */
export function stratifiedPosteriors(baseline: Summary, tests: readonly MeanEProcess[]): Posterior[] {
  checkSummary("baseline", baseline);
  const spread = Math.sqrt(baseline.variance) || 1;
  const candidates = tests.map((test): Posterior => {
    const { estimate } = test.interval();
    const sd = estimate === null ? spread : 1 / Math.sqrt(test.information);
    return { family: "normal", mean: baseline.mean + (estimate ?? 0), sd };
  });
  // What the baseline's mean errs by is common to all and cancels; its own belief is a point.
  const narrowest = Math.min(spread, ...candidates.map((c) => (c.family === "normal" ? c.sd : spread)));
  return [{ family: "normal", mean: baseline.mean, sd: narrowest * 1e-3 }, ...candidates];
}
