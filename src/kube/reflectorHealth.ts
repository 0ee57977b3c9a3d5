import type { CancelTimer, Clock } from "../base/clock.js";
import type { WatchState } from "./delta.js";

interface Failing {
  readonly since: number;
  message: string;
  readonly cancel: CancelTimer;
}

/**
 * How far a reflector's knowledge can be trusted. A failure is forgiven for `grace` milliseconds; if nothing proves
 * health by then the state becomes `broken`, dated at the first failure.
 */
export class ReflectorHealth {
  private current: WatchState = { state: "syncing" };
  private failing: Failing | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly grace: number,
    private readonly report: (state: WatchState) => void,
  ) {}

  /** False from a failure until something proves that the watch works again. */
  get trusted(): boolean {
    return this.current.state === "synced" && this.failing === undefined;
  }

  /** A request failed; the grace time runs from the first failure. */
  fail(message: string): void {
    if (this.failing === undefined) {
      const since = this.clock.monotonic();
      this.failing = { since, message, cancel: this.clock.after(this.grace, () => this.breakNow()) };
      return;
    }
    this.failing.message = message;
    if (this.current.state === "broken") this.breakNow();
  }

  /** Data, a bookmark or a list showed that what we have is what the server has. */
  prove(): void {
    this.stop();
    this.become({ state: "synced" });
  }

  /** The server refused the request: 401 or 403. */
  forbid(message: string): void {
    this.stop();
    this.become({ state: "forbidden", message });
  }

  /** The server does not serve the kind. */
  lose(): void {
    this.stop();
    this.become({ state: "absent" });
  }

  /** Ends the grace timer. */
  stop(): void {
    this.failing?.cancel();
    this.failing = undefined;
  }

  private breakNow(): void {
    if (this.failing !== undefined)
      this.become({ state: "broken", message: this.failing.message, since: this.failing.since });
  }

  private become(state: WatchState): void {
    const same = this.current.state === state.state && messageOf(this.current) === messageOf(state);
    this.current = state;
    if (!same) this.report(state);
  }
}

function messageOf(state: WatchState): string {
  return state.state === "forbidden" || state.state === "broken" ? state.message : "";
}
