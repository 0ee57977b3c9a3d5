import type { CancelTimer, Clock } from "../../src/base/clock.js";

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to move. */
export class FakeClock implements Clock {
  private time = 0;
  private offset: number;
  private order = 0;
  private readonly timers = new Set<Timer>();

  constructor(wallStart = Date.UTC(2030, 0, 1)) {
    this.offset = wallStart;
  }

  now(): number {
    return this.offset + this.time;
  }

  monotonic(): number {
    return this.time;
  }

  after(ms: number, run: () => void): CancelTimer {
    const timer: Timer = { due: this.time + Math.max(ms, 0), order: this.order++, run };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  }

  /** Sets wall time without moving monotonic time. */
  setWall(ms: number): void {
    this.offset = ms - this.time;
  }

  /** Number of timers that wait. */
  get pending(): number {
    return this.timers.size;
  }

  /** Moves time by `ms`, firing timers in order and letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const next = this.next(end);
      if (next === undefined) break;
      this.timers.delete(next);
      this.time = Math.max(this.time, next.due);
      next.run();
      await settle();
    }
    this.time = end;
    await settle();
  }

  private next(end: number): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.due > end) continue;
      if (best === undefined || timer.due < best.due || (timer.due === best.due && timer.order < best.order))
        best = timer;
    }
    return best;
  }
}

/** Lets everything that is ready to run, run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
