import type { Observable } from "rxjs";
import { from, merge, mergeMap, Subject, tap } from "rxjs";

import { Breath } from "../../base/breathe.js";
import type { Clock } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import type { Random } from "../../base/random.js";
import type { ControllerConfig } from "../../config/config.js";
import type { Api } from "../../kube/api.js";
import type { Discovery } from "../../kube/discovery.js";
import type { EventRecorder } from "../../kube/events.js";
import type { KubeObject } from "../../kube/object.js";
import { feed } from "../../runtime/feed.js";
import type { Leadership } from "../../runtime/leadership.js";
import type { Outcome, QueueObserver } from "../../runtime/queue.js";
import { WorkQueue } from "../../runtime/queue.js";
import { Rush } from "../../runtime/rush.js";
import { stringAt } from "../../base/json.js";
import { decodeSpec } from "../decodeSpec.js";
import { RoutemapEntry } from "./entry.js";
import { Foreground } from "./foreground.js";
import { Holds } from "./holds.js";
import { Journal } from "./journal.js";
import type { JournalSink } from "./journal.js";
import { LiveReader } from "./liveRead.js";
import { UidLocks } from "./locks.js";
import type { Permission } from "../permissions.js";
import type { Plan } from "../plan.js";
import { neededPermissions } from "../permissions.js";
import { namespacesUsing } from "../missing.js";
import type { PermissionNews } from "./permissions.js";
import { Permissions } from "./permissions.js";
import { Orphans, sweepInterval } from "./orphans.js";
import { rebuildClaims } from "./rebuild.js";
import type { Reconciled } from "./reconciler.js";
import { Reconciler } from "./reconciler.js";
import { OutputRemover } from "./removeOutput.js";
import { StatusWriter } from "./statusWriter.js";
import { Triggers, orphanPrefix } from "./triggers.js";
import { fence } from "./troubles.js";
import { Watches } from "./watches.js";
import { World } from "./world.js";
import { RouteWriter } from "./writeRoute.js";

/** What the route controller is made of. */
export interface ControllerOptions {
  readonly api: Api;
  readonly discovery: Discovery;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: ControllerConfig;
  /** Namespace to which everything is restricted; absent: the whole cluster. */
  readonly namespace?: string;
  /** The Lease that leadership hangs on, where there is one. */
  readonly lease?: { readonly namespace: string; readonly name: string };
  /** One value for each request that the API server refused, whoever made it. */
  readonly refusals$?: Observable<unknown>;
  readonly events: Pick<EventRecorder, "record">;
  readonly sink: JournalSink;
  readonly observer?: QueueObserver<string>;
  /** Epoch milliseconds to add to our wall clock to get the API server's. */
  readonly serverTimeOffset: () => number;
  /** Annotations that count as if the user had written them on the routemap with this uid. */
  readonly orders?: (uid: string) => Readonly<Record<string, string>>;
  /** Told of every route that is written. */
  readonly rush?: Rush;
  /** Routemaps worked on at once. */
  readonly concurrency?: number;
}

/** A routemap was looked at, or something that concerns it changed; `plan` only of what a leader has worked on. */
export interface Looked {
  readonly uid: string;
  readonly plan?: Plan;
}

/** Watches always, works while leading. */
export class RouteController {
  readonly watches: Watches;
  readonly world: World;
  readonly queue: WorkQueue<string>;
  readonly permissions: Permissions;
  private readonly reconciler: Reconciler;
  private readonly status: StatusWriter;
  private readonly orphans: Orphans;
  private readonly triggers: Triggers;
  private readonly looked = new Subject<Looked>();
  private configGeneration = 0;

