/** What the choice of weights asks of one version. Index 0 is the primary; versions that left the spec come last. */
export interface Contender {
  readonly listed: boolean;
  readonly answer: "ready" | "notReady" | "unseen";
  /** Every object that can be held is there and none is deleting. */
  readonly standing: boolean;
  /** Deleting or dropped from the spec, and would pass its gates otherwise. */
  readonly stillServing: boolean;
  /** Weight from annotation, spec or default. */
  readonly weight: number;
  /** Raw weight in the stored output. */
  readonly stored: number;
  /** Weight that a rule other than a candidate's own match or a mirror gives it in the stored output. */
  readonly share: number;
}

/** Relative weights per version, and the rule that gave them. */
export interface Desire {
  readonly weights: readonly number[];
  readonly rule: "weights" | "force-primary" | FallbackRule;
}

/** Which step of the fallback chain applied (docs/rules.md, "Where traffic returns to"). */
export type FallbackRule =
  | "fallback-primary"
  | "fallback-carrying"
  | "fallback-any-ready"
  | "fallback-still-serving"
  | "fallback-unready-primary"
  | "fallback-stored"
  | "fallback-none";

const sum = (weights: readonly number[]): number => weights.reduce((total, weight) => total + weight, 0);

/** All weight on version `index` of `count`. */
export function only(count: number, index: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => (i === index ? 1 : 0));
}

/**
 * Where traffic goes when no version may have it by its own weight. `barred` versions were found wanting by a live
 * read and are passed over.
 */
export function fallback(versions: readonly Contender[], barred: ReadonlySet<number> = new Set()): Desire {
  const count = versions.length;
  const primary = versions[0];
  const ready = (version: Contender, index: number): boolean =>
    version.listed && version.answer === "ready" && !barred.has(index);
  const pick = (choose: (version: Contender, index: number) => number): readonly number[] => versions.map(choose);
  if (primary !== undefined && ready(primary, 0)) return { weights: only(count, 0), rule: "fallback-primary" };
  const carrying = pick((v, i) => (ready(v, i) ? v.share : 0));
  if (sum(carrying) > 0) return { weights: carrying, rule: "fallback-carrying" };
  if (primary === undefined || !primary.standing || !primary.listed) {
    const any = pick((v, i) => (ready(v, i) ? 1 : 0));
    if (sum(any) > 0) return { weights: any, rule: "fallback-any-ready" };
  }
  const serving = pick((v) => (v.stillServing && v.share > 0 ? v.stored : 0));
  if (sum(serving) > 0) return { weights: serving, rule: "fallback-still-serving" };
  if (primary?.listed === true && primary.standing)
    return { weights: only(count, 0), rule: "fallback-unready-primary" };
  // What everybody's rule gives: a candidate that only a match or a mirror leads to does not inherit everybody here either.
  const shares = pick((v) => v.share);
  const stored = sum(shares) > 0 ? shares : pick((v) => v.stored);
  return sum(stored) > 0 ? { weights: stored, rule: "fallback-stored" } : { weights: stored, rule: "fallback-none" };
}

/**
 * The weights that the spec and the gates ask for: unavailable is 0, unseen stays as stored, and where nothing is
 * left the fallback. With `forcePrimary` everything goes to the primary while it is ready.
 */
export function desire(
  versions: readonly Contender[],
  forcePrimary: boolean,
  barred: ReadonlySet<number> = new Set(),
): Desire {
  const primaryReady = versions[0]?.listed === true && versions[0].answer === "ready";
  if (forcePrimary) {
    if (primaryReady) return { weights: only(versions.length, 0), rule: "force-primary" };
    return fallback(versions, barred);
  }
  const weights = versions.map((version) => {
    if (!version.listed) return 0;
    if (version.answer === "ready") return version.weight;
    return version.answer === "unseen" ? version.stored : 0;
  });
  return sum(weights) > 0 ? { weights, rule: "weights" } : fallback(versions, barred);
}
