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
  for (const first of panels) refine(f, first, scales, tolerance, 0, totals);
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

function refine(
  f: Integrands,
  whole: Panel,
  scales: Float64Array,
  tolerance: number,
  depth: number,
  totals: Float64Array,
): void {
  const middle = (whole.low + whole.high) / 2;
  const left = panel(f, scales.length, whole.low, middle);
  const right = panel(f, scales.length, middle, whole.high);
  const agrees = whole.sums.every((sum, k) => {
    const finer = at(left.sums, k) + at(right.sums, k);
    return Math.abs(sum - finer) <= tolerance * Math.max(at(scales, k), finer) + 1e-300;
  });
  if (agrees || depth >= 40) {
    for (const { sums } of [left, right]) sums.forEach((sum, k) => (totals[k] = (totals[k] ?? 0) + sum));
    return;
  }
  refine(f, left, scales, tolerance, depth + 1, totals);
  refine(f, right, scales, tolerance, depth + 1, totals);
}