  constructor(private readonly options: ControllerOptions) {
    const { api, clock, random, rush = new Rush(clock) } = options;
    this.watches = new Watches({ ...options });
    this.world = new World(options.config, this.watches, clock, options.serverTimeOffset);
    const observer = options.observer === undefined ? {} : { observer: options.observer };
    this.queue = new WorkQueue<string>({ clock, random, ...observer });
    const reader = new LiveReader(api, this.world);
    const locks = new UidLocks();
    const journal = new Journal(this.world, options.events, options.sink);
    const run = {
      writer: new RouteWriter(api, this.world, reader, journal, rush),
      holds: new Holds(api, this.world, reader, locks, journal),
      foreground: new Foreground(api, this.world, reader, journal),
      remover: new OutputRemover(api, this.world, reader, journal),
      status: new StatusWriter(
        api,
        this.world,
        journal,
        () => this.queue.depth > 0 || rush.on,
        (uid, ms) => this.queue.addAfter(uid, "resync", ms),
      ),
    };
    this.status = run.status;
    this.reconciler = new Reconciler(api, this.world, reader, locks, run, (uid, plan) =>
      this.looked.next({ uid, plan }),
    );
    this.orphans = new Orphans(api, this.world, reader, journal, (uid) => this.queue.add(uid, "deletion"));
    this.triggers = new Triggers(this.world, (object, life) => this.takeRoutemap(object, life));
    this.permissions = new Permissions({
      ...options,
      needed: () => neededPermissions(this.world.config, options),
      namespaces: (permission) => this.namespacesUsing(permission),
      started: () => this.watches.started(),
    });
  }

  /** Facts for whoever shows them; nothing is replayed. */
  get looked$(): Observable<Looked> {
    return this.looked.asObservable();
  }

  /** Runs until `signal` aborts; work is done only between `leader` and the end of leadership. */
  async run(
    leadership$: Observable<Leadership>,
    config$: Observable<ControllerConfig>,
    signal: AbortSignal,
  ): Promise<void> {
    const changes$ = this.watches.changes$.pipe(mergeMap((change) => from(this.triggers.wakeups(change))));
    const states$ = this.watches.states$.pipe(mergeMap((change) => from(this.triggers.stateChanged(change))));
    const wakeups$ = merge(changes$, states$).pipe(tap(({ key }) => this.looked.next({ uid: key })));
    const fed = feed<string>(wakeups$, this.queue, signal);
    const configured = config$.subscribe((config) => this.reconfigure(config, signal));
    const asking = this.askForRights(signal);
    this.watches.start(this.options.config, signal);
    const leading = leadership$.subscribe((state) => {
      if (state.state === "leader") this.lead(state.predecessor, signal);
    });
    await fed;
    leading.unsubscribe();
    configured.unsubscribe();
    await Promise.all([this.working, asking]);
  }

  /** Follows what we may do, whether we lead or not. */
  private async askForRights(signal: AbortSignal): Promise<void> {
    const following = [
      this.permissions.news$.subscribe((news) => this.rightsChanged(news)),
      this.watches.states$.subscribe((change) => this.permissions.watchChanged(change)),
      this.options.refusals$?.subscribe(() => this.permissions.suspect()),
    ];
    await this.permissions.run(signal);
    for (const subscription of following) subscription?.unsubscribe();
  }

  /** What was refused is tried again at once where the right has come. */
  private rightsChanged(news: PermissionNews): void {
    if (news.type !== "changed") return;
    this.world.missing = news.missing;
    if (news.over.some(({ verb }) => verb === "list" || verb === "watch")) this.watches.poke();
    const holds = news.over.some(({ uses }) => uses.includes("hold"));
    for (const entry of this.world.entries.values()) {
      if (holds) entry.memory = { ...entry.memory, unholdable: new Set() };
      this.queue.forget(entry.uid);
      this.queue.add(entry.uid, "resync");
    }
  }

  private namespacesUsing(permission: Permission): readonly string[] {
    const found = new Set<string>();
    for (const entry of this.world.entries.values())
      for (const namespace of namespacesUsing(permission, this.world.observe(entry))) found.add(namespace);
    return [...found].sort();
  }

