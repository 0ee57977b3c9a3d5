/**
 * The order of a merged list: what both have in the order of the applied list; what only the live list has stays
 * before the next common item that it stood before, and before new items of the applied list at the same place.
 */
export function mergedOrder(live: readonly string[], applied: readonly string[]): readonly string[] {
  const inLive = new Set(live);
  const inApplied = new Set(applied);
  const shared = applied.filter((step) => inLive.has(step));
  const merged = new Set<string>();
  let liveAt = 0;
  let appliedAt = 0;
  let sharedAt = 0;
  while (liveAt < live.length || appliedAt < applied.length) {
    const ours = applied[appliedAt];
    const theirs = live[liveAt];
    if (theirs !== undefined && theirs === ours) {
      merged.add(theirs);
      liveAt++;
      appliedAt++;
      sharedAt++;
      continue;
    }
    if (theirs !== undefined && !inApplied.has(theirs)) {
      merged.add(theirs);
      liveAt++;
      continue;
    }
    const next = shared[sharedAt];
    // A common item whose turn has not come: it is placed where the applied list has it.
    const waits = theirs !== undefined && ours !== undefined && next !== undefined && next !== theirs;
    if (waits || (theirs !== undefined && merged.has(theirs))) {
      liveAt++;
      if (waits) continue;
    }
    if (ours === undefined) continue;
    merged.add(ours);
    appliedAt++;
    if (ours === next) sharedAt++;
  }
  return [...merged];
}
