import { sleep, systemClock } from "../../src/base/clock.js";

/** Pause after each trial, milliseconds, in which status and Events of the last one are written. */
const rest = 40;

/**
 * Measures several contestants in turns, so that whatever else the machine does hits all alike. Who begins changes each
 * round, and the first rounds, which warm everybody up, are not told.
 */
export async function compete<C extends { forget(): void }>(
  contestants: readonly C[],
  rounds: number,
  round: (order: readonly C[], turn: number) => Promise<void>,
): Promise<void> {
  const warmUp = Math.max(5, Math.ceil(rounds / 10));
  for (let turn = 0; turn < warmUp + rounds; turn += 1) {
    const first = turn % contestants.length;
    const order = [...contestants.slice(first), ...contestants.slice(0, first)];
    if (turn === warmUp) for (const one of order) one.forget();
    await round(order, turn);
  }
}

/** Runs one trial and rests. Throws once `signal` aborts. */
export async function rested(run: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  await run();
  await sleep(systemClock, rest, signal);
  signal.throwIfAborted();
}
