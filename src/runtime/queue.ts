import type { BackoffBounds } from "../base/backoff.js";
import { backoffDelay } from "../base/backoff.js";
import type { Clock } from "../base/clock.js";
import type { Random } from "../base/random.js";
import { Delays } from "./delays.js";
import type { QueueClass } from "./queueClass.js";
import { moreUrgent } from "./queueClass.js";
import type { Turn } from "./waiting.js";
import { Waiting } from "./waiting.js";

/**
 * What a run of a key came to. `again` asks for another run after a time and replaces what the last run asked for.
 * `failed` is retried with the key's own backoff.
 */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "again"; readonly afterMs: number; readonly class?: QueueClass }
  | { readonly kind: "failed"; readonly error: unknown };

/** About one run: why it runs, and how often the key failed in a row before. */
export interface RunInfo {
  readonly class: QueueClass;
  readonly failures: number;
}

/** Works on one key. A rejection counts as `failed`. After `signal` aborts it should end soon. */
export type Handler<K> = (key: K, signal: AbortSignal, info: RunInfo) => Promise<Outcome>;

/** Told what the queue does; times are milliseconds. Must not throw. */
export interface QueueObserver<K> {
  depth(keys: number): void;
  added(wanted: QueueClass): void;
  /** A run starts after the key waited `waitedMs`. */
  started(key: K, wanted: QueueClass, waitedMs: number): void;
  finished(key: K, outcome: Outcome, workedMs: number): void;
  retried(key: K, delayMs: number): void;
}

/** What a queue needs. */
export interface QueueOptions<K> {
  readonly clock: Clock;
  readonly random: Random;
  readonly observer?: QueueObserver<K>;
  /** Default: 5 ms to 30 s, 20 % jitter. There is no bound over all keys. */
  readonly backoff?: BackoffBounds;
}

const defaultBackoff: BackoffBounds = { first: 5, cap: 30_000, jitter: 0.2 };

/** A run of pure computation may keep the event loop this long, milliseconds, before timers and sockets get a turn. */
const loopBudget = 10;

/**
 * A work queue of keys, after client-go's and controller-runtime's: it holds names, never events. A key waits at most
 * once, is never worked on twice at a time, and one that is added while it is worked on runs once more afterwards.
 */
export class WorkQueue<K extends string> {
  private readonly clock: Clock;
  private readonly observer: QueueObserver<K> | undefined;
  private readonly waiting = new Waiting<K>();
  /** Keys under work with their start. */
  private readonly running = new Map<K, number>();
  /** Keys added while under work. */
  private readonly dirty = new Map<K, Omit<Turn<K>, "key">>();
  private readonly failures = new Map<K, number>();
  /** What callers delayed, and what the last run of a key asked for. */
  private readonly delayed: Delays<K>;
  private readonly planned: Delays<K>;
  private pump: () => void = () => undefined;

  constructor(private readonly options: QueueOptions<K>) {
    this.clock = options.clock;
    this.observer = options.observer;
    const onDue = (key: K, wanted: QueueClass): void => this.add(key, wanted);
    this.delayed = new Delays(options.clock, onDue);
    this.planned = new Delays(options.clock, onDue);
  }

  /** Keys that wait for a worker. */
  get depth(): number {
    return this.waiting.size;
  }

  /** Keys under work. */
  get active(): number {
    return this.running.size;
  }

  /** Keys that come due later. */
  get later(): number {
    return this.delayed.size + this.planned.size;
  }

  /** Milliseconds each key under work has taken so far. */
  unfinished(): readonly number[] {
    const now = this.clock.monotonic();
    return [...this.running.values()].map((start) => now - start);
  }

  /** Asks for a run of `key`. */
  add(key: K, wanted: QueueClass): void {
    this.observer?.added(wanted);
    const since = this.clock.monotonic();
    if (this.running.has(key)) {
      const known = this.dirty.get(key);
      if (known === undefined) this.dirty.set(key, { class: wanted, since });
      else this.dirty.set(key, { class: moreUrgent(known.class, wanted), since: known.since });
      return;
    }
    this.waiting.add(key, wanted, since);
    this.observer?.depth(this.depth);
    this.pump();
  }

  /** Asks for a run of `key` in `ms`; of several calls the earliest wins. */
  addAfter(key: K, wanted: QueueClass, ms: number): void {
    if (ms <= 0) this.add(key, wanted);
    else this.delayed.soonest(key, wanted, ms);
  }

  /** Forgets the failures of `key` and a retry that waits for them. */
  forget(key: K): void {
    this.failures.delete(key);
    this.planned.cancel(key);
  }

  /**
   * Works on keys, at most `concurrency` at a time, until `signal` aborts; resolves once the last handler has ended.
   * What was added and not worked on stays. Delays are dropped then. Only one run at a time.
   */
  async run(
    handler: Handler<K>,
    { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const turns = new TurnGuard(this.clock);
    await new Promise<void>((resolve) => {
      const pump = (): void => {
        while (!signal.aborted && this.running.size < concurrency && !turns.exhausted(pump)) {
          const turn = this.waiting.take(this.clock.monotonic());
          if (turn === undefined) break;
          this.observer?.depth(this.depth);
          void this.work(turn, handler, signal).then(pump);
        }
        if (signal.aborted && this.running.size === 0) resolve();
      };
      this.pump = pump;
      signal.addEventListener("abort", pump, { once: true });
      pump();
    });
    this.pump = () => undefined;
    this.delayed.clear();
    this.planned.clear();
  }

  private async work(turn: Turn<K>, handler: Handler<K>, signal: AbortSignal): Promise<void> {
    const { key } = turn;
    const start = this.clock.monotonic();
    this.running.set(key, start);
    this.observer?.started(key, turn.class, start - turn.since);
    let outcome: Outcome;
    try {
      outcome = await handler(key, signal, { class: turn.class, failures: this.failures.get(key) ?? 0 });
    } catch (error) {
      outcome = { kind: "failed", error };
    }
    this.running.delete(key);
    this.observer?.finished(key, outcome, this.clock.monotonic() - start);
    this.settle(turn, outcome);
    const dirty = this.dirty.get(key);
    this.dirty.delete(key);
    if (dirty !== undefined) this.waiting.add(key, dirty.class, dirty.since);
    this.observer?.depth(this.depth);
  }

  private settle({ key, class: worked }: Turn<K>, outcome: Outcome): void {
    if (outcome.kind !== "failed") this.forget(key);
    switch (outcome.kind) {
      case "done":
        return;
      case "again":
        this.planned.replace(key, outcome.class ?? "resync", outcome.afterMs);
        return;
      case "failed": {
        const failures = this.failures.get(key) ?? 0;
        this.failures.set(key, failures + 1);
        const delay = backoffDelay(this.options.backoff ?? defaultBackoff, failures, this.options.random);
        this.observer?.retried(key, delay);
        this.planned.replace(key, worked, delay);
      }
    }
  }
}

/** Ends a turn of the event loop that has taken too long: work without any I/O would starve timers and the lease. */
class TurnGuard {
  private start: number | undefined;
  private over = false;

  constructor(private readonly clock: Clock) {}

  /** True if the turn is used up; `resume` is then called in a later one. */
  exhausted(resume: () => void): boolean {
    if (this.over) return true;
    const now = this.clock.monotonic();
    if (this.start === undefined) {
      this.start = now;
      setImmediate(() => {
        const resumed = this.over;
        this.start = undefined;
        this.over = false;
        if (resumed) resume();
      });
    }
    this.over = now - this.start >= loopBudget;
    return this.over;
  }
}
