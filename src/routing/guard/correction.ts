import type { JsonObject } from "../../base/json.js";
import type { RouteReading } from "../route.js";

/**
 * What was done about a destination or a rule.
 *
 * - weightZeroed: the destination stays with an explicit weight of 0.
 * - weightFilled: the template left out the weight of a version that shares a rule with others; it is written.
 * - destinationRemoved: the destination could not stay beside the fallback's.
 * - mirrorRemoved: no more copies go there.
 * - ruleDropped: the rule had no live destination left, and another one takes its requests.
 * - ruleToFallback: the rule had no live destination left, and now leads to the fallback.
 */
export type CorrectionKind =
  "weightZeroed" | "weightFilled" | "destinationRemoved" | "mirrorRemoved" | "ruleDropped" | "ruleToFallback";

/** One thing that was changed in a route to keep traffic where it may go. */
export interface Correction {
  /** Path of the destination, mirror or rule in the route as it came in. */
  readonly path: string;
  /** The rule's name, or its path where it has none. */
  readonly rule: string;
  /** Whom the destination means, in words; for a rule its first destination. */
  readonly destination: string;
  /** Name of the version it leads to, where it is one of the routemap's. */
  readonly version?: string;
  readonly what: CorrectionKind;
}

/** A route that is safe to write. */
export interface Guarded {
  /** The very object that came in where nothing had to be corrected. */
  readonly body: JsonObject;
  readonly corrections: readonly Correction[];
  /** What the body means now. Unreadable: nothing was checked, the object counts as one without a reader. */
  readonly reading: RouteReading;
}
