import { Histogram } from "./histogram.js";
import type { LossReason, Outcome } from "./outcome.js";
import type { Protocol } from "./shape.js";

/** A lost request. Times are milliseconds from the start of the load. */
export interface Loss {
  readonly id: string;
  readonly protocol: Protocol;
  readonly reason: LossReason;
  /** The version that answered, if one did. */
  readonly version?: string;
  readonly sentAt: number;
  readonly lostAt: number;
}

/** What is known of one version. */
export interface VersionSummary {
  readonly answered: number;
  /** Its last answer, and when the last request was sent that it answered. */
  readonly last: {
    readonly id: string;
    readonly pod: string;
    readonly answeredAt: number;
    readonly lastSentAt: number;
  };
}

/** What happened from `at` on, for the length of a bucket, by the time of the outcome. */
export interface Bucket {
  readonly at: number;
  readonly answered: Readonly<Record<string, number>>;
  readonly lost: number;
}

/** The sum of a load. `total` is `answered` + `lost`. Times are milliseconds; latencies count from when it was due. */
export interface LoadSummary {
  readonly total: number;
  readonly answered: number;
  readonly lost: number;
  readonly lostByReason: Readonly<Partial<Record<LossReason, number>>>;
  /** The first of them, 1000 at most. */
  readonly losses: readonly Loss[];
  readonly versions: Readonly<Record<string, VersionSummary>>;
  readonly bucketMs: number;
  readonly buckets: readonly Bucket[];
  readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
}

/** A request that ended. `sentAt` is when it was due. */
export interface Ended {
  readonly id: string;
  readonly protocol: Protocol;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
}

interface OpenBucket {
  readonly answered: Map<string, number>;
  lost: number;
}

const maxLosses = 1_000;
const maxBuckets = 2_000;
const maxNames = 200;
/** Under which answers and reasons count once there are too many names. */
const others = "(others)";

/** Adds up outcomes in memory that does not grow with their number. */
export class LoadRecord {
  private answered = 0;
  private lostCount = 0;
  private readonly reasons = new Map<LossReason, number>();
  private readonly losses: Loss[] = [];
  private readonly versions = new Map<string, VersionSummary>();
  private buckets = new Map<number, OpenBucket>();
  private readonly latencies = new Histogram();

  /** `bucketMs` doubles whenever there would be more than 2000 buckets. */
  constructor(private bucketMs = 1_000) {}

  add(ended: Ended): void {
    const bucket = this.bucketAt(ended.endedAt);
    switch (ended.outcome.kind) {
      case "answered":
        this.addAnswer(ended, ended.outcome, bucket);
        return;
      case "lost":
        this.addLoss(ended, ended.outcome, bucket);
    }
  }

  get total(): number {
    return this.answered + this.lostCount;
  }

  /** One version of the summary. */
  version(name: string): VersionSummary | undefined {
    return this.versions.get(name);
  }

  /** What was added so far. */
  summary(): LoadSummary {
    const buckets = [...this.buckets].sort(([a], [b]) => a - b);
    return {
      total: this.total,
      answered: this.answered,
      lost: this.lostCount,
      lostByReason: Object.fromEntries(this.reasons),
      losses: [...this.losses],
      versions: Object.fromEntries(this.versions),
      bucketMs: this.bucketMs,
      buckets: buckets.map(([index, { answered, lost }]) => ({
        at: index * this.bucketMs,
        answered: Object.fromEntries(answered),
        lost,
      })),
      latency: {
        p50: this.latencies.quantile(0.5),
        p90: this.latencies.quantile(0.9),
        p99: this.latencies.quantile(0.99),
        max: this.latencies.max,
      },
    };
  }

  private addAnswer(
    { id, sentAt, endedAt }: Ended,
    outcome: Extract<Outcome, { kind: "answered" }>,
    bucket: OpenBucket,
  ): void {
    const version = nameIn(this.versions, outcome.version);
    const before = this.versions.get(version);
    this.answered += 1;
    this.latencies.add(endedAt - sentAt);
    bucket.answered.set(version, (bucket.answered.get(version) ?? 0) + 1);
    this.versions.set(version, {
      answered: (before?.answered ?? 0) + 1,
      last: { id, pod: outcome.pod, answeredAt: endedAt, lastSentAt: Math.max(sentAt, before?.last.lastSentAt ?? 0) },
    });
  }

  private addLoss(
    { id, protocol, sentAt, endedAt }: Ended,
    outcome: Extract<Outcome, { kind: "lost" }>,
    bucket: OpenBucket,
  ): void {
    const { reason, version } = outcome;
    this.lostCount += 1;
    bucket.lost += 1;
    const counted = this.reasons.size < maxNames || this.reasons.has(reason) ? reason : "error (others)";
    this.reasons.set(counted, (this.reasons.get(counted) ?? 0) + 1);
    if (this.losses.length >= maxLosses) return;
    this.losses.push({
      id,
      protocol,
      reason,
      ...(version === undefined ? {} : { version }),
      sentAt,
      lostAt: endedAt,
    });
  }

  private bucketAt(time: number): OpenBucket {
    const index = Math.floor(time / this.bucketMs);
    const known = this.buckets.get(index);
    if (known !== undefined) return known;
    if (this.buckets.size >= maxBuckets) {
      this.widen();
      return this.bucketAt(time);
    }
    const fresh: OpenBucket = { answered: new Map(), lost: 0 };
    this.buckets.set(index, fresh);
    return fresh;
  }

  private widen(): void {
    const narrow = this.buckets;
    this.bucketMs *= 2;
    this.buckets = new Map();
    for (const [index, { answered, lost }] of narrow) {
      const half = Math.floor(index / 2);
      const wide = this.buckets.get(half) ?? { answered: new Map<string, number>(), lost: 0 };
      for (const [version, count] of answered) wide.answered.set(version, (wide.answered.get(version) ?? 0) + count);
      wide.lost += lost;
      this.buckets.set(half, wide);
    }
  }
}

function nameIn(known: ReadonlyMap<string, unknown>, name: string): string {
  return known.size < maxNames || known.has(name) ? name : others;
}
