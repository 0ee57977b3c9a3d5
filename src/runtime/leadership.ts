/**
 * Whether this process leads.
 *
 * `since` is monotonic time. `term` counts the holders of the lease and grows with each. `predecessor` is true where
 * another process may have led before: its last write may still reach the server for some seconds after we took over.
 * `lost` and `released` are final.
 */
export type Leadership =
  | { readonly state: "standby" }
  | { readonly state: "leader"; readonly since: number; readonly term: number; readonly predecessor: boolean }
  | { readonly state: "lost"; readonly reason: string }
  | { readonly state: "released" };

/** Times of an election, milliseconds. */
export interface LeaseTimes {
  /** A standby takes over after it has seen the record unchanged for so long. */
  readonly lease: number;
  /** A leader writes nothing and gives up once its last renewal started so long ago; must be less than `lease`. */
  readonly renewDeadline: number;
  /** Pause between two tries. */
  readonly retry: number;
  /** How long one try may take. */
  readonly request: number;
}

/** The times of Pointsman's lease. */
export const leaseTimes: LeaseTimes = { lease: 10_000, renewDeadline: 7_000, retry: 1_000, request: 3_000 };
