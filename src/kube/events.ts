import type { CancelTimer, Clock } from "../base/clock.js";
import { sleep } from "../base/clock.js";
import type { Api } from "./api.js";
import type { ApiError } from "./apiError.js";
import { isNotFound } from "./apiError.js";
import type { EventInput, Reporter } from "./eventBody.js";
import { eventBody, eventNamespace, seriesBody } from "./eventBody.js";
import type { Series } from "./eventSeries.js";
import { EventSeries, nextPause } from "./eventSeries.js";

/**
 * What a recorder is made of. `onDrop` is told of every event or count that was not reported, and why. As long as
 * `isBusy`, reports wait, at most 5 s each.
 */
export interface EventRecorderOptions {
  readonly isBusy?: () => boolean;
  readonly api: Api;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly onDrop?: (input: EventInput, reason: string) => void;
}

const events = { group: "events.k8s.io", version: "v1", resource: "events" };
const longestQueue = 1000;
const tries = 3;
const retryPause = 1_000;
const busyPause = 100;
const patience = 5_000;

/** How a series stands at the API server. */
interface Reported {
  readonly series: Series;
  name?: string;
  count: number;
  /** Monotonic time since which a report waits to be written. */
  queuedAt?: number;
  timer?: CancelTimer;
}

/**
 * Writes Events of events.k8s.io/v1. `record` only notes; `run` writes, one after the other. Repetitions raise the count
 * of the first Event (see `EventSeries`), 5 s after it at the earliest and then ever more rarely. At most 1000 reports
 * wait. Reporting is best effort: what fails three times is dropped.
 */
export class EventRecorder {
  private readonly admission = new EventSeries();
  private readonly known = new WeakMap<Series, Reported>();
  private readonly queue: Reported[] = [];
  private readonly timers = new Set<CancelTimer>();
  private wake: (() => void) | undefined;
  private serial = 0;

  constructor(private readonly options: EventRecorderOptions) {}

  /** Notes an event; never waits, never throws. */
  record(input: EventInput): void {
    const admitted = this.admission.admit(input, this.options.clock.monotonic());
    switch (admitted.kind) {
      case "new": {
        const reported = { series: admitted.series, count: 0 };
        this.known.set(admitted.series, reported);
        this.enqueue(reported);
        return;
      }
      case "repeated":
        this.reportLater(admitted.series);
        return;
      case "spam":
        this.options.onDrop?.(input, "too many events of one object");
    }
  }

  /** Writes what was recorded until `signal` aborts; what waits then is dropped silently. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = this.queue.shift();
      if (next === undefined) {
        await this.woken(signal);
        continue;
      }
      await this.calm(next, signal);
      delete next.queuedAt;
      await this.report(next, signal);
    }
    for (const cancel of this.timers) cancel();
    this.timers.clear();
  }

  private async calm({ queuedAt = -Infinity }: Reported, signal: AbortSignal): Promise<void> {
    const { clock, isBusy } = this.options;
    while (!signal.aborted && isBusy?.() === true && clock.monotonic() - queuedAt < patience)
      await sleep(clock, busyPause, signal);
  }

  private enqueue(reported: Reported): void {
    if (reported.queuedAt !== undefined) return;
    if (this.queue.length >= longestQueue) {
      this.options.onDrop?.(reported.series.input, "too many events wait to be written");
      return;
    }
    reported.queuedAt = this.options.clock.monotonic();
    this.queue.push(reported);
    this.wake?.();
  }

  private reportLater(series: Series): void {
    const reported = this.known.get(series);
    if (reported === undefined || reported.queuedAt !== undefined || reported.timer !== undefined) return;
    const cancel = this.options.clock.after(series.pause, () => {
      this.timers.delete(cancel);
      delete reported.timer;
      this.enqueue(reported);
    });
    series.pause = nextPause(series.pause);
    reported.timer = cancel;
    this.timers.add(cancel);
  }

  private async report(reported: Reported, signal: AbortSignal): Promise<void> {
    const { count } = reported.series;
    for (let attempt = 1; ; attempt++) {
      const error = await this.write(reported, count, signal);
      if (error === undefined) {
        reported.count = count;
        if (reported.series.count > count) this.reportLater(reported.series);
        return;
      }
      if (signal.aborted) return;
      if (attempt === tries || !isWorthRepeating(error)) {
        this.options.onDrop?.(reported.series.input, error.message);
        return;
      }
      await sleep(this.options.clock, retryPause * attempt, signal);
    }
  }

  private async write(reported: Reported, count: number, signal: AbortSignal): Promise<ApiError | undefined> {
    const { api, clock, reporter } = this.options;
    const { input, lastAt } = reported.series;
    const at = clock.now() - (clock.monotonic() - lastAt);
    const namespace = eventNamespace(input.regarding);
    if (reported.name !== undefined) {
      const ref = { namespace, name: reported.name };
      const patched = await api.mergePatch(events, ref, seriesBody(count, at), signal);
      if (patched.ok) return undefined;
      if (!isNotFound(patched.error)) return patched.error;
      // Events expire, by default after an hour.
      delete reported.name;
    }
    const body = eventBody(input, reporter, Math.floor(at), this.serial++);
    const created = await api.create(
      events,
      namespace,
      { ...body, ...(count > 1 ? seriesBody(count, at) : {}) },
      signal,
    );
    if (!created.ok) return created.error;
    reported.name = created.value.metadata.name;
    return undefined;
  }

  private woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.wake = undefined;
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.wake = done;
      signal.addEventListener("abort", done, { once: true });
      if (signal.aborted) done();
    });
  }
}

/** A refusal stays one; a broken connection or an overloaded server may not. A second create has another name. */
function isWorthRepeating(error: ApiError): boolean {
  return error.kind === "status" ? error.code >= 500 : error.reason !== "WriteGate";
}
