import type { ClassicBucket } from "./histogram.js";
import { checkedBuckets, sketchFromClassic } from "./histogram.js";
import { QuantileSketch } from "./sketch.js";

/** `count` values that lie in (low, high]; where in it is not known. */
export interface Cell {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Values of which quantiles can be told: a sketch, or the buckets of a classic Prometheus histogram. */
export type QuantileSource = QuantileSketch | readonly ClassicBucket[];

/**
 * What is certain about the values: the cells they lie in, ascending, without empty ones. The first bucket of a histogram
 * begins at 0 if its edge is positive. Throws StatsError on edges that do not ascend and counts that fall.
 */
export function cellsOf(source: QuantileSource): Cell[] {
  if (source instanceof QuantileSketch) return source.cells();
  const buckets = checkedBuckets(source);
  let before: ClassicBucket = { le: (buckets[0]?.le ?? 0) > 0 ? 0 : -Infinity, count: 0 };
  return buckets.flatMap((bucket) => {
    const cell = { low: before.le, high: bucket.le, count: bucket.count - before.count };
    before = bucket;
    return cell.count > 0 ? [cell] : [];
  });
}

/** The sketch of the source, for point estimates. */
export function sketchOf(source: QuantileSource): QuantileSketch {
  return source instanceof QuantileSketch ? source : sketchFromClassic(source);
}
