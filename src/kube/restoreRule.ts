const apart = 60_000;

/**
 * Tells a stale API server from an etcd that was restored from a backup. Both answer a list with a resourceVersion
 * below one we have seen. A stale server catches up; so a lower list is refused until another one, at least 60 s after
 * the first and with none at our level between them, is still lower.
 */
export class RestoreRule {
  private lowSince: number | undefined;

  /** Judges a list's version against the highest we have seen. `now` is monotonic, milliseconds. */
  judge(listed: bigint, seen: bigint | undefined, now: number): "current" | "stale" | "restored" {
    if (seen === undefined || listed >= seen) {
      this.lowSince = undefined;
      return "current";
    }
    this.lowSince ??= now;
    return now - this.lowSince >= apart ? "restored" : "stale";
  }

  /** Forgets a suspicion: the lower list was accepted, or the server has gone beyond what we have seen. */
  clear(): void {
    this.lowSince = undefined;
  }
}
