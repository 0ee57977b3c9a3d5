import type { KindSettings } from "../../config/kind.js";
import type { KubeObject } from "../../kube/object.js";
import type { Endpoints, Seen } from "../observed.js";
import type { ResourceRef } from "../routemap.js";

/**
 * Whether something may receive traffic. `notReady`: the object says so, or says nothing. `unseen`: we cannot tell, so
 * nothing changes (docs/rules.md, "Gates"); our own blindness must not become an outage.
 */
export type Answer = "ready" | "notReady" | "unseen";

/** What one gate says about one resource, and why. */
export interface Verdict {
  readonly answer: Answer;
  /** Name of the gate, for example "deletion" or "condition Ready". */
  readonly gate: string;
  /** A CamelCase word that never changes. */
  readonly reason: string;
  /** One sentence for people. */
  readonly message: string;
  /** The resource, as "deploy default/app-v1". */
  readonly resource: string;
  /** Path and value that decided, where one field did. */
  readonly field?: string;
  readonly value?: string;
  /** lastTransitionTime of the condition that was used, epoch milliseconds. */
  readonly since?: number;
}

/** What a resource is judged by. */
export interface ResourceInput {
  readonly ref: ResourceRef;
  readonly kind: KindSettings;
  readonly seen: Seen;
  /** Whether a stored route gives the version weight now. */
  readonly carrying: boolean;
  readonly endpoints: Endpoints;
  /** Whether its namespace is being deleted, and it with it. */
  readonly doomed?: boolean;
}

/** A resource whose object exists; what the gates after the first one look at. */
export interface GateInput extends ResourceInput {
  readonly object: KubeObject;
  /** `metadata.generation` if the status may be compared with it: some kinds copy a foreign observedGeneration. */
  readonly generation: number | undefined;
}

/** What a gate finds; the chain adds gate and resource. */
export type Finding = Omit<Verdict, "gate" | "resource">;

/** One rule. `needsStatus`: skipped while the status is behind the spec, as it would judge an old status. */
export interface Gate {
  readonly name: string;
  readonly needsStatus: boolean;
  /** Undefined: the rule does not apply to this object. */
  judge(input: GateInput): Finding | undefined;
}

/** A finding that lets traffic through. */
export function ready(reason: string, message: string, more: Partial<Finding> = {}): Finding {
  return { ...more, answer: "ready", reason, message };
}

/** A finding that takes traffic away. */
export function notReady(reason: string, message: string, more: Partial<Finding> = {}): Finding {
  return { ...more, answer: "notReady", reason, message };
}

/** A finding that changes nothing. */
export function unseen(reason: string, message: string, more: Partial<Finding> = {}): Finding {
  return { ...more, answer: "unseen", reason, message };
}
