/** How well a name of a route fits a host; the larger, the more specific. */
export interface HostRank {
  /** Characters of the name, 0 for one with a wildcard. */
  readonly exact: number;
  readonly length: number;
}

/**
 * How well the best of the names fits the host; undefined if none does. `*.a` takes every name that ends in `.a`, with
 * any number of labels before it, but not `a` (Gateway API, Hostname). No names at all take every host.
 */
export function rankHost(names: readonly string[], host: string): HostRank | undefined {
  if (names.length === 0) return { exact: 0, length: 0 };
  const ranks = names.flatMap((name) => rankName(name.toLowerCase(), host) ?? []);
  return ranks.sort(byHostRank)[0];
}

/** Sorts the more specific first: a whole name before a wildcard, then the longer one. */
export function byHostRank(one: HostRank, other: HostRank): number {
  return other.exact - one.exact || other.length - one.length;
}

function rankName(name: string, host: string): HostRank | undefined {
  if (name === "*") return { exact: 0, length: 1 };
  if (!name.startsWith("*")) return name === host ? { exact: name.length, length: name.length } : undefined;
  const ending = name.slice(1);
  return host.length > ending.length && host.endsWith(ending) ? { exact: 0, length: name.length } : undefined;
}
