import { trimmed } from "../base/trimmed.js";
import type { KubeObject } from "../kube/object.js";
import type { Backend, RouteReading } from "./route.js";

/** When a generation was first seen, on the monotonic clock. */
interface Sight {
  readonly generation: number;
  readonly at: number;
}

/** What a run of generations sends to one backend. */
interface BackendTrack {
  /** `backendKey` of it. */
  readonly key: string;
  readonly backend: Backend;
  /** The last generation of the run that sent it anything; undefined: none did. */
  readonly lastCarried: number | undefined;
  /** Since which generation of the run it has been named without a break; undefined: the live one does not name it. */
  readonly namedSince: number | undefined;
}

/**
 * What is remembered of one stored output: an unbroken run of generations (same uid, each one more than the last)
 * and, for each backend seen in it, the last generation that sent it anything and since which one it has been named, at
 * whatever weight.
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
  readonly backends: readonly BackendTrack[];
  readonly stored: readonly Sight[];
  readonly confirmed: readonly Sight[];
  /** When it was first seen not to exist. */
  readonly goneAt: number | undefined;
}

/** The generation that every parent of the route has accepted, or 0; `none`: this kind or object reports nothing. */
export type Confirmation = { readonly kind: "generation"; readonly generation: number } | { readonly kind: "none" };

const kept = 16;

/** Key of a backend in a track. */
export function backendKey(backend: Backend): string {
  return JSON.stringify(backend);
}

/** The backends that a run has sent anything to, or that its live generation names. */
function trackBackends(
  run: readonly BackendTrack[],
  reading: RouteReading,
  generation: number,
): readonly BackendTrack[] {
  const tracks = new Map(run.map((track) => [track.key, unnamed(track)]));
  const rules = reading.readable ? reading.rules : [];
  for (const { backend, weight } of rules.flatMap(({ destinations }) => destinations)) {
    const key = backendKey(backend);
    const before = run.find((track) => track.key === key);
    const lastCarried = tracks.get(key)?.lastCarried;
    tracks.set(key, {
      key: before?.key ?? key,
      backend: before?.backend ?? backend,
      lastCarried: weight > 0 ? generation : lastCarried,
      namedSince: before?.namedSince ?? generation,
    });
  }
  const known = [...tracks.values()];
  return trimmed(known.filter((track) => track.lastCarried !== undefined || track.namedSince !== undefined));
}

/** The same while the live generation does not name it. Written out: an object made by a spread takes four times as much. */
function unnamed({ key, backend, lastCarried }: BackendTrack): BackendTrack {
  return { key, backend, lastCarried, namedSince: undefined };
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
  const stored = run === undefined ? [{ generation, at }] : remember(run.stored, generation, at);
  const seen = confirmation.kind === "generation" ? Math.min(confirmation.generation, generation) : 0;
  return {
    uid: object.metadata.uid,
    generation,
    runStart: run?.runStart ?? generation,
    readable: reading.readable,
    backends: trackBackends(run?.backends ?? [], reading, generation),
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
    backends: [],
    stored: [],
    confirmed: [],
    goneAt: at,
  };
}

/** The first generation of the unbroken run in which none of `backends` is sent anything; undefined while one is. */
export function zeroSince(track: OutputTrack, isOurs: (backend: Backend) => boolean): number | undefined {
  let since = track.runStart;
  for (const { backend, lastCarried } of track.backends) {
    if (lastCarried === undefined || !isOurs(backend)) continue;
    if (lastCarried === track.generation) return undefined;
    since = Math.max(since, lastCarried + 1);
  }
  return since;
}

/** Since which generation of the run a backend has been named; undefined where the live one does not name it. */
export function namedSince(track: OutputTrack, key: string): number | undefined {
  return track.backends.find((backend) => backend.key === key)?.namedSince;
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
