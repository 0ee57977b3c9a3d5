/**
 * Milliseconds of processor time that a piece of synchronous work takes: the least of up to `tries` goes, so that a busy
 * machine or a pause to collect garbage counts for nothing. It stops at the first go below `enough`.
 */
export function cost(work: () => unknown, enough: number, tries = 3): number {
  let least = Infinity;
  for (let go = 0; go < tries && least > enough; go += 1) {
    const before = process.cpuUsage();
    work();
    least = Math.min(least, process.cpuUsage(before).user / 1000);
  }
  return least;
}
