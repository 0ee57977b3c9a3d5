import type { JsonObject } from "../../base/json.js";
import { arrayAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";

/** A condition as a controller decides it. */
export interface Decided {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  /** Where it is not True. */
  readonly reason?: string;
  readonly message?: string;
}

/** `status.conditions` with these; one whose status is as in the live object keeps its time. `now` in milliseconds. */
export function conditionsAt(
  live: KubeObject,
  now: number,
  decided: readonly Decided[],
): readonly (JsonObject & { readonly lastTransitionTime: string })[] {
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  return decided.map((condition) => {
    const old = arrayAt(live, "status", "conditions").find((entry) => stringAt(entry, "type") === condition.type);
    const since = stringAt(old, "status") === condition.status ? stringAt(old, "lastTransitionTime") : undefined;
    return { ...condition, lastTransitionTime: since ?? time };
  });
}
