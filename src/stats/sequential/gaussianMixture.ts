import { openUnit, positive, nonNegative } from "../check.js";
import { logNormalCdf } from "../special/normal.js";
import { bisect } from "../special/root.js";
import { logMeanExp } from "./evidence.js";

/** A sum of effects weighted by information, S, and the information, V: the effect is estimated by S/V. */
export interface Information {
  readonly s: number;
  readonly v: number;
}

/** ln of the two-sided Gaussian mixture e-value with prior deviation τ. Source: Robbins 1970. */
function twoSided({ s, v }: Information, tau: number): number {
  const k = 1 + tau * tau * v;
  return -0.5 * Math.log(k) + (tau * tau * s * s) / (2 * k);
}

/** ln of the one-sided mixture (prior half-normal): the null is an effect of at most 0. Source: Howard et al. 2021, eq. 14. */
function oneSided({ s, v }: Information, tau: number): number {
  const k = 1 + tau * tau * v;
  return 0.5 * Math.log(4 / k) + (tau * tau * s * s) / (2 * k) + logNormalCdf((tau * s) / Math.sqrt(k));
}

/** ln of the uniform mixture over `taus`; one-sided looks for an effect above 0. */
export function gaussianLogE(
  information: Information,
  taus: readonly number[],
  kind: "one-sided" | "two-sided",
): number {
  return logMeanExp(taus.map((tau) => (kind === "two-sided" ? twoSided : oneSided)(information, tau)));
}

/** How far from the estimate S/V the effects lie that the mixture does not reject at `alpha`. V must be above 0. */
export function gaussianRadius(
  v: number,
  taus: readonly number[],
  alpha: number,
  kind: "one-sided" | "two-sided",
): number {
  const logE = (radius: number): number => gaussianLogE({ s: radius * v, v }, taus, kind);
  const bound = -Math.log(alpha);
  let high = 1 / Math.sqrt(v);
  while (logE(high) < bound) high *= 2;
  let low = 0;
  while (high - low > 1e-14 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (logE(middle) < bound) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The bound that a standardised sum with intrinsic time `v` stays within at all times with probability 1 − alpha:
 * √((v+ρ) ln((v+ρ)/(ρ α²))). Source: Howard, Ramdas, McAuliffe & Sekhon 2021, eq. 14 (two-sided normal mixture).
 * Throws StatsError unless v ≥ 0, 0 < alpha < 1, rho > 0.
 */
export function normalMixtureBound(options: {
  readonly v: number;
  readonly alpha: number;
  readonly rho: number;
}): number {
  const v = nonNegative("v", options.v);
  const alpha = openUnit("alpha", options.alpha);
  const rho = positive("rho", options.rho);
  return Math.sqrt((v + rho) * (Math.log1p(v / rho) - 2 * Math.log(alpha)));
}

/**
 * The ρ that makes `normalMixtureBound` smallest at v = vOpt. Source: Howard et al. 2021, §3.5: u = vOpt/ρ solves
 * u = ln(1+u) + 2 ln(1/α). Throws StatsError unless vOpt > 0 and 0 < alpha < 1.
 */
export function normalMixtureRho(options: { readonly vOpt: number; readonly alpha: number }): number {
  const vOpt = positive("vOpt", options.vOpt);
  const level = -2 * Math.log(openUnit("alpha", options.alpha));
  let u = level + Math.log1p(level);
  for (let round = 0; round < 100; round++) {
    const next = u - ((u - Math.log1p(u) - level) * (1 + u)) / u;
    if (Math.abs(next - u) <= 1e-15 * u) break;
    u = next;
  }
  return vOpt / u;
}

/**
 * The τ with which a mean e-process is sharpest once its information (inverse variance of the estimate) has reached
 * `information`: give it as `tau`. For a one-sided test give twice its alpha. Fix it before the first batch.
 * Source: Howard et al. 2021, §3.5 with τ² = 1/ρ; about τ² = (−2 ln α + ln(1 − 2 ln α)) / V (Waudby-Smith et al. 2021).
 * Throws StatsError unless information > 0 and 0 < alpha < 1.
 */
export function mixtureTau({ information, alpha }: { readonly information: number; readonly alpha: number }): number {
  return 1 / Math.sqrt(normalMixtureRho({ vOpt: positive("information", information), alpha }));
}

/** The information at which an effect of `delta` > 0, met exactly, has the evidence 1/alpha. */
export function informationFor(
  delta: number,
  taus: readonly number[],
  alpha: number,
  kind: "one-sided" | "two-sided",
): number {
  const lead = (logV: number): number => {
    const v = Math.exp(logV);
    return gaussianLogE({ s: delta * v, v }, taus, kind) + Math.log(alpha);
  };
  const start = -2 * Math.log(delta);
  let high = start;
  while (lead(high) < 0) high += 2;
  return Math.exp(bisect(lead, start - 60, high, 1e-13));
}
