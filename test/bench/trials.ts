import { systemClock } from "../../src/base/clock.js";
import type { App } from "./app.js";
import type { Contestant, Discipline } from "./contest.js";
import { Moments } from "./moments.js";
import type { RouteSight } from "./routeWatch.js";
import { RouteWatch } from "./routeWatch.js";
import { rested } from "./turns.js";

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

const patience = 10_000;

/** Times how the routes of a namespace follow readiness. */
export class Stopwatch implements Contestant<Samples> {
  readonly samples: Samples = { loss: [], raise: [] };
  private readonly routes: RouteWatch;
  private wanted: { readonly app: string; readonly ready: boolean; readonly moments: Moments<"route"> } | undefined;

  constructor(namespace: string, apps: readonly App[]) {
    this.routes = new RouteWatch(namespace, apps, (sight, at) => this.see(sight, at));
  }

  untilAllCarry(signal: AbortSignal): Promise<void> {
    return this.routes.untilAllCarry(signal);
  }

  /** Takes the candidate's readiness away and times the route. `turn` chooses the app. */
  async lose(turn: number): Promise<void> {
    this.samples.loss.push(await this.trial(this.routes.app(turn), false));
  }

  /** Gives it back. */
  async raise(turn: number): Promise<void> {
    this.samples.raise.push(await this.trial(this.routes.app(turn), true));
  }

  /** Takes the candidate's finalizers off before a raise. */
  async free(turn: number): Promise<void> {
    await this.routes.app(turn).freeCandidate();
  }

  forget(): void {
    this.samples.loss.length = 0;
    this.samples.raise.length = 0;
  }

  stop(): void {
    this.routes.stop();
  }

  private async trial(app: App, ready: boolean): Promise<Sample> {
    const moments = new Moments(systemClock, ["route"], patience, `${app.namespace}/${app.name}`);
    this.wanted = { app: app.name, ready, moments };
    const sent = systemClock.monotonic();
    const [replied] = await Promise.all([app.switchCandidate(ready).then(() => systemClock.monotonic()), moments.all]);
    const at = moments.at("route");
    return { reply: at - replied, send: at - sent };
  }

  private see({ app, carries }: RouteSight, at: number): void {
    if (this.wanted?.app === app && this.wanted.ready === carries) this.wanted.moments.note("route", at);
  }
}

/** How routes follow readiness that is lost and gained. */
export const readiness: Discipline<Samples, Stopwatch> = {
  floorWords: [],
  contestant: (namespace, apps) => new Stopwatch(namespace, apps),
  async round(order, turn, signal) {
    for (const one of order) await rested(() => one.lose(turn), signal);
    await rested(() => Promise.all(order.map((one) => one.free(turn))), signal);
    for (const one of order) await rested(() => one.raise(turn), signal);
  },
};
