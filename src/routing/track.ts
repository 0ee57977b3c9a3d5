import type { KubeObject } from "../kube/object.js";
import type { Backend, RouteReading } from "./route.js";

/** When a generation was first seen, on the monotonic clock. */
interface Sight {
  readonly generation: number;
  readonly at: number;
}

/**
 * What is remembered of one stored output: an unbroken run of generations (same uid, each one more than the last)
 * and, for each backend seen in it, the last generation that sent it anything. Of the backends that the live generation
 * names, at whatever weight, it tells since which generation they have been named.
 *
 * A generation changes with every spec write, so two sights that are equal or adjacent prove that nothing was missed.
 */
export interface OutputTrack {
  /** Undefined while the output does not exist. */
  readonly uid: string | undefined;
  readonly generation: number;
  readonly runStart: number;
  /** Whether the live generation could be read; what could not proves nothing, so the next one starts a new run. */
  readonly readable: boolean;
  readonly lastCarried: ReadonlyMap<string, number>;
  readonly namedSince: ReadonlyMap<string, number>;
  readonly backends: ReadonlyMap<string, Backend>;
  readonly stored: readonly Sight[];
  readonly confirmed: readonly Sight[];
  /** When it was first seen not to exist. */
  readonly goneAt: number | undefined;
}

/** The generation that every parent of the route has accepted, or 0; `none`: this kind or object reports nothing. */
export type Confirmation = { readonly kind: "generation"; readonly generation: number } | { readonly kind: "none" };

const kept = 16;

/** Key of a backend in the maps of a track. */
export function backendKey(backend: Backend): string {
  return JSON.stringify(backend);
}

function backendsOf(reading: RouteReading, counts: (weight: number) => boolean): Map<string, Backend> {
  const found = new Map<string, Backend>();
  if (!reading.readable) return found;
  for (const rule of reading.rules)
    for (const destination of rule.destinations)
      if (counts(destination.weight)) found.set(backendKey(destination.backend), destination.backend);
  return found;
}

function remember(sights: readonly Sight[], generation: number, at: number): readonly Sight[] {
  const last = sights.at(-1);
  if (generation === 0 || (last !== undefined && last.generation >= generation)) return sights;
  return [...sights, { generation, at }].slice(-kept);
}

/**
 * Takes one sight of an output into its track. `restart` dates everything anew at the live generation: after a
 * takeover, or after a write of unknown outcome.
 */
export function trackOutput(
  before: OutputTrack | undefined,
  object: KubeObject | undefined,
  reading: RouteReading,
  confirmation: Confirmation,
  at: number,
  restart = false,
): OutputTrack {
  if (object === undefined) return trackAbsence(before, at);
  const generation = object.metadata.generation ?? 0;
  const same = generation === before?.generation;
  const next = generation === (before?.generation ?? NaN) + 1 && before?.readable === true;
  const continues = !restart && before?.uid === object.metadata.uid && (same || next);
  const run = continues ? before : undefined;
  const named = backendsOf(reading, () => true);
  const carried = backendsOf(reading, (weight) => weight > 0);
  const lastCarried = new Map(run?.lastCarried);
  for (const key of carried.keys()) lastCarried.set(key, generation);
  const stored = run === undefined ? [{ generation, at }] : remember(run.stored, generation, at);
  const seen = confirmation.kind === "generation" ? Math.min(confirmation.generation, generation) : 0;
  return {
    uid: object.metadata.uid,
    generation,
    runStart: run?.runStart ?? generation,
    readable: reading.readable,
    lastCarried,
    namedSince: new Map([...named.keys()].map((key) => [key, run?.namedSince.get(key) ?? generation])),
    backends: new Map([...(run?.backends ?? []), ...carried]),
    stored,
    confirmed: remember(run?.confirmed ?? [], seen, at),
    goneAt: undefined,
  };
}

function trackAbsence(before: OutputTrack | undefined, at: number): OutputTrack {
  if (before?.uid === undefined && before?.goneAt !== undefined) return before;
  return {
    uid: undefined,
    generation: 0,
    runStart: 0,
    readable: true,
    lastCarried: new Map(),
    namedSince: new Map(),
    backends: new Map(),
    stored: [],
    confirmed: [],
    goneAt: at,
  };
}

/** The first generation of the unbroken run in which none of `backends` is sent anything; undefined while one is. */
export function zeroSince(track: OutputTrack, isOurs: (backend: Backend) => boolean): number | undefined {
  let since = track.runStart;
  for (const [key, backend] of track.backends) {
    if (!isOurs(backend)) continue;
    const last = track.lastCarried.get(key) ?? 0;
    if (last === track.generation) return undefined;
    since = Math.max(since, last + 1);
  }
  return since;
}

/** When a generation, or a later one, was first seen stored. */
export function storedAt(track: OutputTrack, generation: number): number | undefined {
  return track.stored.find((sight) => sight.generation >= generation)?.at;
}

/** When a generation, or a later one, was first seen confirmed by every parent. */
export function confirmedAt(track: OutputTrack, generation: number): number | undefined {
  return track.confirmed.find((sight) => sight.generation >= generation)?.at;
}

/** Whether every parent has accepted the live generation, or a later one. */
export function isConfirmed(track: OutputTrack): boolean {
  return track.uid !== undefined && confirmedAt(track, track.generation) !== undefined;
}
