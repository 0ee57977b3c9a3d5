import { setMaxListeners } from "node:events";

import { sleep, systemClock } from "../../../src/base/clock.js";
import { describeError } from "../../../src/base/errors.js";

/** How long to wait, and for what: the words stand in the error. */
export interface WaitOptions {
  readonly describe: string;
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}
const never = new AbortController().signal;
// As many waits as there are listen to it at once.
setMaxListeners(0, never);

/**
 * Calls `probe` every 25 ms, unless told, until it returns something other than `undefined` or `false`, and returns that.
 * A probe that throws counts as "not yet"; its last error stands in the message when the time (10 s) is over.
 */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  options: WaitOptions,
): Promise<Exclude<T, undefined | false>> {
  const { timeoutMs = 10_000, intervalMs = 25, describe } = options;
  const end = systemClock.monotonic() + timeoutMs;
  for (;;) {
    const { found, problem } = await attempt(probe);
    if (isThere(found)) return found;
    if (systemClock.monotonic() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${describe}${problem}`);
    await sleep(systemClock, intervalMs, never);
  }
}

async function attempt<T>(probe: () => T | Promise<T>): Promise<{ readonly found?: T; readonly problem: string }> {
  try {
    return { found: await probe(), problem: "" };
  } catch (thrown) {
    return { problem: `: ${describeError(thrown)}` };
  }
}

function isThere<T>(found: T | undefined): found is Exclude<T, undefined | false> {
  return found !== undefined && found !== false;
}
