import type { CancelTimer, Clock } from "../../base/clock.js";
import type { Random } from "../../base/random.js";
import { wire } from "../workloads/server/wire.js";
import { arrivals } from "./arrivals.js";
import { lost } from "./outcome.js";
import type { LoadSummary, VersionSummary } from "./record.js";
import { LoadRecord } from "./record.js";
import type { Carrier } from "./senders.js";
import type { RequestShape } from "./shape.js";
import { pickShape } from "./shape.js";

/** What a load is made of. */
export interface LoadOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Closed when the load stops. */
  readonly carrier: Carrier;
  /** Requests per second, whatever becomes of them. */
  readonly rate: number;
  /** How irregular they are: 0 as a metronome, 1 (the default) anywhere in their interval. */
  readonly jitter?: number;
  readonly shapes: readonly RequestShape[];
  /** From when a request is due to its last byte, besides its hold (10 000 ms). */
  readonly timeoutMs?: number;
  /** Beyond so many under way requests are not sent and count as lost (20 000). */
  readonly maxUnderWay?: number;
  /** Length of the buckets in the summary (1000 ms). */
  readonly bucketMs?: number;
  /** Begins the label of every request ("r"). */
  readonly prefix?: string;
}

const defaultTimeout = 10_000;
const defaultMaxUnderWay = 20_000;

/**
 * An open-loop source: it sends at its rate however late or bad the answers are, so that a stall shows as what it would
 * be to users. Every request is labelled, and everything but a complete answer of status 200 (gRPC: 0) counts as lost.
 */
export class LoadSource {
  private readonly record: LoadRecord;
  private readonly due: Generator<number, never>;
  private next = 0;
  private startedAt = 0;
  private sent = 0;
  private underWayCount = 0;
  private isStopped = false;
  private cancel: CancelTimer = () => undefined;
  private onIdle: () => void = () => undefined;

  constructor(private readonly options: LoadOptions) {
    this.record = new LoadRecord(options.bucketMs);
    this.due = arrivals(options.rate, options.jitter ?? 1, options.random);
  }

  /** Requests without an outcome yet. */
  get underWay(): number {
    return this.underWayCount;
  }

  /** Begins to send. All times of the summary count from now. */
  start(): void {
    this.startedAt = this.options.clock.monotonic();
    this.next = this.due.next().value;
    this.await();
  }

  /** The sum so far, without what is under way. */
  summary(): LoadSummary {
    return this.record.summary();
  }

  /** Requests with an outcome. */
  get ended(): number {
    return this.record.total;
  }

  /** What is known of one version so far; undefined while it has answered nothing. */
  version(name: string): VersionSummary | undefined {
    return this.record.version(name);
  }

  /** Milliseconds since the start: the time that the summary's times belong to. */
  elapsed(): number {
    return this.options.clock.monotonic() - this.startedAt;
  }

  /** Sends nothing more, waits for what is under way (each request has its timeout), and gives the sum. */
  async stop(): Promise<LoadSummary> {
    this.isStopped = true;
    this.cancel();
    if (this.underWayCount > 0) {
      await new Promise<void>((resolve) => {
        this.onIdle = resolve;
      });
    }
    this.options.carrier.close();
    return this.summary();
  }

  private await(): void {
    this.cancel = this.options.clock.after(this.next - this.elapsed(), () => {
      while (!this.isStopped && this.next <= this.elapsed()) {
        void this.send(this.next);
        this.next = this.due.next().value;
      }
      if (!this.isStopped) this.await();
    });
  }

  private async send(sentAt: number): Promise<void> {
    const { carrier, clock, random, shapes, prefix = "r", timeoutMs = defaultTimeout } = this.options;
    const shape = pickShape(shapes, random.next());
    const id = `${prefix}-${this.sent++}`;
    const { protocol, holdMs = 0 } = shape;
    if (this.underWayCount >= (this.options.maxUnderWay ?? defaultMaxUnderWay)) {
      this.record.add({ id, protocol, sentAt, endedAt: this.elapsed(), outcome: lost("not sent") });
      return;
    }
    this.underWayCount += 1;
    const timeout = new AbortController();
    const cancel = clock.after(sentAt + timeoutMs + holdMs - this.elapsed(), () => timeout.abort("timeout"));
    const outcome = await carrier.send(shape, { id, headers: headersOf(shape, id) }, timeout.signal);
    cancel();
    this.record.add({ id, protocol, sentAt, endedAt: this.elapsed(), outcome });
    this.underWayCount -= 1;
    if (this.underWayCount === 0) this.onIdle();
  }
}

function headersOf({ headers, holdMs = 0 }: RequestShape, id: string): Record<string, string> {
  return { ...headers, [wire.requestId]: id, ...(holdMs > 0 ? { [wire.hold]: String(holdMs) } : {}) };
}
