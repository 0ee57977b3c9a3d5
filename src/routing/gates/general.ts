import { at, numberAt } from "../../base/json.js";
import type { GateInput, Gate, Finding } from "./verdict.js";
import { notReady, ready, unseen } from "./verdict.js";

/** A deleting object is not ready, whatever its status says: nothing may be raised on it, and its Pods go. */
export const deletion: Gate = {
  name: "deletion",
  needsStatus: false,
  judge({ object }) {
    const value = object.metadata.deletionTimestamp;
    if (value === undefined) return ready("NotDeleting", "it is not being deleted");
    return notReady("Deleting", "it is being deleted", { field: "metadata.deletionTimestamp", value });
  },
};

/** `spec.replicas: 0` is not ready, whatever the status says: Available stays "True" at 0 replicas. Absent means 1. */
export const replicas: Gate = {
  name: "replicas",
  needsStatus: false,
  judge({ object }) {
    if (at(object, "spec", "replicas") !== 0) return undefined;
    return notReady("ScaledToZero", "it is scaled to zero replicas", { field: "spec.replicas", value: "0" });
  },
};

/**
 * A status that belongs to an older spec. On a version that carries traffic this is unseen: every scaling and every
 * rollout shows it for some milliseconds. On any other it is not ready. A status without observedGeneration says
 * nothing about its age and is judged by the other gates.
 */
export const statusAge: Gate = {
  name: "status age",
  needsStatus: false,
  judge(input) {
    const observed = numberAt(input.object, "status", "observedGeneration");
    if (input.generation === undefined || observed === undefined) return undefined;
    if (observed >= input.generation) return ready("StatusCurrent", "its status belongs to its spec");
    return behind(input, observed, input.generation, "status.observedGeneration");
  },
};

/** The finding for a status or condition that was written for generation `observed` of an object at `generation`. */
export function behind(input: GateInput, observed: number, generation: number, field: string): Finding {
  const message = `its status is of generation ${observed}, its spec of ${generation}`;
  const more = { field, value: String(observed) };
  return input.carrying ? unseen("StatusBehind", message, more) : notReady("StatusBehind", message, more);
}
