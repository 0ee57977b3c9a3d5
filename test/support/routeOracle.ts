/** What a version is like in a cluster, and what the routemap says of it. The first listed one is the primary. */
export interface VersionState {
  readonly name: string;
  /** False once it left the spec. */
  readonly listed: boolean;
  readonly weight: number;
  /** All its objects are there. */
  readonly there: boolean;
  readonly deleting: boolean;
  /** Its Pods answer. */
  readonly serving: boolean;
}

export type Strategy = "blue-green" | "canary" | "mirror";

/** Shares of requests by the name of the version; they sum to 1, or to 0 where nobody was ever there. */
export type Shares = ReadonlyMap<string, number>;

/** Ready by docs/rules.md, "Gates": there, labelled, not going away, and its Pods answer. */
export function isReady({ listed, there, deleting, serving }: VersionState): boolean {
  return listed && there && !deleting && serving;
}

/** Where everybody's requests go (docs/rules.md, "Where traffic returns to"), given where they went so far. */
function fallbackOf(versions: readonly VersionState[], before: Shares): Shares {
  const primary = versions.find(({ listed }) => listed);
  if (primary === undefined) return before;
  if (isReady(primary)) return shared([[primary.name, 1]]);
  const ready = versions.filter(isReady);
  const carrying = shared(ready.map(({ name }) => [name, before.get(name) ?? 0]));
  if (carrying.size > 0) return carrying;
  const primaryStands = primary.there && !primary.deleting;
  if (!primaryStands && ready.length > 0) return shared(ready.map(({ name }) => [name, 1]));
  const last = versions.filter((version) => version.there && version.serving && (version.deleting || !version.listed));
  const unchanged = shared(last.map(({ name }) => [name, before.get(name) ?? 0]));
  if (unchanged.size > 0) return unchanged;
  return primaryStands ? shared([[primary.name, 1]]) : before;
}

/** Where requests go that no match and no cookie takes (docs/routes.md, "Strategies"). */
export function everybody(strategy: Strategy, versions: readonly VersionState[], before: Shares): Shares {
  const weighted = shared(versions.filter(isReady).map(({ name, weight }) => [name, weight]));
  return strategy === "blue-green" && weighted.size > 0 ? weighted : fallbackOf(versions, before);
}

/** Whether a candidate gets what is meant for it alone; one that takes everybody's requests takes its own, too. */
export function takesItsOwn(version: VersionState, shares: Shares): boolean {
  return (isReady(version) && version.weight > 0) || (shares.get(version.name) ?? 0) > 0;
}

/** The shares as "a 80%, b 20%", sorted. */
export function sharesText(shares: Shares): string {
  return [...shares]
    .map(([name, share]) => `${name} ${Math.round(share * 100_000) / 1000}%`)
    .sort()
    .join(", ");
}

function shared(weights: readonly (readonly [string, number])[]): Shares {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(weights.filter(([, weight]) => weight > 0).map(([name, weight]) => [name, weight / total]));
}
