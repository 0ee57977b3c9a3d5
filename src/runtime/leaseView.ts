import type { Clock } from "../base/clock.js";
import type { LeaseRecord } from "../kube/leases.js";

/** A foreign lease may ask for more time than ours, but not for more than this, milliseconds. */
const longestLease = 60_000;

/**
 * What one process has seen of a lease. Whether another's lease has run out is judged by our own clock since we last
 * saw the record change; the times inside the record are of a clock we do not know.
 */
export class LeaseView {
  private seen: { readonly record: LeaseRecord; readonly at: number } | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly identity: string,
    private readonly lease: number,
  ) {}

  get record(): LeaseRecord | undefined {
    return this.seen?.record;
  }

  observe(record: LeaseRecord): void {
    if (this.seen?.record.resourceVersion !== record.resourceVersion)
      this.seen = { record, at: this.clock.monotonic() };
  }

  /** Who holds it by all we know, or undefined where it is ours, released or run out. */
  holder(): string | undefined {
    if (this.seen === undefined) return undefined;
    const { record, at } = this.seen;
    if (record.holderIdentity === "" || record.holderIdentity === this.identity) return undefined;
    const lease = Math.max(this.lease, Math.min(record.leaseDurationSeconds * 1000, longestLease));
    return this.clock.monotonic() - at < lease ? record.holderIdentity : undefined;
  }

  /** The record that makes or keeps us the holder. */
  ours(): LeaseRecord {
    const known = this.seen?.record;
    const now = microTime(this.clock.now());
    const kept = known?.holderIdentity === this.identity;
    return {
      holderIdentity: this.identity,
      leaseDurationSeconds: Math.ceil(this.lease / 1000),
      acquireTime: kept ? known.acquireTime : now,
      renewTime: now,
      leaseTransitions: (known?.leaseTransitions ?? 0) + (kept || known === undefined ? 0 : 1),
      resourceVersion: known?.resourceVersion ?? "",
    };
  }

  /** The record that gives the lease back, or undefined where it is not ours. */
  released(): LeaseRecord | undefined {
    const known = this.seen?.record;
    if (known?.holderIdentity !== this.identity) return undefined;
    return { ...known, holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime(this.clock.now()) };
  }
}

/** Kubernetes' MicroTime: RFC 3339 with exactly six digits of a second. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
