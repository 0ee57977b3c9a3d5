import { at } from "../../../../src/stats/check.js";
import { probabilityBest } from "../../../../src/stats/bayes/best.js";
import { betaCdf } from "../../../../src/stats/special/beta.js";
import { gaussLegendre } from "../../../../src/stats/special/gaussLegendre.js";
import { normalCdf } from "../../../../src/stats/special/normal.js";
import { logBeta } from "../../../../src/stats/special/logGamma.js";

/** The parameters of a beta law. */
export interface Beta {
  readonly alpha: number;
  readonly beta: number;
}

/**
 * P(b > a) of two independent beta laws, to 1e-6 and mostly far better: one rule of 48 nodes (96 for a skewed law) on
 * the log-odds of the narrower law. It stands where the rivals draw samples, and is several times as fast as `probabilityBest`, which takes
 * over where a parameter below 1 makes that law too long-tailed for one rule.
 */
export function probabilityAbove(a: Beta, b: Beta): number {
  const inner = spread(b) <= spread(a) ? b : a;
  if (Math.min(inner.alpha, inner.beta) < 1)
    return at(
      probabilityBest([
        { family: "beta", ...a },
        { family: "beta", ...b },
      ]),
      1,
    );
  return inner === b ? over(b, (x) => betaCdf(a.alpha, a.beta, x).cdf) : over(a, (x) => betaCdf(b.alpha, b.beta, x).sf);
}

/** The deviation of the log-odds, near enough. */
function spread({ alpha, beta }: Beta): number {
  return Math.sqrt((alpha + beta) / (alpha * beta));
}

/** The expectation of `f` under the law. */
function over(law: Beta, f: (x: number) => number): number {
  const { alpha, beta } = law;
  const centre = Math.log(alpha / beta);
  // Eight deviations, or where an exponential tail of rate alpha (beta) has fallen to e^-30.
  const low = centre - Math.max(8 * spread(law), 30 / alpha);
  const high = centre + Math.max(8 * spread(law), 30 / beta);
  const norm = logBeta(alpha, beta);
  const { nodes, weights } = gaussLegendre(Math.min(alpha, beta) < 5 ? 96 : 48);
  const half = (high - low) / 2;
  let sum = 0;
  let mass = 0;
  nodes.forEach((node, i) => {
    const u = (low + high) / 2 + half * node;
    const density = Math.exp(alpha * u - (alpha + beta) * softplus(u) - norm) * at(weights, i) * half;
    mass += density;
    if (density > 1e-18) sum += density * f(1 / (1 + Math.exp(-u)));
  });
  return sum / mass;
}

function softplus(u: number): number {
  return u > 0 ? u + Math.log1p(Math.exp(-u)) : Math.log1p(Math.exp(u));
}

/** A normal law. */
export interface Normal {
  readonly mean: number;
  readonly sd: number;
}

/** Whose chance is asked for: to be the largest, or among the two largest. */
export type Rank = "best" | "topTwo";

/**
 * The chance of each of independent normal laws, to about 1e-6: 48 nodes within eight deviations, made to sum up. */
export function normalChances(laws: readonly Normal[], rank: Rank): number[] {
  const raw = laws.map((law, i) => {
    const { best, top } = rankOf(
      law,
      laws.filter((_, j) => j !== i),
    );
    return rank === "best" ? best : top;
  });
  const sum = raw.reduce((total, chance) => total + chance, 0);
  const whole = rank === "best" ? 1 : Math.min(2, laws.length);
  return raw.map((chance) => (whole * chance) / sum);
}

function rankOf({ mean, sd }: Normal, others: readonly Normal[]): { best: number; top: number } {
  // A law that is wide beside another needs nodes close enough to see the other's slope.
  const ratio = sd / Math.min(...others.map((other) => other.sd));
  const { nodes, weights } = gaussLegendre(ratio <= 1.5 ? 48 : ratio <= 3 ? 96 : 192);
  let [best, top] = [0, 0];
  nodes.forEach((node, k) => {
    const weight = (8 * at(weights, k) * Math.exp(-32 * node * node)) / Math.sqrt(2 * Math.PI);
    let [none, one] = [1, 0];
    for (const other of others) {
      const { cdf, sf } = normalCdf((mean + 8 * sd * node - other.mean) / other.sd);
      [none, one] = [none * cdf, one * cdf + none * sf];
    }
    best += weight * none;
    top += weight * (none + one);
  });
  return { best, top };
}
