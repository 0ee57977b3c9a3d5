import { at } from "../check.js";
import { gaussLegendre } from "../special/gaussLegendre.js";

/** Writes the values of several integrands at `u`, each times `weight`, onto `sums`. */
export type Integrands = (u: number, weight: number, sums: Float64Array) => void;

const { nodes, weights } = gaussLegendre(16);

/**
 * The integrals of several functions at once between the first and last of `marks` (ascending), halving each panel until
 * both halves agree with the whole to `tolerance` of each integral's size. Deterministic.
 */
export function integrateAll(f: Integrands, count: number, marks: readonly number[], tolerance: number): Float64Array {
  const panels = marks.slice(1).map((high, index) => panel(f, count, at(marks, index), high));
  const scales = new Float64Array(count);
  for (const { sums } of panels) sums.forEach((sum, k) => (scales[k] = (scales[k] ?? 0) + Math.abs(sum)));
  const totals = new Float64Array(count);
  for (const first of panels) refine(f, first, { scales, tolerance, totals, left: mostHalvings }, 0);
  return totals;
}

interface Panel {
  readonly low: number;
  readonly high: number;
  readonly sums: Float64Array;
}

function panel(f: Integrands, count: number, low: number, high: number): Panel {
  const sums = new Float64Array(count);
  const half = (high - low) / 2;
  const middle = (high + low) / 2;
  nodes.forEach((node, index) => f(middle + half * node, half * at(weights, index), sums));
  return { low, high, sums };
}

/** What is known on the way down one panel; `left` counts the halvings that may still be made. */
interface Progress {
  readonly scales: Float64Array;
  readonly tolerance: number;
  readonly totals: Float64Array;
  left: number;
}

/** A bell of a billionth of the width takes a hundred; where rounding alone keeps halves apart, more are of no use. */
const mostHalvings = 1000;

function refine(f: Integrands, whole: Panel, progress: Progress, depth: number): void {
  const { scales, tolerance, totals } = progress;
  const middle = (whole.low + whole.high) / 2;
  const left = panel(f, scales.length, whole.low, middle);
  const right = panel(f, scales.length, middle, whole.high);
  const agrees = whole.sums.every((sum, k) => {
    const finer = at(left.sums, k) + at(right.sums, k);
    return Math.abs(sum - finer) <= tolerance * Math.max(at(scales, k), finer) + 1e-300;
  });
  progress.left -= 1;
  if (agrees || depth >= 40 || progress.left <= 0) {
    for (const { sums } of [left, right]) sums.forEach((sum, k) => (totals[k] = (totals[k] ?? 0) + sum));
    return;
  }
  refine(f, left, progress, depth + 1);
  refine(f, right, progress, depth + 1);
}
