import { backoffDelay } from "../base/backoff.js";
import { Breath, breathe } from "../base/breathe.js";
import type { Clock } from "../base/clock.js";
import { sleep } from "../base/clock.js";
import { describeError } from "../base/errors.js";
import type { Random } from "../base/random.js";
import type { Api, Selection, WatchEvent } from "./api.js";
import type { ApiError } from "./apiError.js";
import { isForbidden, isInvalid, isKindAbsent } from "./apiError.js";
import type { ListCause, ReflectorFact } from "./delta.js";
import { InitialEvents } from "./initialEvents.js";
import type { Item, Projection } from "./item.js";
import { toItem } from "./item.js";
import { fetchPage, uncomparable } from "./listPages.js";
import { ReflectorHealth } from "./reflectorHealth.js";
import type { ReflectorTiming } from "./reflectorTiming.js";
import { parseResourceVersion } from "./resourceVersion.js";
import { RestoreRule } from "./restoreRule.js";
import type { Ending } from "./watchRun.js";
import { endingOf, WatchRun } from "./watchRun.js";

const pageSize = 500;
/** Objects of a list that are told at once: what follows from an object may take half a millisecond. */
const pieceSize = 20;
/** Seconds within which the initial events of a watch have to be over. */
const longestStart = 300;
const longestRetryAfter = 60_000;
/** An API server that restarts refuses everybody until it has read the roles: so often it is asked again soon. */
const refusalsOfStart = 4;

/** All that one run of a reflector works with. */
export interface ReflectionParts<T> {
  readonly api: Api;
  readonly selection: Selection;
  readonly clock: Clock;
  readonly random: Random;
  readonly project: Projection<T>;
  readonly isKnown: (item: Item<T>) => boolean;
  readonly timing: ReflectorTiming;
  readonly tell: (fact: ReflectorFact<T>) => void;
}

/** How long to wait before the next step, milliseconds, and whether a poke ends the wait. */
interface Wait {
  readonly ms: number;
  readonly wakeable: boolean;
}

const noWait: Wait = { ms: 0, wakeable: false };

/** One run of a reflector: list, watch, and over again, until its signal aborts. */
export class Reflection<T> {
  private readonly health: ReflectorHealth;
  private readonly restore = new RestoreRule();
  /** The highest version seen. */
  private version: bigint | undefined;
  private canResume = false;
  private everListed = false;
  private offersInitialEvents = true;
  /** Whether the last answer was a 404 that is not believed yet. */
  private doubted = false;
  private failures = 0;
  /** Refusals in a row. */
  private refusals = 0;
  private waiting: AbortController | undefined;

  constructor(
    private readonly parts: ReflectionParts<T>,
    private readonly signal: AbortSignal,
  ) {
    this.health = new ReflectorHealth(parts.clock, parts.timing.grace, (state) => parts.tell({ type: "state", state }));
  }

  /** Ends the present wait of an absent or forbidden kind. */
  poke(): void {
    this.waiting?.abort();
  }

  /** Resolves after the signal aborted; never rejects. */
  async run(): Promise<void> {
    const { clock, timing } = this.parts;
    while (!this.signal.aborted) {
      const start = clock.monotonic();
      const ending = await this.step();
      if (isAborted(this.signal)) break;
      const lived = ending.kind !== "listed" && clock.monotonic() - start >= timing.healthy;
      if (lived) this.failures = 0;
      const wait = this.react(ending, lived);
      if (wait.ms > 0) await this.pause(wait);
    }
    this.health.stop();
  }

  private async step(): Promise<Ending> {
    try {
      if (this.canResume) return await this.watch();
      return this.offersInitialEvents ? await this.watchFromStart() : await this.list();
    } catch (thrown) {
      return { kind: "crashed", message: describeError(thrown) };
    }
  }

  private react(ending: Ending, lived: boolean): Wait {
    if (this.alone && ending.kind !== "listed") this.canResume = false;
    switch (ending.kind) {
      case "listed":
        return noWait;
      case "closed":
        return lived ? noWait : this.retry("the server closes the watch at once");
      case "silent":
        return this.retry("the watch gave neither data nor a bookmark");
      case "unsupported":
        this.offersInitialEvents = false;
        return noWait;
      case "restored":
        this.canResume = false;
        return noWait;
      case "stale":
        this.canResume = false;
        this.health.fail(ending.message);
        return { ms: this.parts.timing.stale, wakeable: false };
      case "expired":
      case "crashed":
        this.canResume = false;
        return this.retry(ending.message);
      case "failed":
        return this.reactToFailure(ending.error);
    }
  }

