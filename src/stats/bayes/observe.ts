import { counts, nonNegative, positive, whole } from "../check.js";
import type { Proportion } from "../estimate/proportion.js";
import type { Summary } from "../moments.js";
import { checkSummary } from "../moments.js";
import type { Posterior } from "./posterior.js";

/** The posterior of a rate from `x` events among `n` trials; prior Beta(1, 1) unless given (½, ½ for rare errors). */
export function betaPosterior({ x, n }: Proportion, prior = { alpha: 1, beta: 1 }): Posterior {
  counts("x", x, "n", n);
  positive("prior.alpha", prior.alpha);
  positive("prior.beta", prior.beta);
  return { family: "beta", alpha: prior.alpha + x, beta: prior.beta + n - x };
}

/** The posterior of a rate per exposure; prior Gamma(½, 0) (Jeffreys) unless given. */
export function gammaPosterior(
  { x, exposure }: { readonly x: number; readonly exposure: number },
  prior = { shape: 0.5, rate: 0 },
): Posterior {
  whole("x", x);
  positive("exposure", exposure);
  positive("prior.shape", prior.shape);
  nonNegative("prior.rate", prior.rate);
  return { family: "gamma", shape: prior.shape + x, rate: prior.rate + exposure };
}

/**
 * The posterior of a mean under the flat prior of mean and log variance: t with n − 1 degrees of freedom around the
 * sample mean, scale s/√n. `undefined` below two values or without spread: then nothing is known of the error.
 */
export function meanPosterior(summary: Summary): Posterior | undefined {
  checkSummary("summary", summary);
  const { n, mean, variance } = summary;
  return n < 2 || variance === 0 ? undefined : { family: "t", df: n - 1, mean, scale: Math.sqrt(variance / n) };
}
