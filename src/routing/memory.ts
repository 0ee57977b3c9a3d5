/** Why a route write did not succeed the last time, per output. */
export interface WriteTrouble {
  readonly condition: "WriteFailed" | "FieldConflict";
  readonly reason: string;
  readonly message: string;
  /** Whether the API server refused what was rendered, so that the same will be refused again. */
  readonly refused?: boolean;
  /** Failed tries of a return in a row; the third goes without a resourceVersion. */
  readonly tries: number;
  /** Monotonic time before which it is not tried again. */
  readonly retryAt: number;
}

/** A version's answer since when, as this process saw it; times are epoch milliseconds. */
export interface Sighting {
  readonly answer: string;
  /** What the answer was given about: uids and generations of the version's resources. */
  readonly about: string;
  readonly since: number;
  /** True for what the initial list showed: then only the conditions' own times count. */
  readonly initial: boolean;
}

/**
 * What one process remembers of a routemap between two plans. It is a cache: all of it may be lost at any time, and
 * losing it only makes the next decision slower, never less safe.
 */
export interface Memory {
  /** No raise and no release before this monotonic time: the outcome of a write is unknown. */
  readonly fencedUntil: number;
  readonly sightings: ReadonlyMap<string, Sighting>;
  /** Monotonic time since which a version carries weight without our finalizer. */
  readonly unheldSince: ReadonlyMap<string, number>;
  /** Monotonic time since which a version is held but carries nothing although it should. */
  readonly guardedSince: ReadonlyMap<string, number>;
  /** Monotonic time since which the status of a carrying version is behind its spec. */
  readonly behindSince: ReadonlyMap<string, number>;
  readonly troubles: ReadonlyMap<string, WriteTrouble>;
  /** Monotonic times at which somebody else's change was forced back or respected, newest last. */
  readonly fights: readonly number[];
  /** uids whose release is of unknown outcome: given no weight until a live read settles it. */
  readonly uncertain: ReadonlySet<string>;
  /** Per output, hash of our managedFields entry as it stood right after our own apply, where it covers less than we sent. */
  readonly baselines: ReadonlyMap<string, string>;
  /** uids of objects whose deletion in the foreground could not be turned into one in the background. */
  readonly unstrippable: ReadonlySet<string>;
  /** Versions, by name, that refused our finalizer: passed over by the fallback. */
  readonly unholdable: ReadonlySet<string>;
}

/** The memory of a process that has just started. */
export const blankMemory: Memory = {
  fencedUntil: 0,
  sightings: new Map(),
  unheldSince: new Map(),
  guardedSince: new Map(),
  behindSince: new Map(),
  troubles: new Map(),
  fights: [],
  uncertain: new Set(),
  baselines: new Map(),
  unstrippable: new Set(),
  unholdable: new Set(),
};
