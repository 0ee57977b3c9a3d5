/** Buckets per doubling: a value is known to about 2 %. */
const perDoubling = 32;
const doublings = 32;
/** Smallest value that is told from 0, in the unit of the values. */
const least = 0.01;

/** Counts values in buckets that grow with the value: fixed memory, quantiles to about 2 %. */
export class Histogram {
  private readonly counts = new Uint32Array(perDoubling * doublings);
  private count = 0;
  private largest = 0;

  /** Adds a value of 0 or more. */
  add(value: number): void {
    const index = Math.floor(Math.log2(Math.max(value, least) / least) * perDoubling);
    const bucket = Math.min(index, this.counts.length - 1);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.count += 1;
    this.largest = Math.max(this.largest, value);
  }

  get max(): number {
    return this.largest;
  }

  /** The value that at least `share` of the values do not exceed, by nearest rank; 0 if there are none. */
  quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (const [bucket, count] of this.counts.entries()) {
      seen += count;
      if (seen >= rank) return Math.min(this.largest, least * 2 ** ((bucket + 1) / perDoubling));
    }
    return this.largest;
  }
}
