import type { Clock } from "../base/clock.js";
import { sleep } from "../base/clock.js";
import { describeError } from "../base/errors.js";

/** Why something is not well, or undefined. Must be cheap and synchronous. */
export type HealthCheck = () => string | undefined;

/** `live`: restart the process if it fails. `ready`: it can do its work as leader or standby; leading is no part of it. */
export type HealthKind = "live" | "ready";

/** What all checks of a kind say. */
export interface HealthReport {
  readonly healthy: boolean;
  readonly checks: readonly { readonly name: string; readonly healthy: boolean; readonly reason?: string }[];
}

/** The named checks of a process. A kind without checks is healthy. */
export class Health {
  private readonly checks: Record<HealthKind, Map<string, HealthCheck>> = { live: new Map(), ready: new Map() };

  /** Adds a check or replaces the one of that name. */
  set(kind: HealthKind, name: string, check: HealthCheck): void {
    this.checks[kind].set(name, check);
  }

  /** Asks every check; one that throws has failed. */
  report(kind: HealthKind): HealthReport {
    const checks = [...this.checks[kind]].map(([name, check]) => {
      const reason = ask(check);
      return { name, healthy: reason === undefined, ...(reason === undefined ? {} : { reason }) };
    });
    return { healthy: checks.every((check) => check.healthy), checks };
  }
}

function ask(check: HealthCheck): string | undefined {
  try {
    return check();
  } catch (error) {
    return `the check itself failed: ${describeError(error)}`;
  }
}

/** How often the watchdog's timer beats, and how long it may be silent, milliseconds. */
const beat = { every: 1_000, longest: 15_000 } as const;

/**
 * A liveness check of the event loop: it fails while sockets are still served but timers have not run for 15 s, as
 * when promises or immediates never let go. (A loop that stands still altogether answers no probe at all.)
 */
export function loopWatchdog(clock: Clock, signal: AbortSignal): HealthCheck {
  let last = clock.monotonic();
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      last = clock.monotonic();
      await sleep(clock, beat.every, signal);
    }
  };
  void run();
  return () => {
    const silent = clock.monotonic() - last;
    if (signal.aborted || silent <= beat.longest) return undefined;
    return `timers have not run for ${Math.round(silent)} ms`;
  };
}
