import { at } from "../check.js";

/**
 * The exact null distribution of the rank sum of `m` of the given mid-ranks, doubled so that all are whole: the number of
 * subsets for each doubled sum, as probabilities. With ties it is the permutation distribution given those ties.
 * Source: Streitberg & Röhmel 1986 (shift algorithm).
 */
export function rankSumDistribution(midRanks: readonly number[], m: number): Float64Array {
  const doubled = midRanks.map((rank) => Math.round(2 * rank)).sort((a, b) => a - b);
  const most = doubled.slice(doubled.length - m).reduce((sum, r) => sum + r, 0);
  // rows[k][s]: probability weight of subsets of size k with sum s.
  const rows = Array.from({ length: m + 1 }, () => new Float64Array(most + 1));
  at(rows, 0)[0] = 1;
  let seen = 0;
  for (const r of doubled) {
    seen += 1;
    for (let k = Math.min(m, seen); k >= 1; k--) {
      const row = at(rows, k);
      const smaller = at(rows, k - 1);
      for (let s = most; s >= r; s--) row[s] = (row[s] ?? 0) + (smaller[s - r] ?? 0);
    }
  }
  const last = at(rows, m);
  const all = last.reduce((sum, w) => sum + w, 0);
  return last.map((w) => w / all);
}

/** Work of the exact distribution in steps. */
export function rankSumWork(m: number, n: number): number {
  const total = m + n;
  return total * m * total * (total + 1);
}
