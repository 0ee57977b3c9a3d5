import { finite, nonNegative, whole } from "./check.js";
import { StatsError } from "./errors.js";
import type { Saved } from "./json.js";
import { StateReader } from "./json.js";

/** Number, mean and variance (with n − 1) of a sample, in the units of the metric and their square. */
export interface Summary {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** A saved Moments. */
export interface MomentsState extends Saved<"moments"> {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

/**
 * Number, mean and squared deviations of a stream, mergeable in any order and free of the cancellation of Σx².
 * Source: Welford 1962 (add); Chan, Golub & LeVeque 1979 (merge).
 */
export class Moments implements Summary {
  private count = 0;
  private average = 0;
  private m2 = 0;

  /** The moments of a list. Throws StatsError on a value that is not finite. */
  static of(xs: Iterable<number> = []): Moments {
    const moments = new Moments();
    for (const x of xs) moments.add(x);
    return moments;
  }

  /** The moments behind a summary. Throws StatsError on a negative or fractional n, a negative variance, or no number. */
  static from({ n, mean, variance }: Summary): Moments {
    checkSummary("summary", { n, mean, variance });
    const moments = new Moments();
    if (n > 0) [moments.count, moments.average, moments.m2] = [n, mean, variance * (n - 1)];
    return moments;
  }

  static fromJSON(json: unknown): Moments {
    const state = new StateReader("moments", json);
    const moments = new Moments();
    moments.count = whole("moments.n", state.number("n"));
    moments.average = state.number("mean");
    moments.m2 = nonNegative("moments.m2", state.number("m2"));
    return moments;
  }

  get n(): number {
    return this.count;
  }

  /** 0 while there is nothing. */
  get mean(): number {
    return this.average;
  }

  /** The sample variance (divisor n − 1); 0 below two values. */
  get variance(): number {
    return this.count < 2 ? 0 : this.m2 / (this.count - 1);
  }

  /** Takes one value. */
  add(x: number): this {
    finite("x", x);
    this.count += 1;
    const delta = x - this.average;
    this.average += delta / this.count;
    this.m2 += delta * (x - this.average);
    return this;
  }

  /** Takes all that `other` has seen. */
  merge(other: Moments): this {
    const n = this.count + other.count;
    if (n === 0) return this;
    const delta = other.average - this.average;
    this.m2 += other.m2 + ((delta * this.count) / n) * other.count * delta;
    this.average = this.count === 0 ? other.average : this.average + (delta * other.count) / n;
    this.count = n;
    return this;
  }

  toJSON(): MomentsState {
    return { kind: "moments", version: 1, n: this.count, mean: this.average, m2: this.m2 };
  }
}

/** Throws a StatsError that names the field unless this is a possible summary. */
export function checkSummary(field: string, { n, mean, variance }: Summary, leastN = 0): void {
  whole(`${field}.n`, n);
  if (n < leastN) throw new StatsError(`${field}.n`, n, `at least ${leastN} values`);
  finite(`${field}.mean`, mean);
  nonNegative(`${field}.variance`, variance);
}