  private reactToFailure(error: ApiError): Wait {
    const { timing, random } = this.parts;
    if (isRefused(error)) {
      this.health.forbid(error.message);
      const soon = this.version !== undefined && this.refusals < refusalsOfStart;
      const ms = soon
        ? backoffDelay(timing.backoff, 3 + this.refusals, random)
        : timing.forbidden * (1 + 2 * random.next());
      this.refusals += 1;
      return { ms, wakeable: true };
    }
    if (!isKindAbsent(error)) {
      const { ms } = this.retry(error.message);
      return { ms: Math.max(ms, Math.min(error.retryAfter ?? 0, longestRetryAfter)), wakeable: false };
    }
    this.canResume = false;
    if (this.version !== undefined && !this.doubted) {
      this.doubted = true;
      this.health.fail(error.message);
      return { ms: timing.doubt, wakeable: false };
    }
    const seen = this.version;
    this.version = undefined;
    this.health.lose();
    if (seen !== undefined) this.parts.tell({ type: "emptied" });
    return { ms: timing.absent * (1 + 0.2 * random.next()), wakeable: true };
  }

  private retry(message: string): Wait {
    const { timing, random } = this.parts;
    this.health.fail(message);
    return { ms: backoffDelay(timing.backoff, this.failures++, random), wakeable: false };
  }

  private async pause(wait: Wait): Promise<void> {
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    this.signal.addEventListener("abort", stop, { once: true });
    this.waiting = wait.wakeable ? controller : undefined;
    await sleep(this.parts.clock, wait.ms, controller.signal);
    this.waiting = undefined;
    this.signal.removeEventListener("abort", stop);
  }

  private async list(): Promise<Ending> {
    const items: Item<T>[] = [];
    let first: bigint | undefined;
    let token: string | undefined;
    do {
      const options = { limit: pageSize, ...(token === undefined ? {} : { continue: token }) };
      const page = await fetchPage(this.parts, this.parts.selection, options, this.signal);
      if (!page.ok) return endingOf(page.error);
      first ??= page.value.resourceVersion;
      if (this.judge(first) === "stale") return this.stale(first);
      for (const item of page.value.items) items.push(item);
      token = page.value.continue;
      if (token !== undefined) await breathe();
    } while (token !== undefined);
    return this.accept(items, first);
  }

  private async accept(items: readonly Item<T>[], listed: bigint): Promise<Ending> {
    const { tell } = this.parts;
    const verdict = this.judge(listed);
    if (verdict === "stale") return this.stale(listed);
    const known: ListCause = this.everListed ? "relisted" : "initial";
    tell({ type: "listing", cause: verdict === "restored" ? "restored" : known });
    const breath = new Breath(this.parts.clock);
    for (let start = 0; start < items.length; start += pieceSize) {
      if (start > 0 && start % pageSize === 0) await breathe();
      else await breath.draw();
      if (isAborted(this.signal)) return { kind: "listed" };
      tell({ type: "listed", items: items.slice(start, start + pieceSize) });
    }
    const seen = this.version ?? listed;
    this.version = this.alone && seen > listed ? seen : listed;
    tell({ type: "complete", resourceVersion: this.version });
    this.canResume = true;
    this.everListed = true;
    this.prove();
    return { kind: "listed" };
  }

  /** Lists by the initial events of a watch (KEP-3157), which then goes on as the watch. */
  private async watchFromStart(): Promise<Ending> {
    const { api, selection, clock, timing, project } = this.parts;
    const run = new WatchRun(clock, this.signal, timing.initialSilence);
    const initial = new InitialEvents<T>({
      project,
      fail: (resourceVersion) => run.end({ kind: "failed", error: uncomparable("watch", resourceVersion) }),
      crash: (thrown) => run.end({ kind: "crashed", message: describeError(thrown) }),
      complete: async (items, resourceVersion) => {
        run.settle(timing.silence, this.renewal());
        const ending = await this.accept(items, resourceVersion);
        if (ending.kind !== "listed") run.end(ending);
        return ending.kind === "listed";
      },
      live: (event) => this.take(event, run),
    });
    const options = { sendInitialEvents: true, timeoutSeconds: longestStart };
    const ending = await run.open(api, selection, options, (event) => initial.take(event));
    await initial.handed;
    if (!initial.collecting) return ending;
    const refused = ending.kind === "silent" || (ending.kind === "failed" && isInvalid(ending.error));
    return refused ? { kind: "unsupported" } : ending;
  }

