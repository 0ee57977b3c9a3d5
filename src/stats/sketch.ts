import { closedUnit, finite, nonNegative, openUnit } from "./check.js";
import { StatsError } from "./errors.js";
import type { Saved } from "./json.js";
import { StateReader } from "./json.js";

/** A saved QuantileSketch; bins are [key, count], keys ascending. */
export interface SketchState extends Saved<"sketch"> {
  readonly relativeAccuracy: number;
  readonly zero: number;
  readonly positive: readonly (readonly [key: number, count: number])[];
  readonly negative: readonly (readonly [key: number, count: number])[];
}

/**
 * Quantiles of a stream with a bounded relative error (default 1 %), mergeable.
 * Source: Masson, Rim & Lee 2019 (DDSketch), logarithmic mapping: γ = (1+a)/(1−a), key = ⌈ln|x| / ln γ⌉, value
 * 2γ^key/(1+γ); zeros and negative values have bins of their own.
 */
export class QuantileSketch {
  readonly relativeAccuracy: number;
  private readonly logGamma: number;
  private readonly positive = new Map<number, number>();
  private readonly negative = new Map<number, number>();
  private zero = 0;
  private total = 0;

  constructor({ relativeAccuracy = 0.01 }: { readonly relativeAccuracy?: number } = {}) {
    this.relativeAccuracy = openUnit("relativeAccuracy", relativeAccuracy);
    this.logGamma = Math.log1p(relativeAccuracy) - Math.log1p(-relativeAccuracy);
  }

  static fromJSON(json: unknown): QuantileSketch {
    const state = new StateReader("sketch", json);
    const sketch = new QuantileSketch({ relativeAccuracy: state.number("relativeAccuracy") });
    sketch.zero = nonNegative("sketch.zero", state.number("zero"));
    sketch.total = sketch.zero;
    for (const name of ["positive", "negative"] as const)
      for (const [key, count] of state.pairs(name)) {
        if (!Number.isSafeInteger(key)) throw new StatsError(`sketch.${name}`, key, "whole keys");
        add(sketch[name], key, nonNegative(`sketch.${name}[${key}]`, count));
        sketch.total += count;
      }
    return sketch;
  }

  /** How many values there are (fractional after an import of histograms). */
  get count(): number {
    return this.total;
  }

  /** Takes `x`, `count` times. Throws StatsError unless x is finite and count ≥ 0. */
  add(x: number, count = 1): this {
    finite("x", x);
    nonNegative("count", count);
    if (count === 0) return this;
    this.total += count;
    if (x === 0) this.zero += count;
    else add(x > 0 ? this.positive : this.negative, this.key(Math.abs(x)), count);
    return this;
  }

  /**
   * The quantile at rank q(n − 1): the value of the first bin whose cumulative count exceeds that rank.
   * `undefined` while empty. Throws StatsError unless 0 ≤ q ≤ 1.
   */
  quantile(q: number): number | undefined {
    closedUnit("q", q);
    return this.atRank(q * (this.total - 1));
  }

  /** The value of the first bin whose cumulative count exceeds `rank` (from 0). */
  atRank(rank: number): number | undefined {
    if (this.total === 0) return undefined;
    let seen = 0;
    let last = 0;
    for (const [value, count] of this.bins()) {
      seen += count;
      last = value;
      if (seen > rank) return value;
    }
    return last;
  }

  /** All bins in ascending order of value. */
  bins(): (readonly [value: number, count: number])[] {
    const negative = sorted(this.negative).reverse();
    return [
      ...negative.map(([key, count]) => [-this.value(key), count] as const),
      ...(this.zero > 0 ? [[0, this.zero] as const] : []),
      ...sorted(this.positive).map(([key, count]) => [this.value(key), count] as const),
    ];
  }

  /** All bins in ascending order, as the ranges (low, high] that their values lie in. */
  cells(): { readonly low: number; readonly high: number; readonly count: number }[] {
    const edge = (key: number): number => Math.exp(key * this.logGamma);
    // A negative bin holds its lower edge and not its upper one, so both are put one rounding step lower.
    const mirrored = (key: number): number => -edge(key) * (1 + Number.EPSILON);
    const negative = sorted(this.negative).reverse();
    return [
      ...negative.map(([key, count]) => ({ low: mirrored(key), high: mirrored(key - 1), count })),
      ...(this.zero > 0 ? [{ low: -Number.MIN_VALUE, high: 0, count: this.zero }] : []),
      ...sorted(this.positive).map(([key, count]) => ({ low: edge(key - 1), high: edge(key), count })),
    ].filter(({ count }) => count > 0);
  }

  /** Takes all that `other` holds. Throws StatsError where the accuracies differ. */
  merge(other: QuantileSketch): this {
    if (other.relativeAccuracy !== this.relativeAccuracy)
      throw new StatsError("relativeAccuracy", other.relativeAccuracy, `a sketch of ${this.relativeAccuracy}`);
    for (const [key, count] of [...other.positive]) add(this.positive, key, count);
    for (const [key, count] of [...other.negative]) add(this.negative, key, count);
    this.zero += other.zero;
    this.total += other.total;
    return this;
  }

  toJSON(): SketchState {
    return {
      kind: "sketch",
      version: 1,
      relativeAccuracy: this.relativeAccuracy,
      zero: this.zero,
      positive: sorted(this.positive),
      negative: sorted(this.negative),
    };
  }

  /** The bounds (low, high] of the bin that holds `magnitude` > 0. */
  binOf(magnitude: number): { readonly low: number; readonly high: number } {
    const key = this.key(magnitude);
    return { low: Math.exp((key - 1) * this.logGamma), high: Math.exp(key * this.logGamma) };
  }

  private key(magnitude: number): number {
    return Math.ceil(Math.log(magnitude) / this.logGamma);
  }

  private value(key: number): number {
    return Math.exp(key * this.logGamma) * (1 - this.relativeAccuracy);
  }
}

function add(bins: Map<number, number>, key: number, count: number): void {
  bins.set(key, (bins.get(key) ?? 0) + count);
}

function sorted(bins: ReadonlyMap<number, number>): [number, number][] {
  return [...bins].sort(([a], [b]) => a - b);
}
