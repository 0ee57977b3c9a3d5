import type { CancelTimer, Clock } from "../base/clock.js";
import { describeError } from "../base/errors.js";
import type { Api, Selection, WatchEvent, WatchOptions } from "./api.js";
import type { ApiError } from "./apiError.js";
import { isGone } from "./apiError.js";

/** How one attempt of a reflector ended. */
export type Ending =
  /** A list was taken over. */
  | { readonly kind: "listed" }
  /** The server closed the watch in order. */
  | { readonly kind: "closed" }
  /** Neither data nor a bookmark came for too long. */
  | { readonly kind: "silent" }
  /** Events were lost: 410, or an old event that we never saw. List again. */
  | { readonly kind: "expired"; readonly message: string }
  /** The server does not send initial events. */
  | { readonly kind: "unsupported" }
  /** The server answered with an older state than one we have seen. */
  | { readonly kind: "stale"; readonly message: string }
  /** The older state is the true one now (etcd was restored). List again and take it. */
  | { readonly kind: "restored" }
  | { readonly kind: "failed"; readonly error: ApiError }
  /** Something threw; a bug, but none that may end the watch. */
  | { readonly kind: "crashed"; readonly message: string };

/** The ending that a failed request means. */
export function endingOf(error: ApiError): Ending {
  return isGone(error) ? { kind: "expired", message: error.message } : { kind: "failed", error };
}

/** One watch request with its watchdog: whatever ends it first decides how it ended. */
export class WatchRun {
  private readonly controller = new AbortController();
  private ending: Ending | undefined;
  private lastData: number;
  private renewAt = Number.POSITIVE_INFINITY;

  /** `silence`: milliseconds without data after which the watch is given up. */
  constructor(
    private readonly clock: Clock,
    private readonly parent: AbortSignal,
    private silence: number,
  ) {
    this.lastData = clock.monotonic();
  }

  /** Aborts when the run has ended, in whatever way. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** From now on it may be silent for `silence`; after `lifetime` it ends as though the server had closed it. */
  settle(silence: number, lifetime: number): void {
    this.silence = silence;
    this.renewAt = this.clock.monotonic() + lifetime;
  }

  /** Ends the run; only the first call counts. */
  end(ending: Ending): void {
    this.ending ??= ending;
    this.controller.abort();
  }

  /** Runs the watch to its end. ERROR events end it; what `onEvent` throws does too. */
  async open(
    api: Api,
    selection: Selection,
    options: WatchOptions,
    onEvent: (event: WatchEvent) => void,
  ): Promise<Ending> {
    const abort = (): void => this.controller.abort();
    this.parent.addEventListener("abort", abort, { once: true });
    if (this.parent.aborted) abort();
    const stopWatchdog = this.startWatchdog();
    try {
      const error = await api.watch(selection, options, (event) => this.receive(event, onEvent), this.signal);
      this.end(error === undefined ? { kind: "closed" } : endingOf(error));
    } catch (thrown) {
      this.end({ kind: "crashed", message: describeError(thrown) });
    }
    stopWatchdog();
    this.parent.removeEventListener("abort", abort);
    return this.ending ?? { kind: "closed" };
  }

  private receive(event: WatchEvent, onEvent: (event: WatchEvent) => void): void {
    if (this.signal.aborted) return;
    this.lastData = this.clock.monotonic();
    if (event.type === "ERROR") {
      this.end(endingOf(event.error));
      return;
    }
    try {
      onEvent(event);
    } catch (thrown) {
      this.end({ kind: "crashed", message: describeError(thrown) });
    }
  }

  private startWatchdog(): CancelTimer {
    let cancel: CancelTimer = () => undefined;
    const look = (): void => {
      const now = this.clock.monotonic();
      const left = Math.min(this.lastData + this.silence, this.renewAt) - now;
      if (left > 0) cancel = this.clock.after(left, look);
      else this.end({ kind: now >= this.renewAt ? "closed" : "silent" });
    };
    look();
    return () => cancel();
  }
}
