/** Which routemaps an object concerns, by text keys; an event costs O(routemaps concerned). */
export class ReverseIndex {
  private readonly keysOf = new Map<string, ReadonlySet<string>>();
  private readonly ownersOf = new Map<string, Set<string>>();

  /** Replaces the keys of one owner. */
  set(owner: string, keys: Iterable<string>): void {
    const wanted = new Set(keys);
    for (const key of this.keysOf.get(owner) ?? []) if (!wanted.has(key)) this.unlink(key, owner);
    for (const key of wanted) {
      const owners = this.ownersOf.get(key) ?? new Set<string>();
      owners.add(owner);
      this.ownersOf.set(key, owners);
    }
    if (wanted.size === 0) this.keysOf.delete(owner);
    else this.keysOf.set(owner, wanted);
  }

  /** Every owner of a key. */
  owners(key: string): ReadonlySet<string> {
    return this.ownersOf.get(key) ?? none;
  }

  private unlink(key: string, owner: string): void {
    const owners = this.ownersOf.get(key);
    owners?.delete(owner);
    if (owners?.size === 0) this.ownersOf.delete(key);
  }
}

const none: ReadonlySet<string> = new Set();
