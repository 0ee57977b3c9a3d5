import { positive } from "../check.js";
import { StatsError } from "../errors.js";
import type { Posterior } from "./posterior.js";
import { checkPosterior } from "./posterior.js";

/** How fast evidence grows old, and what remains where all is forgotten. */
export interface DiscountOptions {
  /** What a tick leaves of the weight of evidence, in (0, 1]; .99 forgets half in 69 ticks. Default 0.99. */
  readonly gamma?: number;
  /** The prior of a rate, Beta(alpha, beta); default (1, 1), as in betaPosterior. */
  readonly beta?: { readonly alpha: number; readonly beta: number };
  /** The prior of a rate per exposure, Gamma(shape, rate); default (½, 0), as in gammaPosterior. */
  readonly gammaPrior?: { readonly shape: number; readonly rate: number };
}

/**
 * A belief one tick later: its evidence counts γ of what it counted, so that a bandit follows drift. Call it once a tick
 * before the tick's data are added. Rates go back to their prior; normal and t beliefs, which have none, become wider at
 * the same mean. For dividing traffic only: discounted evidence proves nothing. Throws StatsError on impossible
 * parameters, also where a belief knows less than its prior.
 * Source: Raj & Kalyani 2017 (discounted Thompson sampling).
 */
export function discounted(posterior: Posterior, options: DiscountOptions = {}): Posterior {
  checkPosterior("posterior", posterior);
  const { gamma = 0.99, beta = { alpha: 1, beta: 1 }, gammaPrior = { shape: 0.5, rate: 0 } } = options;
  if (!(positive("gamma", gamma) <= 1)) throw new StatsError("gamma", gamma, "a number above 0 and at most 1");
  const towards = (field: string, value: number, prior: number): number => {
    if (!(prior >= 0 && value >= prior))
      throw new StatsError(field, prior, `a number from 0 to the posterior's ${value}`);
    return prior + gamma * (value - prior);
  };
  switch (posterior.family) {
    case "beta":
      return {
        family: "beta",
        alpha: towards("beta.alpha", posterior.alpha, beta.alpha),
        beta: towards("beta.beta", posterior.beta, beta.beta),
      };
    case "gamma":
      return {
        family: "gamma",
        shape: towards("gammaPrior.shape", posterior.shape, gammaPrior.shape),
        rate: towards("gammaPrior.rate", posterior.rate, gammaPrior.rate),
      };
    case "normal":
      return { ...posterior, sd: posterior.sd / Math.sqrt(gamma) };
    case "t":
      return { ...posterior, scale: posterior.scale / Math.sqrt(gamma) };
  }
}
