import type { Sighting } from "../memory.js";
import type { Verdict } from "./verdict.js";

/**
 * Epoch milliseconds since which an answer is taken to be stable, on the API server's clock; a raise waits `minStable`
 * from there (docs/rules.md, "Damping").
 *
 * That is the latest of the transition times of the conditions used and of the first sight of this answer about these
 * generations. What the initial list showed was there before us: for it the transition times alone count. A transition
 * in the future comes from a skewed clock and counts as the moment we first saw the answer. An answer that was never
 * sighted before is new now.
 */
export function stableSince(
  verdicts: readonly Verdict[],
  sighting: Pick<Sighting, "since" | "initial"> | undefined,
  now: number,
): number {
  const firstSight = Math.min(sighting?.since ?? now, now);
  const transitions = verdicts.flatMap((verdict) => verdict.since ?? []);
  const trusted = transitions.map((since) => (since > now ? firstSight : since));
  return sighting?.initial === true ? Math.max(0, ...trusted) : Math.max(firstSight, ...trusted);
}
