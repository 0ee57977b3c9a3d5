import type { Json } from "../../base/json.js";
import { isArray } from "../../base/json.js";
import type { Plan } from "../plan.js";
import { everyRouteConfirmed } from "../series.js";
import { Rings } from "./rings.js";

/** Relative weights at one time. `confirmed`: in force at every gateway; absent until the stored ones are. */
export interface WeightSample {
  /** Epoch milliseconds on the API server's clock. */
  readonly at: number;
  readonly versions: readonly string[];
  readonly wanted: readonly number[];
  readonly stored: readonly number[];
  readonly confirmed?: readonly number[];
}

/** A sample takes some 50 bytes. */
const bounds = { mostOfOne: 240, leastOfOne: 4, mostOfAll: 40_000 };

/** How the weights of each routemap changed of late, by uid; what did not change takes no room. */
export class WeightHistory {
  private readonly rings = new Rings(bounds, { encode, decode });

  /** Takes what a plan knows, where it differs from the last sample. */
  take(uid: string, plan: Plan, at: number): void {
    const sample = sampleOf(plan, at);
    if (sample === undefined) return;
    const last = this.rings.last(uid);
    if (last === undefined || !isSame(last, sample)) this.rings.push(uid, sample);
  }

  /** Oldest first. */
  of(uid: string): readonly WeightSample[] {
    return this.rings.of(uid);
  }

  forget(uid: string): void {
    this.rings.forget(uid);
  }
}

function encode({ at, versions, wanted, stored, confirmed }: WeightSample): Json {
  return [at, versions, wanted, stored, ...(confirmed === undefined ? [] : [confirmed])];
}

function decode(written: unknown): WeightSample {
  const [at, versions, wanted, stored, confirmed] = isArray(written) ? written : [];
  return {
    at: typeof at === "number" ? at : 0,
    versions: isArray(versions) ? versions.filter((name) => typeof name === "string") : [],
    wanted: numbersIn(wanted),
    stored: numbersIn(stored),
    ...(confirmed === undefined ? {} : { confirmed: numbersIn(confirmed) }),
  };
}

function numbersIn(written: Json | undefined): readonly number[] {
  return isArray(written) ? written.filter((weight) => typeof weight === "number") : [];
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
