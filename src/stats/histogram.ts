import { finite, nonNegative } from "./check.js";
import { StatsError } from "./errors.js";
import { QuantileSketch } from "./sketch.js";

/** A bucket of a classic Prometheus histogram: how many values are at most `le` (cumulative). */
export interface ClassicBucket {
  readonly le: number;
  readonly count: number;
}

/** One side of an exponential histogram: bucket `offset + i` holds (base^index, base^(index+1)] (OpenTelemetry). */
export interface ExponentialSide {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** An exponential (OpenTelemetry) or native (Prometheus) histogram; base = 2^(2^−scale). */
export interface ExponentialHistogram {
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive?: ExponentialSide;
  readonly negative?: ExponentialSide;
}

/** The values of a classic histogram, checked: edges ascending, counts not falling. */
export function checkedBuckets(buckets: readonly ClassicBucket[]): readonly ClassicBucket[] {
  let previous: ClassicBucket = { le: -Infinity, count: 0 };
  buckets.forEach((bucket, index) => {
    if (Number.isNaN(bucket.le) || bucket.le <= previous.le)
      throw new StatsError(`buckets[${index}].le`, bucket.le, "edges in ascending order");
    nonNegative(`buckets[${index}].count`, bucket.count);
    if (bucket.count < previous.count)
      throw new StatsError(`buckets[${index}].count`, bucket.count, "cumulative counts that do not fall");
    previous = bucket;
  });
  return buckets;
}

/**
 * A sketch of a classic Prometheus histogram: each bucket's count is spread evenly between its edges (from 0 for the
 * first if its edge is positive); what is beyond the last finite edge stands at that edge. Only the counts at the edges
 * are facts: for "p99 ≤ L" use an edge at L and `exceedances`.
 */
export function sketchFromClassic(
  buckets: readonly ClassicBucket[],
  options: { readonly relativeAccuracy?: number } = {},
): QuantileSketch {
  const sketch = new QuantileSketch(options);
  let before: ClassicBucket | undefined;
  for (const bucket of checkedBuckets(buckets)) {
    const count = bucket.count - (before?.count ?? 0);
    if (bucket.le === Infinity) sketch.add(before?.le ?? 0, count);
    else if (before === undefined && bucket.le <= 0) sketch.add(bucket.le, count);
    else spread(sketch, before?.le ?? 0, bucket.le, count);
    before = bucket;
  }
  return sketch;
}

/** Spreads a count evenly over (low, high], bin by bin. */
function spread(sketch: QuantileSketch, low: number, high: number, count: number): void {
  if (count === 0) return;
  if (low < 0 && high > 0) {
    const below = (count * -low) / (high - low);
    spread(sketch, low, 0, below);
    spread(sketch, 0, high, count - below);
    return;
  }
  const sign = high <= 0 ? -1 : 1;
  const [from, to] = sign > 0 ? [low, high] : [-high, -low];
  let left = count;
  let edge = to;
  // What is below a thousandth of the upper edge has no weight worth a bin of its own.
  const floor = Math.max(from, to / 1000);
  while (edge > floor) {
    const next = Math.max(floor, Math.min(sketch.binOf(edge).low, edge * (1 - 1e-9)));
    const share = (count * (edge - next)) / (to - from);
    sketch.add(sign * Math.sqrt(edge * next), share);
    left -= share;
    edge = next;
  }
  if (left > count * 1e-12) sketch.add(sign * floor, left);
}

/** A sketch of an exponential or native histogram: each bucket's count at the middle of its range in relative terms. */
export function sketchFromExponential(
  histogram: ExponentialHistogram,
  options: { readonly relativeAccuracy?: number } = {},
): QuantileSketch {
  const sketch = new QuantileSketch(options);
  const logBase = Math.LN2 * 2 ** -finite("scale", histogram.scale);
  sketch.add(0, nonNegative("zeroCount", histogram.zeroCount));
  const sides = [
    [1, histogram.positive],
    [-1, histogram.negative],
  ] as const;
  for (const [sign, side] of sides)
    side?.counts.forEach((count, i) => {
      const low = Math.exp(logBase * (side.offset + i));
      const high = Math.exp(logBase * (side.offset + i + 1));
      sketch.add((sign * 2 * low * high) / (low + high), nonNegative(`counts[${i}]`, count));
    });
  return sketch;
}

/**
 * How many values of a classic histogram lie above `limit`, exactly; `limit` must be an edge.
 * "p99 ≤ limit" is the same statement as "at most 1 % of requests exceed the limit".
 */
export function exceedances(buckets: readonly ClassicBucket[], limit: number): { n: number; bad: number } {
  const checked = checkedBuckets(buckets);
  const edge = checked.find(({ le }) => le === limit);
  const edges = checked.map(({ le }) => le).join(", ");
  if (edge === undefined) throw new StatsError("limit", limit, `an edge of the histogram (${edges})`);
  const n = checked.at(-1)?.count ?? 0;
  return { n, bad: n - edge.count };
}
