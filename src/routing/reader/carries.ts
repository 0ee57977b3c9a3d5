import type { Destination, ReadableRoute, RouteRule } from "../route.js";
import type { SubsetLabels, VersionIdentity } from "./identify.js";
import { identifyVersion } from "./identify.js";

/** What a route gives one version. */
export interface CarriedWeight {
  readonly index: number;
  /**
   * The version's weight where everybody's traffic is decided: its largest weight in any rule that takes everything;
   * in a route without such a rule, in any rule that shares traffic out among several versions. A candidate's own
   * match and a mirror do not count. Comparable within one route only, and only as proportions.
   */
  readonly weight: number;
  /** True if any rule gives it a share or a copy: weight above 0 anywhere, by whatever match. */
  readonly carries: boolean;
  /** True if a rule that does not take everything gives it a share. */
  readonly byMatch: boolean;
  /** True if a rule sends it copies. */
  readonly byMirror: boolean;
}

/** What a route gives the versions, and what it gives to anybody else. */
export interface Carried {
  /** One entry per version, in the order given. */
  readonly perVersion: readonly CarriedWeight[];
  /** Destinations with a weight or percentage above 0 that mean none of the versions, or could mean several. */
  readonly unlisted: readonly Destination[];
}

interface Found {
  readonly rule: RouteRule;
  readonly destination: Destination;
  readonly version: number | undefined;
}

/**
 * Tells for every version what a route gives it. This is the proof, on rendered and on live routes, that a version
 * carries nothing: `carries` is false. It says nothing about the destinations in `unlisted`.
 */
export function carriedWeights(
  reading: ReadableRoute,
  versions: readonly VersionIdentity[],
  subsetLabels?: SubsetLabels,
): Carried {
  const found = reading.rules.flatMap((rule) =>
    rule.destinations.map((destination): Found => {
      return { rule, destination, version: identifyVersion(destination.backend, versions, subsetLabels) };
    }),
  );
  const common = rulesForEverybody(reading.rules, found);
  const live = found.filter(({ destination }) => destination.weight > 0);
  return {
    perVersion: versions.map(({ index }) => carriedBy(index, live, common)),
    unlisted: live.filter(({ version }) => version === undefined).map(({ destination }) => destination),
  };
}

function carriedBy(index: number, live: readonly Found[], common: ReadonlySet<RouteRule>): CarriedWeight {
  const own = live.filter(({ version }) => version === index);
  const shares = own.filter(({ destination }) => destination.role === "share");
  const perRule = new Map<RouteRule, number>();
  for (const { rule, destination } of shares) {
    if (common.has(rule)) perRule.set(rule, (perRule.get(rule) ?? 0) + destination.weight);
  }
  return {
    index,
    weight: Math.max(0, ...perRule.values()),
    carries: own.length > 0,
    byMatch: shares.some(({ rule }) => !rule.catchAll),
    byMirror: own.some(({ destination }) => destination.role === "mirror"),
  };
}

function rulesForEverybody(rules: readonly RouteRule[], found: readonly Found[]): ReadonlySet<RouteRule> {
  const catchAll = rules.filter((rule) => rule.catchAll && rule.hasBackends);
  return new Set(catchAll.length > 0 ? catchAll : rules.filter((rule) => sharesOut(rule, found)));
}

function sharesOut(rule: RouteRule, found: readonly Found[]): boolean {
  const named = found.filter(
    (entry) => entry.rule === rule && entry.destination.role === "share" && entry.version !== undefined,
  );
  return new Set(named.map(({ version }) => version)).size > 1;
}
