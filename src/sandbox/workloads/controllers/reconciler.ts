import { setMaxListeners } from "node:events";

import type { BackoffBounds } from "../../../base/backoff.js";
import { backoffDelay } from "../../../base/backoff.js";
import type { CancelTimer, Clock } from "../../../base/clock.js";
import { sleep } from "../../../base/clock.js";
import type { Random } from "../../../base/random.js";
import type { Result } from "../../../base/result.js";
import { ok } from "../../../base/result.js";
import type { Api } from "../../../kube/api.js";
import type { ApiError } from "../../../kube/apiError.js";
import { Serial } from "../serial.js";
import type { Mirror } from "./mirror.js";

/** What the workload controllers need of the API. */
export type WorkloadApi = Pick<Api, "list" | "watch" | "get" | "create" | "update" | "jsonPatch" | "delete">;

/** What became of looking at one object: when to look again without a change, milliseconds. */
export interface Reconciled {
  readonly again?: number;
}

/** One controller: looks at an object of its kind, by uid, and does what is to be done next about it. */
export type Reconcile = (uid: string, signal: AbortSignal) => Promise<Result<Reconciled, ApiError>>;

/** Nothing more to do until something changes. */
export const settled: Result<Reconciled, ApiError> = ok({});

const backoff: BackoffBounds = { first: 20, cap: 2_000, jitter: 0.2 };

/**
 * Runs a controller: one object at a time and each again after every change, after a failure, and when it asked for it.
 * Nothing is looked at before every mirror it reads has been filled.
 */
export class Reconciler {
  private readonly serial = new Serial();
  private readonly timers = new Map<string, CancelTimer>();
  private readonly stopped = new AbortController();
  private readonly early = new Set<string>();
  /** Failures in a row. */
  private readonly failures = new Map<string, number>();
  private isFilled = false;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly reconcile: Reconcile,
  ) {
    // As many requests as there are objects listen to it at once.
    setMaxListeners(0, this.stopped.signal);
  }

  /** Begins once all of these are filled. */
  async start(mirrors: readonly Mirror[]): Promise<void> {
    await Promise.all(mirrors.map(({ listed }) => listed));
    this.isFilled = true;
    for (const uid of this.early) this.wake(uid);
    this.early.clear();
  }

  /** Looks at an object, now or after the look that is under way. */
  wake(uid: string): void {
    if (this.isFilled) this.serial.run(uid, () => this.look(uid));
    else this.early.add(uid);
  }

  /** Ends, and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopped.abort();
    for (const cancel of this.timers.values()) cancel();
    await this.serial.idle();
  }

  private async look(uid: string): Promise<void> {
    const { signal } = this.stopped;
    if (this.isStopped()) return;
    this.timers.get(uid)?.();
    this.timers.delete(uid);
    const outcome = await this.reconcile(uid, signal);
    if (!outcome.ok) {
      const failures = (this.failures.get(uid) ?? 0) + 1;
      this.failures.set(uid, failures);
      await sleep(this.clock, backoffDelay(backoff, failures, this.random), signal);
      if (!this.isStopped()) this.wake(uid);
      return;
    }
    this.failures.delete(uid);
    const { again } = outcome.value;
    if (again === undefined || this.isStopped()) return;
    this.timers.set(
      uid,
      this.clock.after(again, () => this.wake(uid)),
    );
  }

  private isStopped(): boolean {
    return this.stopped.signal.aborted;
  }
}
