import { at, sharesOf, whole } from "../check.js";
import { StatsError } from "../errors.js";
import { chiSquareCdf } from "../special/gamma.js";

/**
 * The p-value that the counts of a fixed total follow the shares, for one look. A count where the share is 0 gives 0;
 * without counts, or with one version, 1. Throws StatsError on shares that do not sum to 1. Source: Pearson 1900.
 */
export function srmChiSquare(counts: readonly number[], shares: readonly number[]): number {
  const expected = sharesOf("shares", shares);
  if (counts.length !== shares.length) throw new StatsError("counts.length", counts.length, `${shares.length} counts`);
  counts.forEach((count, index) => whole(`counts[${index}]`, count));
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (n === 0) return 1;
  let statistic = 0;
  let cells = 0;
  for (const [index, count] of counts.entries()) {
    const mean = n * at(expected, index);
    if (mean === 0 && count > 0) return 0;
    if (mean === 0) continue;
    cells += 1;
    statistic += (count - mean) ** 2 / mean;
  }
  return cells < 2 ? 1 : chiSquareCdf(cells - 1, statistic).sf;
}
