import type { Observable } from "rxjs";
import { Subject } from "rxjs";

import type { CancelTimer } from "../../base/clock.js";
import { sleep } from "../../base/clock.js";
import { explain } from "../explain/explain.js";
import type { Explanation, Summary } from "../explain/explanation.js";
import { summaryOf } from "../explain/explanation.js";
import { plan } from "../plan.js";
import { names } from "../names.js";
import type { Looked, RouteController } from "./controller.js";
import type { RoutemapEntry } from "./entry.js";
import type { Happening, Happenings } from "./happenings.js";
import type { WeightSample } from "./weightHistory.js";
import { WeightHistory } from "./weightHistory.js";

/** What a read model reads. */
export interface ReadModelOptions {
  readonly controller: Pick<RouteController, "world" | "looked$">;
  readonly happenings: Happenings;
  /** Told of a routemap that could not be explained, which is a bug. */
  readonly onError: (error: unknown, name: string) => void;
}

/** Everything that is known of one routemap. */
export interface Detail {
  readonly explanation: Explanation;
  /** Oldest first; only of the time in which this process led. */
  readonly history: readonly WeightSample[];
  /** Newest first. */
  readonly happenings: readonly Happening[];
}

/** What became of a routemap that was looked at. `same`: its summary is as it was; its explanation may not be. */
export type ReadChange =
  | { readonly type: "changed"; readonly uid: string; readonly summary: Summary }
  | { readonly type: "same" | "gone"; readonly uid: string; readonly summary: Summary };

/** All summaries that are known by now. `pending`: routemaps that are still to be looked at. */
export interface Summaries {
  readonly items: readonly Summary[];
  readonly pending: number;
}

/** Changes within this time are told together, milliseconds. */
const gathering = 250;
/** Summaries are made as long as somebody asked for them within this time. */
const attention = 60_000;
/** How long the event loop is kept at a stretch, and then left to the controller's own work. */
const stretch = 5;
/** An explanation tells times, so it is made anew after this time. */
const fresh = 1_000;
const keptExplanations = 32;

interface Kept {
  readonly explanation: Explanation;
  readonly at: number;
}

/**
 * What the dashboard shows, made from the world on demand. Nothing is explained while nobody asks; of routemaps that
 * change, only the weights and the journal are kept.
 */
export class ReadModel {
  private readonly history = new WeightHistory();
  private readonly summaries = new Map<string, { readonly summary: Summary; readonly text: string }>();
  private readonly explained = new Map<string, Kept>();
  private readonly stale = new Set<string>();
  private readonly changed = new Subject<readonly ReadChange[]>();
  private askedAt = -Infinity;
  private timer: CancelTimer | undefined;
  private working = false;
  private ending: AbortSignal = new AbortController().signal;

  constructor(private readonly options: ReadModelOptions) {}

  /** Follows the controller until `signal` aborts. */
  follow(signal: AbortSignal): void {
    this.ending = signal;
    for (const uid of this.options.controller.world.entries.keys()) this.stale.add(uid);
    const following = this.options.controller.looked$.subscribe((looked) => this.take(looked));
    const stop = (): void => {
      following.unsubscribe();
      this.timer?.();
      this.changed.complete();
    };
    signal.addEventListener("abort", stop, { once: true });
  }

  /** What went while nobody looks is forgotten at once; who looks is told of it first. */
  private take({ uid, plan: made }: Looked): void {
    const { world } = this.options.controller;
    this.explained.delete(uid);
    if (!world.entries.has(uid) && !this.isWatched()) {
      this.stale.delete(uid);
      this.forget(uid);
      return;
    }
    if (made !== undefined) this.history.take(uid, made, world.now().server);
    this.stale.add(uid);
    if (this.isWatched()) this.soon();
  }

  /** Changes, told together four times a second at most, while somebody has asked for summaries within a minute. */
  get changes$(): Observable<readonly ReadChange[]> {
    return this.changed.asObservable();
  }

  /** Says that somebody looks: summaries are kept up for the next minute. */
  attend(): void {
    const pause = this.isWatched() ? gathering : 0;
    this.askedAt = this.options.controller.world.clock.monotonic();
    if (this.stale.size > 0) this.soon(pause);
  }

  /** Waits until what has changed by now is in the summaries, `ms` milliseconds at most. */
  async caughtUp(ms: number, signal: AbortSignal): Promise<void> {
    this.attend();
    const { clock } = this.options.controller.world;
    const end = clock.monotonic() + ms;
    const due = new Set(this.stale);
    const isDue = (): boolean => {
      for (const uid of due) {
        if (this.stale.has(uid)) return true;
        due.delete(uid);
      }
      return false;
    };
    while (isDue() && clock.monotonic() < end && !signal.aborted) await sleep(clock, 10, signal);
  }

