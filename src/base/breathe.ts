import { setImmediate as afterEvents } from "node:timers";

/** Resolves after the event loop had a turn, so that long work lets timers and sockets in. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    afterEvents(resolve);
  });
}
