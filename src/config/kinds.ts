import { nearest } from "../base/suggest.js";
import { groupResourceOf } from "../kube/resource.js";
import type { ConfigFile, ResourceType } from "./configFile.js";
import { kind } from "./defaults.js";
import type { Finding } from "./issues.js";
import type { KindSettings } from "./kind.js";

/** Kinds as they come out of a merge, and what is wrong with them. */
export interface MergedKinds {
  readonly kinds: readonly KindSettings[];
  readonly findings: readonly Finding[];
}

/**
 * The user's entries over the built-in ones, by shorthand. An entry that points a known shorthand at another resource
 * takes over what is known of that resource, not what the shorthand meant before.
 */
export function mergeKinds(builtIn: readonly KindSettings[], entries: ConfigFile["resourceTypes"]): MergedKinds {
  const merged = new Map(builtIn.map((settings) => [settings.shorthand, settings]));
  const findings: Finding[] = [];
  for (const [shorthand, entry] of Object.entries(entries ?? {})) {
    const base = baseOf(builtIn, shorthand, entry);
    const missing = (["Version", "Resource"] as const).filter((key) => entry[key] === undefined);
    if (base === undefined && missing.length > 0) findings.push(incomplete(builtIn, shorthand, missing));
    else merged.set(shorthand, mergeKind(base, shorthand, entry));
  }
  const kinds = [...merged.values()];
  return { kinds, findings: [...findings, ...disagreements(kinds, entries ?? {})] };
}

function baseOf(builtIn: readonly KindSettings[], shorthand: string, entry: ResourceType): KindSettings | undefined {
  const named = builtIn.find((settings) => settings.shorthand === shorthand);
  const wanted = { group: entry.Group ?? named?.group ?? "", resource: entry.Resource ?? named?.resource };
  const same = (settings: KindSettings | undefined): settings is KindSettings =>
    settings?.group === wanted.group && settings.resource === wanted.resource;
  return same(named) ? named : builtIn.find(same);
}

function mergeKind(base: KindSettings | undefined, shorthand: string, entry: ResourceType): KindSettings {
  const settings = base ?? kind(shorthand, entry.Group ?? "", entry.Version ?? "", entry.Resource ?? "", {});
  return {
    ...settings,
    shorthand,
    version: entry.Version ?? settings.version,
    conditions: entry.conditions ?? settings.conditions,
    hold: entry.hold ?? settings.hold,
    carries: entry.carries ?? settings.carries,
    specPaths: entry.specPaths ?? settings.specPaths,
    ...(entry.ready === undefined ? {} : { ready: entry.ready }),
    ...(entry.minStable === undefined ? {} : { minStable: entry.minStable }),
  };
}

function incomplete(builtIn: readonly KindSettings[], shorthand: string, missing: readonly string[]): Finding {
  const meant = nearest(
    shorthand,
    builtIn.map((settings) => settings.shorthand),
  );
  const suggestion = meant === undefined ? "" : `, or did you mean ${JSON.stringify(meant)}?`;
  return {
    path: ["resourceTypes", shorthand],
    message: `is no built-in shorthand, and ${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing`,
    fix: `add ${missing.join(" and ")}${suggestion}`,
  };
}

/** One resource is watched once, so its shorthands must agree on what belongs to the object rather than to its gates. */
function disagreements(kinds: readonly KindSettings[], written: Readonly<Record<string, unknown>>): readonly Finding[] {
  const findings: Finding[] = [];
  const first = new Map<string, KindSettings>();
  for (const settings of kinds) {
    const other = first.get(groupResourceOf(settings));
    if (other === undefined) {
      first.set(groupResourceOf(settings), settings);
      continue;
    }
    for (const [key, mine, theirs] of [
      ["Version", settings.version, other.version],
      ["hold", settings.hold, other.hold],
    ] as const) {
      if (mine === theirs) continue;
      const blamed = settings.shorthand in written ? settings : other;
      const peer = blamed === settings ? other : settings;
      findings.push({
        path: ["resourceTypes", blamed.shorthand, key],
        message: `${blamed.shorthand} and ${peer.shorthand} are one resource (${groupResourceOf(settings)}) but differ in ${key}`,
        fix: `give resourceTypes.${peer.shorthand} the same ${key}`,
      });
    }
  }
  return findings;
}
