import { names } from "../names.js";
import type { Now } from "../observed.js";
import { plan } from "../plan.js";
import type { SnapshotRoutemap } from "../snapshot/snapshot.js";
import { storedConditions } from "../status.js";
import { explain } from "./explain.js";
import type { Explanation } from "./explanation.js";

/** Conditions that come of what the controller remembers or is allowed to do: nothing else can find them. */
const remembered: ReadonlySet<string> = new Set([
  "FieldConflict",
  "Fighting",
  "WriteFailed",
  "HoldFailed",
  "MissingPermission",
]);

/** The explanation of a routemap seen from outside the controller, with what only its published status can tell. */
export function explainSnapshot({ observed }: SnapshotRoutemap, now: Now): Explanation {
  const published = storedConditions(observed.routemap.annotations[names.status]);
  const reported = published.filter(({ type, status }) => remembered.has(type) && status === "True");
  return explain(observed, plan(observed, now), now, reported);
}
