import { StatsError } from "../../../src/stats/errors.js";

/** A figure with its Monte-Carlo standard error. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** What one figure came to in all repetitions, as counts of its values: nothing depends on the order they came in. */
export class Tally {
  private readonly counts = new Map<number, number>();
  private total = 0;

  static of(values: Iterable<number>): Tally {
    const tally = new Tally();
    for (const value of values) tally.add(value);
    return tally;
  }

  /** Reads pairs of value and count. Throws StatsError on anything else. */
  static fromJSON(json: unknown): Tally {
    if (!Array.isArray(json)) throw new StatsError("tally", json, "a list of pairs of value and count");
    const tally = new Tally();
    for (const pair of json.map((entry: unknown): unknown[] => (Array.isArray(entry) ? entry : []))) {
      const [value, count] = pair;
      if (typeof value !== "number" || typeof count !== "number")
        throw new StatsError("tally", pair, "a value and its count");
      tally.add(value, count);
    }
    return tally;
  }

  get n(): number {
    return this.total;
  }

  /** Throws StatsError on a value that is not finite. */
  add(value: number, count = 1): this {
    if (!Number.isFinite(value)) throw new StatsError("value", value, "a finite figure of a repetition");
    this.counts.set(value, (this.counts.get(value) ?? 0) + count);
    this.total += count;
    return this;
  }

  /** Repetitions whose value satisfies the condition. */
  hits(condition: (value: number) => boolean): number {
    let hits = 0;
    for (const [value, count] of this.counts) if (condition(value)) hits += count;
    return hits;
  }

  share(condition: (value: number) => boolean): Estimate {
    const p = this.hits(condition) / this.total;
    return { value: p, error: Math.sqrt((p * (1 - p)) / this.total) };
  }

  mean(): Estimate {
    const sorted = this.sorted();
    const value = sorted.reduce((sum, [x, count]) => sum + x * count, 0) / this.total;
    const squares = sorted.reduce((sum, [x, count]) => sum + (x - value) ** 2 * count, 0);
    return { value, error: this.total < 2 ? 0 : Math.sqrt(squares / (this.total - 1) / this.total) };
  }

  /** The tally of another figure that follows from this one. */
  map(of: (value: number) => number): Tally {
    const mapped = new Tally();
    for (const [value, count] of this.sorted()) mapped.add(of(value), count);
    return mapped;
  }

  /** Those repetitions only that satisfy the condition. */
  where(condition: (value: number) => boolean): Tally {
    const kept = new Tally();
    for (const [value, count] of this.counts) if (condition(value)) kept.add(value, count);
    return kept;
  }

  /** The smallest value that at least half of the repetitions do not exceed; NaN without repetitions. */
  median(): number {
    let below = 0;
    for (const [value, count] of this.sorted()) {
      below += count;
      if (2 * below >= this.total) return value;
    }
    return Number.NaN;
  }

  toJSON(): [number, number][] {
    return this.sorted();
  }

  private sorted(): [number, number][] {
    return [...this.counts].sort(([a], [b]) => a - b);
  }
}
