import { finite, openUnit, positive } from "./check.js";
import { StatsError } from "./errors.js";
import { normalCdf, normalQuantile } from "./special/normal.js";
import { bisect } from "./special/root.js";

/** What is to be found, with which errors. */
export interface PowerQuestion {
  readonly kind: "proportion" | "mean";
  /** Rate or mean of A. */
  readonly baseline: number;
  readonly alpha: number;
  readonly power: number;
  readonly sides?: 1 | 2;
  /** nB / nA. */
  readonly ratio?: number;
  /** Variance of one value, for means; multiply by 1 − ρ² where CUPED removes a correlation ρ. */
  readonly variance?: number;
  /** For proportions: pooled variance under the null, or the arcsine transform. */
  readonly method?: "pooled" | "arcsine";
}

/** Values per arm, not rounded. */
export interface SampleSizes {
  readonly nA: number;
  readonly nB: number;
}

/**
 * How many values per arm a test at a fixed end needs to find an absolute `effect` with the given power.
 * Throws StatsError on an effect of 0 and on rates that leave (0, 1).
 * Source: Fleiss, Levin & Paik 2003, eq. 4.14 (pooled); Cohen 1988, §6 (arcsine; two-sided power counts both
 * tails); the normal formula for means.
 */
export function sampleSize(question: PowerQuestion & { readonly effect: number }): SampleSizes {
  const { kind, baseline, effect, alpha, power, sides = 2, ratio = 1, method = "pooled" } = question;
  finite("baseline", baseline);
  if (!Number.isFinite(effect) || effect === 0) throw new StatsError("effect", effect, "a finite effect that is not 0");
  positive("ratio", ratio);
  const za = normalQuantile(openUnit("alpha", alpha) / sides, { upper: true });
  const zb = normalQuantile(1 - openUnit("power", power), { upper: true });
  if (kind === "mean") {
    const variance = positive("variance", question.variance ?? Number.NaN);
    return sizes((variance * (1 + 1 / ratio) * (za + zb) ** 2) / effect ** 2, ratio);
  }
  const p = openUnit("baseline", baseline);
  const q = openUnit("baseline + effect", baseline + effect);
  if (method === "arcsine") {
    const h = 2 * Math.asin(Math.sqrt(q)) - 2 * Math.asin(Math.sqrt(p));
    const reach = sides === 1 ? za + zb : twoSidedReach(za, power);
    return sizes(((1 + 1 / ratio) * reach ** 2) / h ** 2, ratio);
  }
  const mean = (p + ratio * q) / (1 + ratio);
  const null0 = Math.sqrt(mean * (1 - mean) * (1 + 1 / ratio));
  const apart = Math.sqrt(p * (1 - p) + (q * (1 - q)) / ratio);
  return sizes((za * null0 + zb * apart) ** 2 / effect ** 2, ratio);
}

/** The distance from 0 at which a normal of variance 1 exceeds ±z, on either side, with the given probability. */
function twoSidedReach(z: number, power: number): number {
  if (power <= 2 * normalCdf(z).sf)
    throw new StatsError("power", power, "more than alpha, which needs no values at all");
  return bisect((d) => normalCdf(d - z).cdf + normalCdf(-z - d).cdf - power, 0, z + 40);
}

function sizes(nA: number, ratio: number): SampleSizes {
  return { nA, nB: nA * ratio };
}

/**
 * The smallest absolute effect that `nA` values (and ratio·nA of B) find with the given power; `direction` says whether B
 * is above or below A. `undefined` where no rate in (0, 1) is far enough away. Throws StatsError as `sampleSize` does.
 */
export function minimumDetectableEffect(
  question: PowerQuestion & { readonly nA: number; readonly direction?: "increase" | "decrease" },
): number | undefined {
  const { nA, direction = "increase", ...rest } = question;
  positive("nA", nA);
  const sign = direction === "increase" ? 1 : -1;
  const room = rest.kind === "mean" ? Infinity : sign > 0 ? 1 - rest.baseline : rest.baseline;
  const missing = (size: number): number => sampleSize({ ...rest, effect: sign * size }).nA - nA;
  if (rest.kind === "mean") {
    const unit = sampleSize({ ...rest, effect: 1 }).nA;
    return sign * Math.sqrt(unit / nA);
  }
  const most = room * (1 - 1e-9);
  if (missing(most) > 0) return undefined;
  return sign * bisect(missing, room * 1e-9, most, 1e-13);
}

/** An always-valid test of a mean that is still to be won. */
export interface SequentialQuestion {
  /** The true effect to be found, in the units of the metric. */
  readonly effect: number;
  /** The deviation of the mixture, as in the plan. */
  readonly tau: number;
  readonly alpha: number;
  readonly power: number;
}

/**
 * The information (inverse variance of the estimate) at which the two-sided always-valid test has found the effect with
 * the given power. Source: δ√V = z_{power} + √((1 + 1/(τ²V)) (2 ln(1/α) + ln(1 + τ²V))), by bisection.
 */
export function sequentialInformation({ effect, tau, alpha, power }: SequentialQuestion): number {
  const delta = Math.abs(finite("effect", effect));
  if (delta === 0) throw new StatsError("effect", effect, "an effect that is not 0");
  positive("tau", tau);
  const level = -2 * Math.log(openUnit("alpha", alpha));
  const zb = normalQuantile(openUnit("power", power));
  const lead = (logV: number): number => {
    const v = Math.exp(logV);
    const logK = 2 * Math.log(tau) + logV;
    // ln(1 + k) and 1 + 1/k, also where k itself would overflow.
    const logOnePlus = Math.max(0, logK) + Math.log1p(Math.exp(-Math.abs(logK)));
    return delta * Math.sqrt(v) - zb - Math.sqrt((1 + Math.exp(-logK)) * (level + logOnePlus));
  };
  const start = -2 * Math.log(delta);
  let high = start;
  while (lead(high) < 0) high += 2;
  return Math.exp(bisect(lead, Math.min(start, high) - 60, high, 1e-13));
}

/** How far an experiment is. */
export interface ProgressQuestion extends SequentialQuestion {
  /** Information now, and how much a tick (of whatever length) adds. */
  readonly information: number;
  readonly informationPerTick: number;
}

/** Ticks until the test has probably decided; undefined while no information arrives. */
export interface TimeLeft {
  readonly informationNeeded: number;
  readonly ticks: number | undefined;
}

/** What is left of an always-valid test if the effect is as given: ask with the planned effect and with the estimate. */
export function timeLeft(question: ProgressQuestion): TimeLeft {
  const { information, informationPerTick } = question;
  if (!(information >= 0)) throw new StatsError("information", information, "a number of at least 0");
  if (!(informationPerTick >= 0))
    throw new StatsError("informationPerTick", informationPerTick, "a number of at least 0");
  const informationNeeded = sequentialInformation(question);
  const missing = Math.max(0, informationNeeded - information);
  if (missing === 0) return { informationNeeded, ticks: 0 };
  return { informationNeeded, ticks: informationPerTick > 0 ? missing / informationPerTick : undefined };
}
