import { join } from "node:path";

import { sleep, systemClock } from "../../../src/base/clock.js";
import type { JsonObject } from "../../../src/base/json.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import { resourcePath } from "../../../src/kube/resource.js";
import { configMaps, deployments } from "../app.js";
import type { Arena } from "../arena.js";
import { bareClient } from "../floorClient.js";
import { Child } from "../processes.js";
import { say } from "../run.js";
import type { FleetApp } from "./fleet.js";
import { appAt, appsPerNamespace, bareOwner, pathIn, readyStatus, seedsOf, sharedTemplate } from "./fleet.js";
import { RouteLedger } from "./ledger.js";
import type { ScaleOptions } from "./options.js";
import { inParallel } from "./parallel.js";
import { Replica } from "./replica.js";

/** Requests at a time while the fleet is created. */
const seedWidth = 12;
/** Requests at a time of the bare script. */
export const floorWidth = 32;

const namespaces = { group: "", version: "v1", resource: "namespaces" };
export const floorNamespace = "floor";

/** The apps of a run, what they are created and changed with, and who watches them. */
export class FleetRun {
  readonly send: ReturnType<typeof bareClient>["send"];
  readonly ledger: RouteLedger;
  /** How many apps take part in a mass shift; so many refer to a shared template, too. */
  readonly shifted: number;
  /** Uid of the ConfigMap that owns the routes of the bare script; known once the fleet is seeded. */
  bareOwnerUid = "";
  private readonly children: Child[] = [];
  private readonly replicas = new Set<Replica>();

  constructor(
    readonly arena: Arena,
    readonly options: ScaleOptions,
    readonly signal: AbortSignal,
  ) {
    this.send = bareClient(arena.plane.info).send;
    this.ledger = new RouteLedger(arena.plane.admin);
    this.shifted = Math.min(1000, Math.floor(options.routemaps / 4));
  }

  app(index: number): FleetApp {
    return appAt(index, this.shifted);
  }

  /** Apps number `from` up to, but without, `to`. */
  *apps(from: number, to: number): Generator<FleetApp> {
    for (let index = from; index < to; index += 1) yield this.app(index);
  }

  /** Keys of their routes. */
  keys(from: number, to: number): readonly string[] {
    return [...this.apps(from, to)].map(({ namespace, name }) => `${namespace}/${name}`);
  }

  async createNamespace(name: string): Promise<void> {
    await this.create(namespaces, undefined, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }

  async create(gvr: GroupVersionResource, namespace: string | undefined, body: JsonObject): Promise<void> {
    const path = resourcePath(gvr, namespace === undefined ? {} : { namespace });
    await this.send("POST", path, "application/json", JSON.stringify(body));
  }

  async mergePatch(path: string, body: JsonObject): Promise<void> {
    await this.send("PATCH", path, "application/merge-patch+json", JSON.stringify(body));
  }

  /** Creates every app, all of them ready; resolves with the milliseconds it took. */
  async seed(): Promise<number> {
    const { routemaps } = this.options;
    const homes = Array.from({ length: Math.ceil(routemaps / appsPerNamespace) }, (_, index) => `fleet-${index}`);
    await inParallel(["pointsman-system", floorNamespace, ...homes], seedWidth, this.signal, (name) =>
      this.createNamespace(name),
    );
    const owner = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: bareOwner } };
    this.bareOwnerUid = (await this.arena.plane.admin.create(configMaps, floorNamespace, owner)).metadata.uid;
    for (const home of homes) {
      const { gvr, namespace, body } = sharedTemplate(home, "10s");
      await this.create(gvr, namespace, body);
    }
    return inParallel(this.apps(0, routemaps), seedWidth, this.signal, (app) => this.createApp(app));
  }

  async createApp(app: FleetApp): Promise<void> {
    await Promise.all(seedsOf(app).map(({ gvr, namespace, body }) => this.create(gvr, namespace, body)));
    await Promise.all([this.setReady(app, `${app.name}-v1`, true), this.setReady(app, undefined, true)]);
  }

  /** Writes the status of a Deployment of an app; its candidate's unless named. */
  async setReady(app: FleetApp, name: string | undefined, ready: boolean): Promise<void> {
    const path = `${pathIn(deployments, app, name)}/status`;
    await this.send("PATCH", path, "application/merge-patch+json", JSON.stringify(readyStatus(ready)));
  }

  /** Starts a replica; it is ended with the run. */
  async replica(
    name: string,
    over: { readonly namespace?: string; readonly kubeconfig?: string } = {},
  ): Promise<Replica> {
    const { folder } = this.arena.plane.info;
    const replica = await Replica.start(this.arena.controllerStart(name), { name, folder, ...over });
    this.replicas.add(replica);
    return replica;
  }

  /** Starts the load program in a mode. */
  load(mode: string, ...words: readonly (string | number)[]): Child {
    const plane = join(this.arena.plane.info.folder, "plane.json");
    const child = Child.start(this.options.floorProgram, [mode, plane, ...words.map(String)]);
    this.children.push(child);
    return child;
  }

  /** Waits until a replica has done hardly anything for `ms` and nothing waits in its queue; resolves with when that began. */
  async untilQuiet(replica: Replica, ms = 3000, limit = 600_000): Promise<number> {
    const end = systemClock.monotonic() + limit;
    let since = systemClock.monotonic();
    let before = (await replica.metrics()).requests();
    let told = since;
    for (;;) {
      await sleep(systemClock, 500, this.signal);
      this.signal.throwIfAborted();
      const metrics = await replica.metrics();
      const now = systemClock.monotonic();
      // Watches that are renewed and accesses that are asked for again are no work.
      const quiet = metrics.requests() - before < 12 && metrics.sum("workqueue_depth") === 0;
      before = metrics.requests();
      if (!quiet) since = now;
      if (now - since >= ms) return since;
      if (now > end) throw new Error(`the controller was not quiet within ${limit} ms`);
      if (now - told > 20_000) {
        told = now;
        say(`  waiting for quiet: ${before} requests so far, ${metrics.sum("workqueue_depth")} keys wait`);
      }
    }
  }

  /** Ends everything that was started. */
  async end(): Promise<void> {
    this.ledger.stop();
    await Promise.all([...this.children.map((child) => child.end()), ...[...this.replicas].map((one) => one.end())]);
  }
}
