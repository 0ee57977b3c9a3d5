import type { Clock } from "../../src/base/clock.js";
import type { OpenWatch, WatchLine } from "../support/plane/adminClient.js";
import { waitFor } from "../support/plane/waitFor.js";
import { stringAt } from "../../src/base/json.js";
import type { App } from "./app.js";
import { candidateOf, deployments, services } from "./app.js";
import type { Contestant, Discipline } from "./contest.js";
import { Moments } from "./moments.js";
import type { RouteSight } from "./routeWatch.js";
import { RouteWatch } from "./routeWatch.js";
import { rested } from "./turns.js";

/** When what happened in one deletion, monotonic milliseconds. */
export interface Deletion {
  /** The DELETE of the Service was sent, and answered. */
  readonly sent: number;
  readonly replied: number;
  /** A watch showed the route with weight 0, then accepted by the gateway. */
  readonly stored: number;
  readonly confirmed: number;
  /** A watch had shown the end of both objects. */
  readonly released: number;
}

const keys = ["stored", "confirmed", "deployments", "services"] as const;
const patience = 10_000;

/** Times how the candidates of a namespace are let go. */
export class DeleteStopwatch implements Contestant<readonly Deletion[]> {
  readonly samples: Deletion[] = [];
  private readonly routes: RouteWatch;
  private readonly objects: readonly OpenWatch[];
  private wanted: { readonly app: App; readonly moments: Moments<(typeof keys)[number]> } | undefined;

  constructor(
    private readonly clock: Clock,
    namespace: string,
    apps: readonly App[],
  ) {
    this.routes = new RouteWatch(namespace, apps, (sight, at) => this.seeRoute(sight, at));
    const { admin } = this.routes.app(0);
    this.objects = [
      admin.watch(deployments, { namespace }, (line) => this.seeObject("deployments", line)),
      admin.watch(services, { namespace }, (line) => this.seeObject("services", line)),
    ];
  }

  untilAllCarry(signal: AbortSignal): Promise<void> {
    return this.routes.untilAllCarry(signal);
  }

  /** Deletes the candidate as Helm does, Service first, and times what follows. `turn` chooses the app. */
  async delete(turn: number): Promise<void> {
    const app = this.routes.app(turn);
    const moments = new Moments(this.clock, keys, patience, `${app.namespace}/${app.name}`);
    this.wanted = { app, moments };
    const sent = this.clock.monotonic();
    const [replied] = await Promise.all([this.sendDeletes(app), moments.all]);
    const released = Math.max(moments.at("deployments"), moments.at("services"));
    this.samples.push({ sent, replied, stored: moments.at("stored"), confirmed: moments.at("confirmed"), released });
    this.wanted = undefined;
  }

  /** Creates the candidate anew and waits until the gateway has accepted its share. */
  async bringBack(turn: number): Promise<void> {
    const app = this.routes.app(turn);
    await app.createCandidate();
    const isBack = (): boolean => {
      const sight = this.routes.sight(app);
      return sight?.carries === true && sight.confirmed;
    };
    await waitFor(isBack, { describe: `the candidate of ${app.namespace}/${app.name}`, timeoutMs: patience });
  }

  forget(): void {
    this.samples.length = 0;
  }

  stop(): void {
    this.routes.stop();
    for (const watch of this.objects) watch.stop();
  }

  /** Resolves with the time of the first reply. */
  private async sendDeletes(app: App): Promise<number> {
    await app.deleteCandidate(services);
    const replied = this.clock.monotonic();
    await app.deleteCandidate(deployments);
    return replied;
  }

  private seeRoute({ app, carries, confirmed }: RouteSight, at: number): void {
    if (this.wanted?.app.name !== app || carries) return;
    this.wanted.moments.note("stored", at);
    if (confirmed) this.wanted.moments.note("confirmed", at);
  }

  private seeObject(key: "deployments" | "services", { type, object, at }: WatchLine): void {
    if (type !== "DELETED" || this.wanted === undefined) return;
    if (stringAt(object, "metadata", "name") === candidateOf(this.wanted.app.name)) this.wanted.moments.note(key, at);
  }
}

/** How candidates that are deleted are let go, by floors that hold them for `holdMs`. */
export function release(clock: Clock, holdMs: number): Discipline<readonly Deletion[], DeleteStopwatch> {
  return {
    floorWords: [String(holdMs)],
    contestant: (namespace, apps) => new DeleteStopwatch(clock, namespace, apps),
    async round(order, turn, signal) {
      for (const one of order) await rested(() => one.delete(turn), signal);
      await rested(() => Promise.all(order.map((one) => one.bringBack(turn))), signal);
    },
  };
}