  private working: Promise<unknown> = Promise.resolve();

  private lead(predecessor: boolean, signal: AbortSignal): void {
    this.working = this.work(predecessor, signal);
  }

  private async work(predecessor: boolean, signal: AbortSignal): Promise<void> {
    while (!this.watches.started() && !signal.aborted) await sleep(this.options.clock, 5, signal);
    if (signal.aborted) return;
    const breath = new Breath(this.options.clock);
    for (const entry of [...this.world.entries.values()]) {
      await breath.draw();
      rebuildClaims(this.world, entry);
      if (predecessor && entry.claims.length + this.world.ownOutputs(entry.uid).length > 0)
        fence(entry, this.options.clock.monotonic());
      this.queue.add(entry.uid, "resync");
    }
    const concurrency = this.options.concurrency ?? 16;
    await Promise.all([
      this.status.run(signal),
      this.queue.run((key, stop) => this.handle(key, stop), { concurrency, signal }),
      this.every(sweepInterval, signal, () => this.sweep(signal)),
      this.every(this.world.config.defaultResync, signal, () => this.resync()),
    ]);
  }

  private async every(ms: number, signal: AbortSignal, run: () => Promise<void> | void): Promise<void> {
    while (!signal.aborted) {
      await run();
      await sleep(this.options.clock, ms, signal);
    }
  }

  private async sweep(signal: AbortSignal): Promise<void> {
    const breath = new Breath(this.options.clock);
    for (const key of await this.orphans.sweep(this.options.namespace, signal)) {
      await breath.draw();
      this.queue.add(orphanPrefix + key, "resync");
    }
  }

  private async resync(): Promise<void> {
    const breath = new Breath(this.options.clock);
    for (const uid of [...this.world.entries.keys()]) {
      await breath.draw();
      this.queue.add(uid, "resync");
    }
  }

  private async handle(key: string, signal: AbortSignal): Promise<Outcome> {
    if (key.startsWith(orphanPrefix))
      return toOutcome(await this.orphans.reconcile(key.slice(orphanPrefix.length), signal));
    const entry = this.world.entries.get(key);
    return entry === undefined ? { kind: "done" } : toOutcome(await this.reconciler.reconcile(entry, signal));
  }

  private takeRoutemap(object: KubeObject, life: "present" | "unknown"): void {
    const uid = object.metadata.uid;
    const known = this.world.entries.get(uid);
    if (known === undefined && life === "unknown") return;
    const entry = known ?? new RoutemapEntry(object, this.world.share);
    entry.orders = this.options.orders?.(uid) ?? entry.orders;
    this.world.entries.set(uid, entry);
    entry.see(object, life === "present");
    entry.life = life;
    this.decode(entry);
    if (known === undefined) {
      rebuildClaims(this.world, entry);
      for (const id of this.world.ownOutputs(uid)) this.world.follow(entry, id);
    }
    this.world.reindex(entry);
  }

  private decode(entry: RoutemapEntry): void {
    const text = stringAt(entry.object, "data", "strSpec") ?? "";
    entry.refresh(text, this.configGeneration, (spec) =>
      decodeSpec(spec, entry.namespace, this.world.lookup, this.options.namespace),
    );
  }

  private reconfigure(config: ControllerConfig, signal: AbortSignal): void {
    this.configGeneration += 1;
    this.world.reconfigure(config);
    this.watches.start(config, signal);
    this.permissions.recheck();
    for (const entry of this.world.entries.values()) {
      this.decode(entry);
      this.world.reindex(entry);
      this.queue.add(entry.uid, "spec");
    }
  }
}

function toOutcome(result: Reconciled): Outcome {
  switch (result.kind) {
    case "done":
      return { kind: "done" };
    case "again":
      return { kind: "again", afterMs: result.afterMs };
    case "failed":
      return { kind: "failed", error: result.message };
  }
}
