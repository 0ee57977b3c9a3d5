import { Moments } from "../../../src/stats/moments.js";
import type { Rng } from "../../../src/stats/random.js";
import { seededRng } from "../../../src/stats/random.js";

/** One line of the results. */
export interface Line {
  readonly scenario: string;
  readonly figure: string;
  readonly value: string;
  readonly target: string;
  readonly pass: boolean | undefined;
}

/** Options of a run. */
export interface Run {
  readonly seed: number;
  readonly reps: number;
}

/** Runs `once` with a generator of its own per repetition, the same for every method that is compared. */
export function repeat<T>({ seed, reps }: Run, once: (rng: Rng) => T): T[] {
  return Array.from({ length: reps }, (_, rep) => once(seededRng(seed * 1_000_003 + rep)));
}

/** A share of repetitions in percent with its Monte-Carlo standard error. */
export function percent(hits: readonly boolean[]): string {
  const p = share(hits);
  return `${(100 * p).toFixed(1)} % ± ${(100 * Math.sqrt((p * (1 - p)) / hits.length)).toFixed(1)}`;
}

/** The share of true. */
export function share(hits: readonly boolean[]): number {
  return hits.filter(Boolean).length / hits.length;
}

/** The largest share that chance lets pass with a true share `p`: its upper 99.9 % bound at this many repetitions. */
export function allowance(p: number, reps: number): number {
  return p + 3.09 * Math.sqrt((p * (1 - p)) / reps);
}

/** A mean with its Monte-Carlo standard error. */
export function mean(values: readonly number[]): { readonly value: number; readonly error: number } {
  const { n, mean: value, variance } = Moments.of(values);
  return { value, error: Math.sqrt(variance / n) };
}

/** The same as text. */
export function average(values: readonly number[]): string {
  const { value, error } = mean(values);
  return `${value.toFixed(0)} ± ${error.toFixed(0)}`;
}

/** The middle value. */
export function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
