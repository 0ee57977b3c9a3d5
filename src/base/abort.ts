import type { Clock } from "./clock.js";

/** A signal that aborts with its parent or after a time, and the way to release both watches once they are not needed. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** True once the time, not the parent, aborted the signal. */
  expired(): boolean;
  release(): void;
}

/** A child of `parent` that also aborts after `ms` milliseconds. Always `release` it. */
export function withDeadline(clock: Clock, parent: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  let expired = false;
  const onParent = (): void => controller.abort(parent.reason);
  if (parent.aborted) onParent();
  parent.addEventListener("abort", onParent, { once: true });
  const cancel = clock.after(ms, () => {
    expired = true;
    controller.abort();
  });
  return {
    signal: controller.signal,
    expired: () => expired,
    release() {
      cancel();
      parent.removeEventListener("abort", onParent);
    },
  };
}
