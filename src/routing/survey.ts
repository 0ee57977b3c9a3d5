import type { Contender, Desire } from "./desired.js";
import { desire, fallback } from "./desired.js";
import type { VersionFacts, VersionOutline } from "./facts.js";
import { gatherFacts, identifyVersions, outlineVersions } from "./facts.js";
import { names } from "./names.js";
import type { Now, Observed, OutputId } from "./observed.js";
import { carriesTraffic, outputKey } from "./observed.js";
import type { Problem } from "./problem.js";
import type { VersionIdentity } from "./reader/identify.js";
import type { Routemap } from "./routemap.js";
import { isOwnOutput } from "./ownership.js";
import { raiseAllowedAt } from "./raise.js";
import { RenderWork } from "./render/renderWork.js";
import { storedWeights } from "./stored.js";
import type { StoredWeights } from "./stored.js";
import { effectiveWeight } from "./weights.js";

/** A held object is given back its weight, or forced back, after this time without our finalizer (docs/rules.md, "Who is held"). */
export const unheldPatience = 1000;

/** Everything about a routemap that its decisions share. Indexes are those of `facts`. */
export interface Survey {
  readonly observed: Observed;
  readonly now: Now;
  readonly spec: Routemap;
  readonly outlines: readonly VersionOutline[];
  readonly versions: readonly VersionIdentity[];
  readonly facts: readonly VersionFacts[];
  /** From two versions on, what carries traffic is held. */
  readonly multi: boolean;
  readonly own: readonly OutputId[];
  readonly stored: ReadonlyMap<string, StoredWeights>;
  /** Raw weights over all stored outputs. */
  readonly raw: readonly number[];
  readonly contenders: readonly Contender[];
  readonly desire: Desire;
  readonly fallback: Desire;
  /** Monotonic time from which each version may be raised; undefined: not while things are as they are. */
  readonly raiseAt: readonly (number | undefined)[];
  /** Versions that must not be raised because nothing could prove later that they carry nothing. */
  readonly unprovable: ReadonlySet<number>;
  readonly paused: boolean;
  readonly fenced: boolean;
  readonly adopt: boolean;
  readonly problems: readonly Problem[];
  /** What its templates have cost in this plan. */
  readonly work: RenderWork;
}

/** The spec that is in force: today's, or where it cannot be decoded the last good one, or what is known of it. */
export function specInForce({ spec }: Pick<Observed, "spec">): Routemap | undefined {
  return spec.state === "valid" ? spec.routemap : (spec.lastGood ?? spec.makeshift);
}

/** Looks at one routemap's whole world once. */
export function survey(observed: Observed, spec: Routemap, now: Now): Survey {
  const outlines = outlineVersions(spec, observed.claims, observed.kinds);
  const versions = identifyVersions(outlines, observed, spec.routes);
  const own = observed.ownOutputs();
  const stored = readStored(observed, own, versions);
  const raw = overall(stored, versions, (weights, index) => weights.raw[index] ?? 0);
  const shares = overall(stored, versions, (weights, index) => weights.shares[index] ?? 0);
  const facts = gatherFacts(
    outlines,
    observed,
    raw.map((weight) => weight > 0),
  );
  const multi = outlines.length > 1;
  const weighed = facts.map((version) => weigh(version, raw[version.index] ?? 0));
  const contenders = facts.map((version, index) => contender(version, weighed[index]?.weight ?? 0, raw, shares));
  const annotations = observed.routemap.annotations;
  const barred = new Set(facts.filter((v) => observed.memory.unholdable.has(v.name)).map((v) => v.index));
  const back = fallback(contenders, barred);
  const wanted = desire(contenders, annotations[names.forcePrimary] === "true", barred);
  return {
    observed,
    now,
    spec,
    outlines,
    versions,
    facts,
    multi,
    own,
    stored,
    raw,
    contenders,
    desire: forceUnheldBack(wanted, back, facts, observed, multi, now),
    fallback: back,
    raiseAt: facts.map((version) => raiseAllowedAt(version, observed, spec.release.minStable, now)),
    unprovable: new Set(),
    paused: annotations[names.paused] === "true",
    fenced: now.monotonic < observed.memory.fencedUntil,
    adopt: annotations[names.adopt] === "true",
    problems: weighed.flatMap((item) => item.problems),
    work: new RenderWork(),
  };
}

function readStored(
  observed: Observed,
  own: readonly OutputId[],
  versions: readonly VersionIdentity[],
): Map<string, StoredWeights> {
  const found = new Map<string, StoredWeights>();
  for (const id of own) {
    const seen = observed.output(id);
    if (!carriesTraffic(observed, id) || seen.state !== "seen" || seen.object === undefined) continue;
    if (isOwnOutput(seen.object, observed.routemap.uid))
      found.set(outputKey(id), storedWeights(seen.object, versions, observed.subsetLabels));
  }
  return found;
}

function overall(
  stored: ReadonlyMap<string, StoredWeights>,
  versions: readonly VersionIdentity[],
  read: (weights: StoredWeights, index: number) => number,
): readonly number[] {
  return versions.map((_, index) => Math.max(0, ...[...stored.values()].map((weights) => read(weights, index))));
}

function weigh(version: VersionFacts, stored: number): { weight: number; problems: readonly Problem[] } {
  if (version.spec === undefined) return { weight: 0, problems: [] };
  const annotations = version.resources.map((resource) => resource.object?.metadata.annotations);
  const problemPath = `versions[${version.index}]`;
  return effectiveWeight({ version: version.spec, annotations, stored, path: problemPath });
}

function contender(
  version: VersionFacts,
  weight: number,
  raw: readonly number[],
  shares: readonly number[],
): Contender {
  return {
    listed: version.listed,
    answer: version.answer,
    standing: version.standing,
    stillServing: version.stillServing,
    weight,
    stored: raw[version.index] ?? 0,
    share: shares[version.index] ?? 0,
  };
}

function forceUnheldBack(
  wanted: Desire,
  back: Desire,
  facts: readonly VersionFacts[],
  observed: Observed,
  multi: boolean,
  now: Now,
): Desire {
  if (!multi || wanted.rule !== "weights") return wanted;
  const weights = wanted.weights.map((weight, index) => {
    const version = facts[index];
    const since = version === undefined ? undefined : observed.memory.unheldSince.get(version.name);
    const tooLong = since !== undefined && now.monotonic - since >= unheldPatience;
    return tooLong && (back.weights[index] ?? 0) === 0 ? 0 : weight;
  });
  return weights.some((weight) => weight > 0) ? { weights, rule: wanted.rule } : back;
}
