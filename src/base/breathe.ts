import { setImmediate as afterEvents } from "node:timers";

import type { Clock } from "./clock.js";

/** Resolves after the event loop had a turn, so that long work lets timers and sockets in. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    afterEvents(resolve);
  });
}

/** How long work without I/O may keep the event loop, milliseconds: leases are renewed and deletions read in between. */
const loopBudget = 10;

/** Lets the event loop have a turn whenever the work since the last one has taken 10 ms; ask between small pieces. */
export class Breath {
  private since: number;

  constructor(private readonly clock: Pick<Clock, "monotonic">) {
    this.since = clock.monotonic();
  }

  /** Resolves at once while there is time left. */
  async draw(): Promise<void> {
    if (this.clock.monotonic() - this.since < loopBudget) return;
    await breathe();
    this.since = this.clock.monotonic();
  }
}
