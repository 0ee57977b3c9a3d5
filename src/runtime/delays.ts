import type { CancelTimer, Clock } from "../base/clock.js";
import type { QueueClass } from "./queueClass.js";
import { moreUrgent } from "./queueClass.js";

interface Delay {
  readonly due: number;
  readonly class: QueueClass;
  readonly cancel: CancelTimer;
}

/** Keys that come due later; each at most once. */
export class Delays<K extends string> {
  private readonly entries = new Map<K, Delay>();

  constructor(
    private readonly clock: Clock,
    private readonly onDue: (key: K, wanted: QueueClass) => void,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  /** Makes `key` due in `ms`. Of several calls the earliest time and the most urgent class win. */
  soonest(key: K, wanted: QueueClass, ms: number): void {
    const known = this.entries.get(key);
    const due = this.clock.monotonic() + ms;
    const urgent = known === undefined ? wanted : moreUrgent(known.class, wanted);
    if (known !== undefined && known.due <= due && urgent === known.class) return;
    this.set(key, urgent, known === undefined ? due : Math.min(known.due, due));
  }

  /** Makes `key` due in `ms`, whatever was said before. */
  replace(key: K, wanted: QueueClass, ms: number): void {
    this.set(key, wanted, this.clock.monotonic() + ms);
  }

  cancel(key: K): void {
    this.entries.get(key)?.cancel();
    this.entries.delete(key);
  }

  clear(): void {
    for (const entry of this.entries.values()) entry.cancel();
    this.entries.clear();
  }

  private set(key: K, wanted: QueueClass, due: number): void {
    this.cancel(key);
    const cancel = this.clock.after(Math.max(0, due - this.clock.monotonic()), () => {
      this.entries.delete(key);
      this.onDue(key, wanted);
    });
    this.entries.set(key, { due, class: wanted, cancel });
  }
}
