import type { VersionFacts } from "./facts.js";
import type { Memory, Sighting } from "./memory.js";
import type { Now } from "./observed.js";
import type { Survey } from "./survey.js";

/**
 * What the process remembers after looking: since when each version has its answer, carries without our finalizer,
 * or is held without carrying. `initial`: this is the first look after the initial lists.
 */
export function rememberSurvey(memory: Memory, s: Survey, initial: boolean): Memory {
  const sightings = new Map<string, Sighting>();
  for (const version of s.facts)
    sightings.set(version.name, sight(memory.sightings.get(version.name), version, s.now, initial));
  const carrying = (version: VersionFacts): boolean => (s.raw[version.index] ?? 0) > 0;
  const unheld = (version: VersionFacts): boolean =>
    s.multi && carrying(version) && version.resources.some((r) => r.kind.hold && r.object !== undefined && !r.held);
  const guarded = (version: VersionFacts): boolean =>
    !carrying(version) && version.resources.some((r) => r.kind.hold && r.held);
  const { fencedUntil, troubles, fights, uncertain, baselines, unstrippable, unholdable } = memory;
  // Written out: thousands are kept, and what a spread makes takes twice the memory.
  return {
    fencedUntil,
    sightings,
    unheldSince: since(memory.unheldSince, s, unheld),
    guardedSince: since(memory.guardedSince, s, guarded),
    behindSince: since(memory.behindSince, s, (v) => carrying(v) && v.decisive.reason === "StatusBehind"),
    troubles,
    fights: fights.length === 0 ? fights : fights.filter((at) => s.now.monotonic - at < 3_600_000),
    uncertain,
    baselines,
    unstrippable,
    unholdable,
  };
}

function sight(before: Sighting | undefined, version: VersionFacts, now: Now, initial: boolean): Sighting {
  const about = version.resources
    .map((r) => `${r.object?.metadata.uid ?? ""}@${r.object?.metadata.generation ?? 0}`)
    .join(" ");
  if (before?.answer === version.answer && before.about === about) return before;
  return { answer: version.answer, about, since: now.server, initial };
}

function since(
  before: ReadonlyMap<string, number>,
  s: Survey,
  holds: (version: VersionFacts) => boolean,
): ReadonlyMap<string, number> {
  const after = s.facts
    .filter(holds)
    .map(({ name }): readonly [string, number] => [name, before.get(name) ?? s.now.monotonic]);
  // Mostly there are none, and thousands of routemaps are remembered.
  return after.length === 0 ? nothing : new Map(after);
}

const nothing: ReadonlyMap<string, number> = new Map();
