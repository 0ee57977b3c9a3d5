import type { CancelTimer, Clock } from "../../src/base/clock.js";

/** The first time of each of several things, monotonic milliseconds. */
export class Moments<K extends string> {
  /** Resolves once all have been noted; rejects where that takes longer than the patience. */
  readonly all: Promise<void>;
  private readonly times = new Map<K, number>();
  private resolve: () => void = () => undefined;

  /** `patience` is milliseconds from now; `describe` is for the error. */
  constructor(
    clock: Clock,
    private readonly keys: readonly K[],
    patience: number,
    describe: string,
  ) {
    this.all = new Promise((resolve, reject) => {
      const cancel: CancelTimer = clock.after(patience, () => {
        const missing = keys.filter((key) => !this.times.has(key)).join(", ");
        reject(new Error(`${describe}: waited ${patience} ms in vain for: ${missing}`));
      });
      this.resolve = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Takes a time; only the first of a key counts. */
  note(key: K, at: number): void {
    if (this.times.has(key)) return;
    this.times.set(key, at);
    if (this.keys.every((other) => this.times.has(other))) this.resolve();
  }

  /** Throws where it has not been noted. */
  at(key: K): number {
    const time = this.times.get(key);
    if (time === undefined) throw new RangeError(`${key} was not noted`);
    return time;
  }
}
