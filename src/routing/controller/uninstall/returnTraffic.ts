import type { Observable } from "rxjs";
import { NEVER } from "rxjs";

import { sleep } from "../../../base/clock.js";
import type { Leadership } from "../../../runtime/leadership.js";
import { names } from "../../names.js";
import { plan } from "../../plan.js";
import type { Return } from "../../uninstall/bringBack.js";
import { intentOf, returnOf } from "../../uninstall/bringBack.js";
import type { ControllerOptions } from "../controller.js";
import { RouteController } from "../controller.js";

/** A routemap and how far its traffic has come back. */
export interface RoutemapReturn extends Return {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Where its traffic goes and is to go; empty where it has no routes. */
  readonly intent: string;
}

/** Pause between two looks, milliseconds. */
const pause = 100;

/**
 * A controller with one order: bring all traffic back. It sees every routemap as forced to its primary, and one that has
 * no route of ours as paused, so that it creates none; for the rest it goes by the rules of every controller, claims,
 * fences, proofs and all.
 */
export class TrafficReturn {
  private readonly controller: RouteController;
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** `owners`: uids of the routemaps that have routes. */
  constructor(
    private readonly options: Omit<ControllerOptions, "orders">,
    owners: ReadonlySet<string>,
  ) {
    const orders = (uid: string): Readonly<Record<string, string>> =>
      owners.has(uid) ? { [names.forcePrimary]: "true" } : { [names.paused]: "true" };
    this.controller = new RouteController({ ...options, orders });
  }

  /** Fills the caches and works as soon and as long as `leadership$` lets it; resolves when the caches are full. */
  async start(leadership$: Observable<Leadership>, signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.ending.abort(), { once: true });
    this.running = this.controller.run(leadership$, NEVER, this.ending.signal);
    while (!this.controller.watches.started() && !signal.aborted) await sleep(this.options.clock, 5, signal);
  }

  /** Every routemap as it stands. */
  look(): readonly RoutemapReturn[] {
    const { world } = this.controller;
    return [...world.entries.values()]
      .filter((entry) => entry.life === "present")
      .map((entry) => {
        const observed = world.observe(entry);
        const result = plan(observed, world.now());
        const { namespace, name, uid } = entry;
        return { namespace, name, uid, intent: intentOf(result), ...returnOf(observed, result) };
      });
  }

  /** Waits until no routemap is `waiting`, for at most so many milliseconds; returns the last look. */
  async settle(limit: number, signal: AbortSignal): Promise<readonly RoutemapReturn[]> {
    const { clock } = this.options;
    const end = clock.monotonic() + limit;
    for (;;) {
      const seen = this.look();
      const waiting = seen.some(({ state }) => state === "waiting");
      if (!waiting || clock.monotonic() >= end || signal.aborted) return seen;
      await sleep(clock, pause, signal);
    }
  }

  /** Ends all writing. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }
}
