import type { RequestMatch } from "./requestMatch.js";

/**
 * How specific a match is, the more so the larger, member by member: kind of path condition (exact, regular expression,
 * prefix), characters of the path, method, number of header fields, number of parameters (Gateway API, HTTPRouteRule
 * `matches`; where regular expressions stand is left to the gateway).
 */
export type MatchRank = readonly number[];

/** The rank of a match. */
export function rankMatch(match: RequestMatch): MatchRank {
  const [kind, length] = pathRank(match);
  return [kind, length, match.method === undefined ? 0 : 1, match.fields.length, match.query.length];
}

/** Sorts the more specific first. */
export function byMatchRank(one: MatchRank, other: MatchRank): number {
  for (const [at, rank] of one.entries()) {
    const difference = (other[at] ?? 0) - rank;
    if (difference !== 0) return difference;
  }
  return 0;
}

function pathRank({ path }: RequestMatch): readonly [number, number] {
  if (path === undefined) return [0, 0];
  if (path.type === "segments") return [0, path.prefix.length];
  switch (path.match.type) {
    case "exact":
      return [2, path.match.text.length];
    case "regex":
      return [1, path.match.pattern?.source.length ?? 0];
    case "prefix":
      return [0, path.match.text.length];
    case "present":
      return [0, 0];
  }
}