  private async watch(): Promise<Ending> {
    const run = new WatchRun(this.parts.clock, this.signal, this.parts.timing.silence);
    const resourceVersion = this.alone ? "0" : (this.version ?? 0n).toString();
    const checking = this.check(run).catch((thrown: unknown) =>
      run.end({ kind: "crashed", message: describeError(thrown) }),
    );
    const options = { resourceVersion, timeoutSeconds: Math.round(this.renewal() / 1000) };
    const ending = await run.open(this.parts.api, this.parts.selection, options, (event) => this.take(event, run));
    await checking;
    return ending;
  }

  /** Milliseconds after which a watch ends in order; scattered, so that not all of them end at once. */
  private renewal(): number {
    const { timing, random } = this.parts;
    return timing.renewal * (1 + 0.25 * random.next());
  }

  /**
   * Asks by a list of one object whether all is well, while a watch is open that nothing has proven yet: an open watch
   * of an etcd that was restored is silent. A watch of a single object starts at the server's present state and tells
   * no deletion before it, so there the answer is taken as a list.
   */
  private async check(run: WatchRun): Promise<void> {
    const { clock, timing, random, selection } = this.parts;
    let wait = timing.probeAfter;
    for (let attempt = 0; this.alone || !this.health.trusted; attempt++) {
      await sleep(clock, wait, run.signal);
      if (isAborted(run.signal) || (!this.alone && this.health.trusted)) return;
      const page = await fetchPage(this.parts, selection, { limit: 1 }, run.signal);
      if (isAborted(run.signal)) return;
      wait = Math.max(timing.probeAfter, backoffDelay(timing.backoff, attempt, random));
      if (page.ok) {
        const verdict = this.judge(page.value.resourceVersion);
        if (verdict === "restored") run.end({ kind: "restored" });
        else if (verdict === "stale") this.health.fail(this.stale(page.value.resourceVersion).message);
        else if (this.alone) await this.accept(page.value.items, page.value.resourceVersion);
        else this.prove();
        if (verdict !== "stale") return;
        wait = timing.stale;
      } else if (isRefused(page.error) || isKindAbsent(page.error)) run.end({ kind: "failed", error: page.error });
      else this.health.fail(page.error.message);
    }
  }

  private take(event: WatchEvent, run: WatchRun): void {
    if (event.type === "ERROR") return;
    if (event.type === "BOOKMARK") {
      const version = parseResourceVersion(event.resourceVersion);
      if (version === undefined) run.end({ kind: "failed", error: uncomparable("watch", event.resourceVersion) });
      else if (this.reach(version)) this.parts.tell({ type: "progress", resourceVersion: version });
      return;
    }
    const item = toItem(event.object, this.parts.project);
    if (item === undefined) {
      run.end({ kind: "failed", error: uncomparable("watch", event.object.metadata.resourceVersion) });
      return;
    }
    const isOld = item.resourceVersion <= (this.version ?? -1n);
    if (isOld && event.type !== "DELETED") {
      if (!this.parts.isKnown(item)) run.end({ kind: "expired", message: "the watch told an event out of order" });
      return;
    }
    this.parts.tell({ type: "event", change: event.type, item });
    this.reach(item.resourceVersion);
  }

  /** Takes note that the server has told all up to `version`; false if that is less than it had told before. */
  private reach(version: bigint): boolean {
    if (this.version !== undefined && version < this.version) return false;
    this.version = version;
    this.prove();
    return true;
  }

  private prove(): void {
    this.refusals = 0;
    this.restore.clear();
    this.doubted = false;
    this.health.prove();
  }

  private judge(listed: bigint): "current" | "stale" | "restored" {
    if (this.parts.selection.name !== undefined) return "current";
    return this.restore.judge(listed, this.version, this.parts.clock.monotonic());
  }

  private stale(listed: bigint): { readonly kind: "stale"; readonly message: string } {
    const seen = (this.version ?? 0n).toString();
    return {
      kind: "stale",
      message: `the server is at resourceVersion ${listed.toString()}, behind ${seen} that it told before`,
    };
  }

  /** Whether this follows a single object on a server without initial events: its versions are no positions then. */
  private get alone(): boolean {
    return this.parts.selection.name !== undefined && !this.offersInitialEvents;
  }
}

function isRefused(error: ApiError): boolean {
  return isForbidden(error) || (error.kind === "status" && error.code === 401);
}

/** A call, because the compiler takes a property that was false to be false for ever. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
