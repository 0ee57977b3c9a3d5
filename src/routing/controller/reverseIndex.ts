import { MultiMap } from "../../base/multiMap.js";

/** Which routemaps an object concerns, by text keys; an event costs O(routemaps concerned). */
export class ReverseIndex {
  private readonly keysOf = new Map<string, readonly string[]>();
  private readonly ownersOf = new MultiMap();

  /** Replaces the keys of one owner. */
  set(owner: string, keys: Iterable<string>): void {
    const wanted = new Set(keys);
    const before = this.keysOf.get(owner) ?? [];
    // Nearly every look finds the same keys; those that are known are kept, so that each is in memory once.
    if (before.length === wanted.size && before.every((key) => wanted.has(key))) return;
    for (const key of before) if (!wanted.has(key)) this.ownersOf.delete(key, owner);
    for (const key of wanted) this.ownersOf.add(key, owner);
    if (wanted.size === 0) this.keysOf.delete(owner);
    else this.keysOf.set(owner, [...wanted]);
  }

  /** Every owner of a key. */
  owners(key: string): readonly string[] {
    return this.ownersOf.find(key);
  }
}
