import type { Plan } from "../plan.js";
import { everyRouteConfirmed } from "../series.js";

/** Relative weights at one time. `confirmed`: in force at every gateway; absent until the stored ones are. */
export interface WeightSample {
  /** Epoch milliseconds on the API server's clock. */
  readonly at: number;
  readonly versions: readonly string[];
  readonly wanted: readonly number[];
  readonly stored: readonly number[];
  readonly confirmed?: readonly number[];
}

/** Samples that one routemap keeps at most, and at least, however many others there are. */
const mostOfOne = 240;
const leastOfOne = 4;
/** Samples in all, as long as there are fewer routemaps than that allows; one takes some 250 bytes. */
const mostOfAll = 40_000;

/** How the weights of each routemap changed of late, by uid; what did not change takes no room. */
export class WeightHistory {
  private readonly rings = new Map<string, WeightSample[]>();

  /** Takes what a plan knows, where it differs from the last sample. */
  take(uid: string, plan: Plan, at: number): void {
    const sample = sampleOf(plan, at);
    if (sample === undefined) return;
    const ring = this.rings.get(uid) ?? [];
    if (ring.length === 0) this.rings.set(uid, ring);
    const last = ring.at(-1);
    if (last !== undefined && isSame(last, sample)) return;
    ring.push(
      last !== undefined && isEqual(last.versions, sample.versions) ? { ...sample, versions: last.versions } : sample,
    );
    const room = Math.max(leastOfOne, Math.min(mostOfOne, Math.floor(mostOfAll / this.rings.size)));
    if (ring.length > room) ring.splice(0, ring.length - room);
  }

  /** Oldest first. */
  of(uid: string): readonly WeightSample[] {
    return [...(this.rings.get(uid) ?? [])];
  }

  forget(uid: string): void {
    this.rings.delete(uid);
  }
}

/** The weights of a plan; undefined where nothing is known of a spec. */
export function sampleOf({ survey }: Plan, at: number): WeightSample | undefined {
  if (survey === undefined || survey.facts.length === 0) return undefined;
  const { facts } = survey;
  return {
    at,
    versions: facts.map(({ name }) => name),
    wanted: facts.map(({ index }) => survey.desire.weights[index] ?? 0),
    stored: facts.map(({ index }) => survey.raw[index] ?? 0),
    ...(everyRouteConfirmed(survey) ? { confirmed: facts.map(({ index }) => survey.raw[index] ?? 0) } : {}),
  };
}

function isSame(a: WeightSample, b: WeightSample): boolean {
  const both = [
    [a.versions, b.versions],
    [a.wanted, b.wanted],
    [a.stored, b.stored],
    [a.confirmed ?? [], b.confirmed ?? []],
  ] as const;
  return both.every(([left, right]) => isEqual(left, right));
}

function isEqual(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
