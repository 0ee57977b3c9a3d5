import type { PruneAction } from "./actions.js";
import type { Decision } from "./decide.js";
import { outputKey } from "./observed.js";
import { releasePolicy } from "./releasePolicy.js";
import type { Survey } from "./survey.js";
import { confirmedAt, storedAt } from "./track.js";

/** Outputs to delete now, and when to look again. */
export interface PruneDecision {
  readonly actions: readonly PruneAction[];
  readonly until?: number;
}

/**
 * Deletes outputs that are no longer rendered: only with our label and our owner reference, and only after what
 * replaces them is stored, confirmed and settled. A template that fails prunes nothing.
 */
export function pruneDecisions(s: Survey, decisions: readonly Decision[], templatesFailed: boolean): PruneDecision {
  const rendered = new Set(decisions.map((decision) => outputKey(decision.rendered.id)));
  const superfluous = s.own.filter((id) => !rendered.has(outputKey(id)));
  if (superfluous.length === 0 || templatesFailed || s.paused) return { actions: [] };
  if (decisions.some((decision) => decision.kind !== "current")) return { actions: [] };
  const settledAt = Math.max(0, ...decisions.map((decision) => settled(s, decision)));
  if (settledAt > s.now.monotonic) return { actions: [], until: settledAt };
  return {
    actions: superfluous.flatMap((id): PruneAction[] => {
      const seen = s.observed.output(id);
      const object = seen.state === "seen" ? seen.object : undefined;
      const owned = object?.metadata.ownerReferences?.some((owner) => owner.uid === s.observed.routemap.uid) ?? false;
      if (object === undefined || !owned || object.metadata.deletionTimestamp !== undefined) return [];
      return [
        { type: "prune", output: id, uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion },
      ];
    }),
  };
}

function settled(s: Survey, decision: Decision): number {
  const track = s.observed.track(decision.rendered.id);
  const seen = s.observed.output(decision.rendered.id);
  if (seen.state !== "seen") return 0;
  const policy = releasePolicy(seen.object, s.spec.release, s.observed.config, (namespace, name) =>
    s.observed.gatewayClass(namespace, name),
  );
  // A process that has only just begun to look does not know since when it is stored.
  if (track === undefined) return s.now.monotonic + Math.max(1, policy.settle);
  const stored = storedAt(track, track.generation) ?? s.now.monotonic;
  if (!policy.confirms) return stored + policy.settle;
  const patience = stored + policy.confirmTimeout;
  return Math.min(confirmedAt(track, track.generation) ?? patience, patience) + policy.settle;
}
