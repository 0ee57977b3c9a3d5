import type { Observable } from "rxjs";
import { BehaviorSubject } from "rxjs";

import { withDeadline } from "../base/abort.js";
import type { CancelTimer, Clock } from "../base/clock.js";
import { sleep } from "../base/clock.js";
import type { Random } from "../base/random.js";
import type { Result } from "../base/result.js";
import type { ApiError } from "../kube/apiError.js";
import { isConflict, isNotFound, isOutcomeUnknown } from "../kube/apiError.js";
import type { LeaseRecord, LeaseStore } from "../kube/leases.js";
import type { Leadership, LeaseTimes } from "./leadership.js";
import { leaseTimes } from "./leadership.js";
import { LeaseView } from "./leaseView.js";

/** What an election needs. */
export interface ElectionOptions {
  readonly store: LeaseStore;
  /** Unique to this process, not only to its Pod: a restarted container is somebody else. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly times?: LeaseTimes;
  /** Told of every failed request. */
  readonly onError?: (error: ApiError) => void;
}

/** How long giving the lease back may take, milliseconds. */
const releaseTimeout = 1_500;

/**
 * Leader election over one Lease (coordination.k8s.io/v1), with a fence: `writeGate` refuses writes as soon as the last
 * successful renewal *started* `renewDeadline` ago, whether or not a timer had a chance to fire. So a process that was
 * stopped and continued writes nothing, and a standby, who waits longer than that, never meets a leader that writes.
 */
export class LeaderElection {
  private readonly state: BehaviorSubject<Leadership>;
  private readonly times: LeaseTimes;
  private readonly view: LeaseView;
  private readonly given = new AbortController();
  /** Start of the last renewal that succeeded; undefined while not leading. */
  private renewed: number | undefined;
  private cancelExpiry: CancelTimer = () => undefined;
  /** True while the reply to a write is outstanding or lost: the lease may be ours without our knowing. */
  private uncertain = false;

  constructor(private readonly options: ElectionOptions) {
    this.state = new BehaviorSubject<Leadership>({ state: "standby" });
    this.times = options.times ?? leaseTimes;
    this.view = new LeaseView(options.clock, options.identity, this.times.lease);
  }

  /** The present state and every change; ends with `lost` or `released`. */
  get leadership$(): Observable<Leadership> {
    return this.state.asObservable();
  }

  /** Why nothing may be written now, or undefined. Synchronous: ask right before the first byte. */
  readonly writeGate = (): string | undefined => {
    if (this.renewed === undefined) return "this process is not the leader";
    const age = this.options.clock.monotonic() - this.renewed;
    return age < this.times.renewDeadline ? undefined : `the lease was last renewed ${Math.round(age)} ms ago`;
  };

  /**
   * Takes part until `signal` aborts, then gives the lease back so that a standby need not wait; or until leadership
   * is lost. Resolves with the final state. Stop all writing before the abort: the lease goes at once.
   */
  async run(signal: AbortSignal): Promise<Leadership> {
    const onAbort = (): void => this.given.abort();
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    while (!this.given.signal.aborted) {
      await this.attempt();
      await sleep(this.options.clock, this.pause(), this.given.signal);
    }
    signal.removeEventListener("abort", onAbort);
    if (this.state.value.state !== "lost") await this.release();
    this.state.complete();
    return this.state.value;
  }

  private pause(): number {
    const { retry } = this.times;
    return this.renewed === undefined ? retry * (0.8 + 0.2 * this.options.random.next()) : retry;
  }

  private async attempt(): Promise<void> {
    const limit = withDeadline(this.options.clock, this.given.signal, this.times.request);
    const failed = await this.renew(limit.signal);
    limit.release();
    if (failed !== undefined && !this.given.signal.aborted) this.options.onError?.(failed);
  }

  /** One try to take or keep the lease: straight from what we hold, or after a look at who has it. */
  private async renew(signal: AbortSignal): Promise<ApiError | undefined> {
    if (this.renewed !== undefined) {
      const stopped = this.writeGate();
      if (stopped !== undefined) {
        this.lose(stopped);
        return undefined;
      }
      const outcome = await this.write("update", signal);
      if (outcome === undefined || !(isConflict(outcome) || isNotFound(outcome))) return outcome;
    }
    const read = await this.options.store.read(signal);
    if (read.ok) this.view.observe(read.value);
    else if (!isNotFound(read.error)) return read.error;
    if (this.given.signal.aborted) return undefined;
    const holder = this.view.holder();
    if (holder !== undefined) {
      if (this.renewed !== undefined) this.lose(`${holder} holds the lease`);
      return undefined;
    }
    const outcome = await this.write(read.ok ? "update" : "create", signal);
    return outcome !== undefined && isConflict(outcome) ? undefined : outcome;
  }

  private async write(verb: "create" | "update", signal: AbortSignal): Promise<ApiError | undefined> {
    const before = this.view.record;
    const start = this.options.clock.monotonic();
    const ours = this.view.ours();
    this.uncertain = true;
    const written: Result<LeaseRecord, ApiError> =
      verb === "update"
        ? await this.options.store.update(ours, signal)
        : await this.options.store.create({ ...ours, resourceVersion: "" }, signal);
    this.uncertain = !written.ok && isOutcomeUnknown(written.error);
    if (!written.ok) return written.error;
    this.view.observe(written.value);
    if (this.state.value.state !== "lost") this.hold(start, before !== undefined);
    return undefined;
  }

  private hold(start: number, predecessor: boolean): void {
    const { clock } = this.options;
    const first = this.renewed === undefined;
    const left = start + this.times.renewDeadline - clock.monotonic();
    if (first && left <= 0) return;
    this.renewed = start;
    this.cancelExpiry();
    this.cancelExpiry = clock.after(left, () => {
      const age = Math.round(clock.monotonic() - start);
      this.lose(`the lease could not be renewed for ${age} ms`);
    });
    const term = this.view.record?.leaseTransitions ?? 0;
    if (first) this.state.next({ state: "leader", since: clock.monotonic(), term, predecessor });
  }

  private lose(reason: string): void {
    this.renewed = undefined;
    this.cancelExpiry();
    this.state.next({ state: "lost", reason });
    this.given.abort();
  }

  private async release(): Promise<void> {
    this.renewed = undefined;
    this.cancelExpiry();
    const { clock, store, onError } = this.options;
    const limit = withDeadline(clock, new AbortController().signal, releaseTimeout);
    for (let tries = 0; tries < 3; tries++) {
      if (this.uncertain) {
        const read = await store.read(limit.signal);
        if (!read.ok) break;
        this.view.observe(read.value);
      }
      const record = this.view.released();
      if (record === undefined) break;
      const written = await store.update(record, limit.signal);
      if (written.ok) break;
      this.uncertain = true;
      if (!isConflict(written.error)) onError?.(written.error);
    }
    limit.release();
    this.state.next({ state: "released" });
  }
}