  /** Every summary that is ready. The first call starts the work; what has trouble is looked at first. */
  list(): Summaries {
    this.attend();
    const { entries } = this.options.controller.world;
    const items = [...this.summaries.values()].map(({ summary }) => summary);
    return { items, pending: Math.max(0, entries.size - this.summaries.size) };
  }

  /** The whole of one routemap, or undefined if there is none of that name. */
  detail(namespace: string, name: string): Detail | undefined {
    const entry = this.find(namespace, name);
    if (entry === undefined) return undefined;
    const { uid } = entry;
    const { happenings } = this.options;
    return { explanation: this.explain(entry), history: this.history.of(uid), happenings: happenings.of(uid) };
  }

  private find(namespace: string, name: string): RoutemapEntry | undefined {
    let found: RoutemapEntry | undefined;
    for (const entry of this.options.controller.world.entries.values())
      if (entry.name === name && entry.namespace === namespace && found?.life !== "present") found = entry;
    return found;
  }

  private explain(entry: RoutemapEntry): Explanation {
    const { world } = this.options.controller;
    const known = this.explained.get(entry.uid);
    const now = world.now();
    if (known !== undefined && now.monotonic - known.at < fresh) return known.explanation;
    const observed = world.observe(entry);
    const explanation = explain(observed, plan(observed, now), now);
    this.explained.delete(entry.uid);
    this.explained.set(entry.uid, { explanation, at: now.monotonic });
    const [oldest] = this.explained.keys();
    if (this.explained.size > keptExplanations && oldest !== undefined) this.explained.delete(oldest);
    return explanation;
  }

  private isWatched(): boolean {
    return this.options.controller.world.clock.monotonic() - this.askedAt < attention;
  }

  private soon(pause = gathering): void {
    if (this.timer !== undefined || this.working || this.ending.aborted) return;
    const { clock } = this.options.controller.world;
    this.timer = clock.after(pause, () => {
      this.timer = undefined;
      void this.refresh().then((left) => {
        if (left && this.isWatched()) this.soon();
      });
    });
  }

  /** Looks at what is stale, a little at a time; true if more became so meanwhile. Rejects never. */
  private async refresh(): Promise<boolean> {
    const { clock } = this.options.controller.world;
    this.working = true;
    let changes: ReadChange[] = [];
    let toldAt = clock.monotonic();
    let restedAt = toldAt;
    for (const uid of this.order()) {
      if (this.ending.aborted) break;
      this.stale.delete(uid);
      const change = this.renew(uid);
      if (change !== undefined) changes.push(change);
      if (clock.monotonic() - restedAt < stretch) continue;
      await sleep(clock, stretch, this.ending);
      restedAt = clock.monotonic();
      if (restedAt - toldAt < gathering) continue;
      this.changed.next(changes);
      changes = [];
      toldAt = restedAt;
    }
    this.working = false;
    if (changes.length > 0) this.changed.next(changes);
    return this.stale.size > 0;
  }

  /** What its own status calls unready comes first. */
  private order(): readonly string[] {
    const { entries } = this.options.controller.world;
    const isReady = (uid: string): boolean => entries.get(uid)?.object.metadata.annotations?.[names.ready] === "True";
    const uids = [...this.stale];
    return [...uids.filter((uid) => !isReady(uid)), ...uids.filter(isReady)];
  }

  private renew(uid: string): ReadChange | undefined {
    const known = this.summaries.get(uid);
    const entry = this.options.controller.world.entries.get(uid);
    if (entry === undefined) {
      this.forget(uid);
      return known === undefined ? undefined : { type: "gone", uid, summary: known.summary };
    }
    const summary = this.summarise(entry);
    if (summary === undefined) return undefined;
    const text = JSON.stringify(summary);
    this.summaries.set(uid, { summary, text });
    return { type: known?.text === text ? "same" : "changed", uid, summary };
  }

  /** A bug in an explanation is told, and costs nobody anything but this one summary. */
  private summarise(entry: RoutemapEntry): Summary | undefined {
    try {
      return summaryOf(this.explain(entry));
    } catch (thrown) {
      this.options.onError(thrown, `${entry.namespace}/${entry.name}`);
      return undefined;
    }
  }

  private forget(uid: string): void {
    this.summaries.delete(uid);
    this.explained.delete(uid);
    this.history.forget(uid);
    this.options.happenings.forget(uid);
  }
}
