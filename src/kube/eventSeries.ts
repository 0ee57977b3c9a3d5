import type { EventInput, Regarding } from "./eventBody.js";

/** Equal events that are told as one Event with a count. Times are monotonic milliseconds. */
export interface Series {
  readonly input: EventInput;
  count: number;
  lastAt: number;
  /** How long to wait before the next report of the count; doubles with every report. */
  pause: number;
}

/** What to do about an event: report a new one, report a higher count later, or nothing because there are too many. */
export type Admission =
  | { readonly kind: "new"; readonly series: Series }
  | { readonly kind: "repeated"; readonly series: Series }
  | { readonly kind: "spam" };

const seriesAge = 6 * 60_000;
const firstPause = 5_000;
const longestPause = 5 * 60_000;
const burst = 25;
const refill = 5 * 60_000;
const mostRemembered = 4096;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Joins equal events (same object, reason and type, no more than 6 min apart) to series, and lets each object begin 25
 * series at once and one more every 5 min. Forgets the oldest beyond 4096 series or objects.
 */
export class EventSeries {
  private readonly series = new Map<string, Series>();
  private readonly buckets = new Map<string, Bucket>();

  /** Takes note of an event at monotonic time `now`. */
  admit(input: EventInput, now: number): Admission {
    const object = keyOf(input.regarding);
    const key = JSON.stringify([object, input.type, input.reason]);
    const running = this.series.get(key);
    this.series.delete(key);
    if (running !== undefined && now - running.lastAt < seriesAge) {
      running.count += 1;
      running.lastAt = now;
      this.series.set(key, running);
      return { kind: "repeated", series: running };
    }
    if (!this.take(object, now)) return { kind: "spam" };
    const series = { input, count: 1, lastAt: now, pause: firstPause };
    remember(this.series, key, series);
    return { kind: "new", series };
  }

  private take(object: string, now: number): boolean {
    const bucket = this.buckets.get(object) ?? { tokens: burst, at: now };
    this.buckets.delete(object);
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refill);
    bucket.at = now;
    remember(this.buckets, object, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}

/** The pause after the one given: twice as long, 5 min at most. */
export function nextPause(pause: number): number {
  return Math.min(pause * 2, longestPause);
}

function keyOf({ apiVersion, kind, namespace = "", name, uid = "" }: Regarding): string {
  return JSON.stringify([apiVersion, kind, namespace, name, uid]);
}

/** Adds an entry as the youngest and drops the oldest beyond the bound. */
function remember<T>(entries: Map<string, T>, key: string, value: T): void {
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > mostRemembered && oldest !== undefined) entries.delete(oldest);
}
