/** Gives a lock back; calling it again does nothing. */
export type Unlock = () => void;

/**
 * Serialises uses and releases of held objects by uid (docs/rules.md, "A release is a vote"): any number of route
 * writes may use an object at once, a release needs it alone. Nothing waits: who does not get the lock tries later.
 */
export class UidLocks {
  private readonly uses = new Map<string, number>();
  private readonly releasing = new Set<string>();

  /** For a claim, and for a route write from before its live reads until its reply. */
  use(uids: readonly string[]): Unlock | undefined {
    if (uids.some((uid) => this.releasing.has(uid))) return undefined;
    for (const uid of uids) this.uses.set(uid, (this.uses.get(uid) ?? 0) + 1);
    return once(() => {
      for (const uid of uids) {
        const left = (this.uses.get(uid) ?? 1) - 1;
        if (left > 0) this.uses.set(uid, left);
        else this.uses.delete(uid);
      }
    });
  }

  /** For a release, from before its live reads until its reply. */
  release(uid: string): Unlock | undefined {
    if (this.releasing.has(uid) || this.uses.has(uid)) return undefined;
    this.releasing.add(uid);
    return once(() => this.releasing.delete(uid));
  }
}

function once(run: () => void): Unlock {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}
