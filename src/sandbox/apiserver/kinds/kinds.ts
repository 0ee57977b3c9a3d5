import type { ServedKind } from "./servedKind.js";

/** A group and the versions it is served in, the preferred one first. */
export interface ServedGroup {
  readonly group: string;
  readonly versions: readonly string[];
}

/** Everything that is served now: the built-in kinds, and those of custom resource definitions, which come and go. */
export class Kinds {
  private readonly served = new Map<string, ServedKind>();

  constructor(builtins: readonly ServedKind[]) {
    for (const kind of builtins) this.serve(kind);
  }

  find(group: string, version: string, plural: string): ServedKind | undefined {
    return this.served.get(`${group}/${version}/${plural}`);
  }

  /** The served kind of an object or a reference to one, in the version it names. */
  ofKind(apiVersion: string, kind: string): ServedKind | undefined {
    const slash = apiVersion.indexOf("/");
    const group = slash < 0 ? "" : apiVersion.slice(0, slash);
    const version = apiVersion.slice(slash + 1);
    return this.all().find((served) => served.group === group && served.version === version && served.kind === kind);
  }

  /** A version of what is stored in a collection, the stored one if that is served. */
  ofCollection(collection: string): ServedKind | undefined {
    const found = this.all().filter((kind) => kind.collection === collection);
    return (
      found.find((kind) => `${kind.group === "" ? "" : `${kind.group}/`}${kind.version}` === kind.storedAs) ?? found[0]
    );
  }

  all(): readonly ServedKind[] {
    return [...this.served.values()];
  }

  /** Kinds of one group and version, in the order of their plurals. */
  ofVersion(group: string, version: string): readonly ServedKind[] {
    return this.all()
      .filter((kind) => kind.group === group && kind.version === version)
      .sort((a, b) => (a.plural < b.plural ? -1 : 1));
  }

  /** Groups in the order in which they came, without the core group. */
  groups(): readonly ServedGroup[] {
    const versions = new Map<string, Set<string>>();
    for (const { group, version } of this.served.values()) {
      if (group !== "") versions.set(group, (versions.get(group) ?? new Set()).add(version));
    }
    return [...versions].map(([group, found]) => ({ group, versions: [...found].sort(byPreference) }));
  }

  serve(kind: ServedKind): void {
    this.served.set(`${kind.group}/${kind.version}/${kind.plural}`, kind);
  }

  /** Serves a collection no more, in no version. */
  withdraw(collection: string): void {
    for (const [key, kind] of this.served) if (kind.collection === collection) this.served.delete(key);
  }
}

/**
 * Stable versions before betas before alphas, higher numbers first, anything else last in alphabetical order
 * (Kubernetes, "Versions in CustomResourceDefinitions", version priority).
 */
export function byPreference(a: string, b: string): number {
  const [first, second] = [rank(a), rank(b)];
  if (first === undefined || second === undefined) {
    if (first === undefined && second === undefined) return a < b ? -1 : Number(a > b);
    return first === undefined ? 1 : -1;
  }
  return second.stage - first.stage || second.major - first.major || second.minor - first.minor;
}

function rank(version: string): { stage: number; major: number; minor: number } | undefined {
  const [whole, major = "", stage = "", minor = "0"] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  if (whole === undefined) return undefined;
  return { stage: ["alpha", "beta", ""].indexOf(stage), major: Number(major), minor: Number(minor) };
}
