import { names } from "./names.js";
import type { Problem } from "./problem.js";
import type { VersionSpec } from "./routemap.js";

/** Largest relative weight. */
export const maxWeight = 1_000_000;

/** What a version's weight comes from. */
export interface WeightInput {
  readonly version: VersionSpec;
  /** Annotations of the version's resources in the order of the list; undefined for an object that is not there. */
  readonly annotations: readonly (Readonly<Record<string, string>> | undefined)[];
  /** Raw weight that the stored output gives the version now; 0 if none. */
  readonly stored: number;
  /** Path of the version in the routemap, for problems. */
  readonly path: string;
}

/**
 * A relative weight, an integer 0..1 000 000, and what was wrong with the annotation that should have given it. `kept`:
 * the annotation is invalid, and the stored weight stays. `resource` is the index of the one with the annotation.
 */
export interface WeightAnswer {
  readonly weight: number;
  readonly source: "annotation" | "spec" | "default" | "kept";
  readonly resource?: number;
  readonly problems: readonly Problem[];
}

/**
 * The weight of an available version: the annotation `iter8.tools/weight` of the first listed resource that carries
 * one, else the spec's weight, else 1. An invalid annotation keeps the stored weight and is reported: neither a typing
 * error nor a half-done edit may move traffic.
 */
export function effectiveWeight(input: WeightInput): WeightAnswer {
  const index = input.annotations.findIndex((annotations) => annotations?.[names.weight] !== undefined);
  const text = input.annotations[index]?.[names.weight];
  if (text === undefined) {
    const { weight } = input.version;
    return weight === undefined
      ? { weight: 1, source: "default", problems: [] }
      : { weight, source: "spec", problems: [] };
  }
  const weight = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  if (weight <= maxWeight) return { weight, source: "annotation", resource: index, problems: [] };
  const ref = input.version.resources[index];
  const problem: Problem = {
    path: `${input.path}.resources[${index}]`,
    message: `annotation ${names.weight} of ${ref?.kind ?? "resource"} ${ref?.name ?? index} is ${JSON.stringify(text.slice(0, 64))}, no integer from 0 to ${maxWeight}; the weight stays ${input.stored}`,
    fix: `set it to an integer in quotes, such as "50", or remove it`,
  };
  return { weight: input.stored, source: "kept", resource: index, problems: [problem] };
}

/**
 * Shares in percent: integers that sum to 100, by largest remainder (Hamilton's method), ties to the lower index.
 * All zero stays all zero. Weights are integers of at least 0.
 */
export function percents(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return weights.map(() => 0);
  const whole = weights.map((weight) => Math.floor((weight * 100) / total));
  const missing = 100 - whole.reduce((sum, share) => sum + share, 0);
  const winners = weights
    .map((weight, index) => ({ index, remainder: (weight * 100) % total }))
    .sort((left, right) => right.remainder - left.remainder || left.index - right.index)
    .slice(0, missing)
    .map(({ index }) => index);
  return whole.map((share, index) => (winners.includes(index) ? share + 1 : share));
}
