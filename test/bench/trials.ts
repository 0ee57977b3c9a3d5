import { sleep, systemClock } from "../../src/base/clock.js";
import { arrayAt, numberAt, stringAt } from "../../src/base/json.js";
import type { OpenWatch } from "../support/plane/adminClient.js";
import type { App } from "./app.js";
import { routes } from "./app.js";

/** Milliseconds of one trial, on one clock, until the route's new revision was seen. */
export interface Sample {
  /** Since the reply to the status write. */
  readonly reply: number;
  /** Since the status write was sent. */
  readonly send: number;
}

/** The samples of one contestant. */
export interface Samples {
  readonly loss: Sample[];
  readonly raise: Sample[];
}

const never = new AbortController().signal;
const patience = 10_000;

/** Watches one app's namespace independently of those it measures, and times how the route follows readiness. */
export class Stopwatch {
  readonly samples: Samples = { loss: [], raise: [] };
  private readonly watch: OpenWatch;
  private readonly carries = new Map<string, boolean>();
  private wanted: { readonly app: string; readonly ready: boolean; done(at: number): void } | undefined;

  constructor(
    namespace: string,
    private readonly apps: readonly App[],
  ) {
    const [app] = apps;
    if (app === undefined) throw new RangeError("no app to measure");
    this.watch = app.admin.watch(routes, { namespace }, ({ object, at }) => this.see(object, at));
  }

  /** Waits until every app's route gives its candidate a share. */
  async untilAllCarry(): Promise<void> {
    const end = systemClock.monotonic() + 60_000;
    while (!this.apps.every((app) => this.carries.get(app.name) === true)) {
      if (systemClock.monotonic() > end)
        throw new Error(`only ${this.carries.size} of ${this.apps.length} routes came`);
      await sleep(systemClock, 50, never);
    }
  }

  /** Takes the candidate's readiness away and times the route. `turn` chooses the app. */
  async lose(turn: number): Promise<void> {
    this.samples.loss.push(await this.trial(this.app(turn), false));
  }

  /** Gives it back. */
  async raise(turn: number): Promise<void> {
    this.samples.raise.push(await this.trial(this.app(turn), true));
  }

  /** Takes the candidate's finalizers off before a raise. */
  async free(turn: number): Promise<void> {
    await this.app(turn).freeCandidate();
  }

  /** Drops the samples so far. */
  forget(): void {
    this.samples.loss.length = 0;
    this.samples.raise.length = 0;
  }

  stop(): void {
    this.watch.stop();
  }

  private app(turn: number): App {
    const app = this.apps[turn % this.apps.length];
    if (app === undefined) throw new RangeError("no such app");
    return app;
  }

  private async trial(app: App, ready: boolean): Promise<Sample> {
    const seen = new Promise<number>((resolve, reject) => {
      const cancel = systemClock.after(patience, () =>
        reject(new Error(`the route of ${app.namespace}/${app.name} did not follow`)),
      );
      this.wanted = {
        app: app.name,
        ready,
        done(at) {
          cancel();
          resolve(at);
        },
      };
    });
    const sent = systemClock.monotonic();
    const [replied, at] = await Promise.all([app.switchCandidate(ready).then(() => systemClock.monotonic()), seen]);
    return { reply: at - replied, send: at - sent };
  }

  private see(route: Parameters<typeof stringAt>[0], at: number): void {
    const app = stringAt(route, "metadata", "name") ?? "";
    const refs = arrayAt(route, "spec", "rules", 0, "backendRefs");
    const carries = (numberAt(refs.at(-1), "weight") ?? 0) > 0;
    this.carries.set(app, carries);
    const { wanted } = this;
    if (wanted?.app !== app || wanted.ready !== carries) return;
    this.wanted = undefined;
    wanted.done(at);
  }
}

/** Pause after each trial, milliseconds, in which status and Events of the last one are written. */
const rest = 40;

/**
 * Measures several contestants in turns, so that whatever else the machine does hits all alike. Who begins changes each
 * round, and the first rounds, which warm everybody up, are not told.
 */
export async function compete(contestants: readonly Stopwatch[], rounds: number): Promise<void> {
  const warmUp = Math.max(5, Math.ceil(rounds / 10));
  for (let turn = 0; turn < warmUp + rounds; turn += 1) {
    const first = turn % contestants.length;
    const order = [...contestants.slice(first), ...contestants.slice(0, first)];
    if (turn === warmUp) for (const one of order) one.forget();
    for (const one of order) await rested(() => one.lose(turn));
    await rested(() => Promise.all(order.map((one) => one.free(turn))));
    for (const one of order) await rested(() => one.raise(turn));
  }
}

async function rested(run: () => Promise<unknown>): Promise<void> {
  await run();
  await sleep(systemClock, rest, never);
}
