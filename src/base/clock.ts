import { setTimeout as startTimer, clearTimeout as stopTimer } from "node:timers";

/** Cancels a timer; calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/**
 * The only source of time in the program.
 *
 * `now` is wall time in milliseconds since the epoch and may jump; `monotonic` is milliseconds since an arbitrary
 * start, never goes back and goes on while the process is stopped. Durations are measured on `monotonic`.
 */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Calls `run` once after `ms` milliseconds. */
  after(ms: number, run: () => void): CancelTimer;
}

const longestTimer = 2 ** 31 - 1;

/** The clock of the machine. Its timers keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  after(ms, run) {
    const timer = startTimer(run, Math.min(Math.max(ms, 0), longestTimer));
    return () => stopTimer(timer);
  },
};

/** Resolves after `ms` milliseconds, or at once when `signal` aborts; it never rejects, so check the signal after it. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener("abort", done, { once: true });
  });
}
