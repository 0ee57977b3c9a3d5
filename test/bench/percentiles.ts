/** Two percentiles of a sample, and its size; the values have the unit of the sample. */
export interface Summary {
  readonly samples: number;
  readonly p50: number;
  readonly p99: number;
}

/** Percentiles by nearest rank (of 200 samples the 99th percentile is the 198th smallest). Throws on an empty sample. */
export function summarise(sample: readonly number[]): Summary {
  return { samples: sample.length, p50: percentile(sample, 0.5), p99: percentile(sample, 0.99) };
}

/** The smallest value of the sample that at least `share` of it do not exceed. */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("a percentile of no samples");
  return value;
}

/** A number as it stands in a table: two decimals below 10, one below 100, else none. */
export function figure(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
