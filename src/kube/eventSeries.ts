import { digestOf } from "../base/hash.js";
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
 * Joins equal events (same object, type, reason and note, no more than 6 min apart) to series, because the note of an
 * Event cannot be changed. Each object may begin 25 series at once and one more every 5 min; the second half of them is
 * kept for other reasons: by then, an event of a known reason joins the last series of that reason, whatever it says.
 * Forgets the oldest beyond 4096 series or objects.
 */
export class EventSeries {
  private readonly series = new Map<string, Series>();
  /** The last series of each reason of an object. */
  private readonly latest = new Map<string, Series>();
  private readonly buckets = new Map<string, Bucket>();

  /** Takes note of an event at monotonic time `now`. */
  admit(input: EventInput, now: number): Admission {
    const object = keyOf(input.regarding);
    const reason = digestOf(object, input.type, input.reason);
    const key = digestOf(reason, input.note);
    const bucket = this.bucket(object, now);
    const similar = bucket.tokens < burst / 2 ? this.latest.get(reason) : undefined;
    const running = [this.series.get(key), similar].find((each) => each !== undefined && now - each.lastAt < seriesAge);
    if (running === undefined && bucket.tokens < 1) return { kind: "spam" };
    const series = running ?? { input, count: 0, lastAt: now, pause: firstPause };
    series.count += 1;
    series.lastAt = now;
    if (running === undefined) bucket.tokens -= 1;
    remember(this.series, series.input === input ? key : digestOf(reason, series.input.note), series);
    remember(this.latest, reason, series);
    return running === undefined ? { kind: "new", series } : { kind: "repeated", series };
  }

  private bucket(object: string, now: number): Bucket {
    const bucket = this.buckets.get(object) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refill);
    bucket.at = now;
    remember(this.buckets, object, bucket);
    return bucket;
  }
}

/** The pause after the one given: twice as long, 5 min at most. */
export function nextPause(pause: number): number {
  return Math.min(pause * 2, longestPause);
}

function keyOf({ apiVersion, kind, namespace = "", name, uid = "" }: Regarding): string {
  return digestOf(apiVersion, kind, namespace, name, uid);
}

/** Adds an entry as the youngest and drops the oldest beyond the bound. */
function remember<T>(entries: Map<string, T>, key: string, value: T): void {
  entries.delete(key);
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > mostRemembered && oldest !== undefined) entries.delete(oldest);
}
