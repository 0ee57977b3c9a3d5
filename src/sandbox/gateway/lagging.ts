import type { CancelTimer, Clock } from "../../base/clock.js";
import type { Random } from "../../base/random.js";
import type { Lag } from "./lag.js";
import { drawLag } from "./lag.js";

/**
 * Lets changes come into force after a lag. Of one key a newer change is never undone by an older one that takes
 * longer. A lag of 0 is at once.
 */
export class Lagging {
  private order = 0;
  /** Newest change in force, by key. */
  private readonly inForce = new Map<string, number>();
  /** Changes on their way, by key. */
  private readonly waiting = new Map<string, number>();
  private readonly timers = new Set<CancelTimer>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private lag: Lag,
  ) {}

  /** For changes from now on. */
  setLag(lag: Lag): void {
    this.lag = lag;
  }

  /** Changes that are not in force yet. */
  get pending(): number {
    return this.timers.size;
  }

  /** Lets a change of `key` come into force by calling `effect`. */
  change(key: string, effect: () => void): void {
    this.changeAfter(drawLag(this.lag, this.random), key, effect);
  }

  /** The same at once, whatever the lag. */
  changeNow(key: string, effect: () => void): void {
    this.changeAfter(0, key, effect);
  }

  /** Forgets what is on its way. */
  stop(): void {
    for (const cancel of this.timers) cancel();
    this.timers.clear();
  }

  private changeAfter(ms: number, key: string, effect: () => void): void {
    const order = ++this.order;
    this.waiting.set(key, (this.waiting.get(key) ?? 0) + 1);
    const run = (): void => {
      if ((this.inForce.get(key) ?? 0) < order) {
        this.inForce.set(key, order);
        effect();
      }
      this.settle(key);
    };
    if (ms <= 0) {
      run();
      return;
    }
    const cancel = this.clock.after(ms, () => {
      this.timers.delete(cancel);
      run();
    });
    this.timers.add(cancel);
  }

  /** Keys of which nothing is on its way need not be remembered. */
  private settle(key: string): void {
    const left = (this.waiting.get(key) ?? 1) - 1;
    if (left > 0) {
      this.waiting.set(key, left);
      return;
    }
    this.waiting.delete(key);
    this.inForce.delete(key);
  }
}
