import type { Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import type { PublishedStatus, RoutemapEntry } from "./entry.js";

/** As long as others are busy a status waits, but no longer than this, milliseconds. */
const patience = 5000;
/** Pause between two looks for statuses whose time has come, milliseconds, and how many are written at once. */
const pause = 50;
const width = 8;

interface Owed {
  readonly entry: RoutemapEntry;
  readonly status: PublishedStatus;
  /** Monotonic times: since when this routemap's status has been owed, and before which it must not be written. */
  readonly since: number;
  readonly notBefore: number;
}

/** Writes a status; what fails is the writer's to mend. */
export type WriteStatus = (entry: RoutemapEntry, status: PublishedStatus, signal: AbortSignal) => Promise<void>;

/** The statuses that have to wait, the newest of each routemap. */
export class OwedStatuses {
  private readonly owed = new Map<string, Owed>();
  private wake: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly isBusy: () => boolean,
    private readonly write: WriteStatus,
  ) {}

  /** Takes the place of what was owed for the routemap before. `notBefore`: monotonic. */
  put(entry: RoutemapEntry, status: PublishedStatus, notBefore: number): void {
    const since = this.owed.get(entry.uid)?.since ?? this.clock.monotonic();
    this.owed.set(entry.uid, { entry, status, since, notBefore });
    this.wake();
  }

  /** Forgets what is owed for a routemap: it is written, or as it should be. */
  drop(uid: string): void {
    this.owed.delete(uid);
  }

  /** Writes each when its time has come, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.owed.size === 0) await this.woken(signal);
      else await sleep(this.clock, pause, signal);
      await this.flush(signal);
    }
  }

  private async flush(signal: AbortSignal): Promise<void> {
    for (;;) {
      const due = this.due();
      if (due.length === 0 || signal.aborted) return;
      await Promise.all(due.map(({ entry, status }) => this.write(entry, status, signal)));
    }
  }

  private due(): readonly Owed[] {
    const now = this.clock.monotonic();
    const busy = this.isBusy();
    const due: Owed[] = [];
    for (const owed of this.owed.values()) {
      // The longest owed comes first: while others are busy, all after this one have to wait, too.
      if (due.length === width || (busy && now - owed.since < patience)) break;
      if (now >= owed.notBefore) due.push(owed);
    }
    return due;
  }

  private woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener("abort", done);
        this.wake = () => undefined;
        resolve();
      };
      this.wake = done;
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
