/** The ranks of a sample from 1, ties at their mean, and Σ(t³ − t) over the groups of ties. */
export interface Ranks {
  readonly ranks: readonly number[];
  readonly tieSum: number;
}

/** Mid-ranks. */
export function rank(xs: readonly number[]): Ranks {
  const order = xs.map((x, index) => ({ x, index })).sort((a, b) => a.x - b.x);
  const ranks = new Array<number>(xs.length).fill(0);
  let tieSum = 0;
  let start = 0;
  while (start < order.length) {
    const x = order[start]?.x;
    let end = start + 1;
    while (end < order.length && order[end]?.x === x) end += 1;
    const size = end - start;
    tieSum += size ** 3 - size;
    for (const { index } of order.slice(start, end)) ranks[index] = (start + 1 + end) / 2;
    start = end;
  }
  return { ranks, tieSum };
}

/** The median of a list that is not empty. */
export function median(xs: readonly number[]): number {
  const sorted = [...xs].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}
