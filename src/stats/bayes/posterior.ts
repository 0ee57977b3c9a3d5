import { finite, positive } from "../check.js";
import { StatsError } from "../errors.js";
import { betaCdf, betaQuantile } from "../special/beta.js";
import { gammaCdf, gammaQuantile } from "../special/gamma.js";
import { normalCdf, normalQuantile } from "../special/normal.js";
import { studentTCdf, studentTQuantile } from "../special/studentT.js";
import type { QuantileOptions, Tails } from "../special/tails.js";

/** What is believed about one version's parameter: a rate in [0, 1], a rate per exposure, or a mean. */
export type Posterior =
  | { readonly family: "beta"; readonly alpha: number; readonly beta: number }
  | { readonly family: "gamma"; readonly shape: number; readonly rate: number }
  | { readonly family: "normal"; readonly mean: number; readonly sd: number }
  | { readonly family: "t"; readonly df: number; readonly mean: number; readonly scale: number };

/** Throws a StatsError that names the field unless the posterior is one. */
export function checkPosterior(field: string, posterior: Posterior): void {
  switch (posterior.family) {
    case "beta":
      positive(`${field}.alpha`, posterior.alpha);
      positive(`${field}.beta`, posterior.beta);
      return;
    case "gamma":
      positive(`${field}.shape`, posterior.shape);
      positive(`${field}.rate`, posterior.rate);
      return;
    case "normal":
      finite(`${field}.mean`, posterior.mean);
      positive(`${field}.sd`, posterior.sd);
      return;
    case "t":
      positive(`${field}.df`, posterior.df);
      finite(`${field}.mean`, posterior.mean);
      positive(`${field}.scale`, posterior.scale);
      return;
    default:
      throw new StatsError(`${field}.family`, posterior, "beta, gamma, normal or t");
  }
}

/** P(θ ≤ x) and P(θ > x). Throws StatsError on parameters that are none. */
export function posteriorCdf(posterior: Posterior, x: number): Tails {
  checkPosterior("posterior", posterior);
  if (Number.isNaN(x)) throw new StatsError("x", x, "a number");
  switch (posterior.family) {
    case "beta":
      return betaCdf(posterior.alpha, posterior.beta, Math.min(1, Math.max(0, x)));
    case "gamma":
      return gammaCdf(posterior.shape, Math.max(0, x) * posterior.rate);
    case "normal":
      return normalCdf((x - posterior.mean) / posterior.sd);
    case "t":
      return studentTCdf(posterior.df, (x - posterior.mean) / posterior.scale);
  }
}

/** The quantile of `p`, or of the upper tail with `upper`. Throws StatsError outside [0, 1]. */
export function posteriorQuantile(posterior: Posterior, p: number, options: QuantileOptions = {}): number {
  checkPosterior("posterior", posterior);
  switch (posterior.family) {
    case "beta":
      return betaQuantile(posterior.alpha, posterior.beta, p, options);
    case "gamma":
      return gammaQuantile(posterior.shape, p, options) / posterior.rate;
    case "normal":
      return posterior.mean + posterior.sd * normalQuantile(p, options);
    case "t":
      return posterior.mean + posterior.scale * studentTQuantile(posterior.df, p, options);
  }
}

/** The posterior mean; undefined for a t of at most one degree of freedom. Throws StatsError on impossible parameters. */
export function posteriorMean(posterior: Posterior): number | undefined {
  checkPosterior("posterior", posterior);
  switch (posterior.family) {
    case "beta":
      return posterior.alpha / (posterior.alpha + posterior.beta);
    case "gamma":
      return posterior.shape / posterior.rate;
    case "normal":
      return posterior.mean;
    case "t":
      return posterior.df > 1 ? posterior.mean : undefined;
  }
}
