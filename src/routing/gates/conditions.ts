import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt, isObject, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";

/** The condition of that type, compared without regard to case as Iter8 does; the first one wins. */
export function conditionOf(object: KubeObject, type: string): JsonObject | undefined {
  const wanted = type.toLowerCase();
  const isWanted = (condition: Json): condition is JsonObject =>
    isObject(condition) && stringAt(condition, "type")?.toLowerCase() === wanted;
  return arrayAt(object, "status", "conditions").find(isWanted);
}

/** Epoch milliseconds of a condition's lastTransitionTime as a member to spread; empty where it has none that can be read. */
export function sinceOf(condition: JsonObject | undefined): { readonly since?: number } {
  const text = stringAt(condition, "lastTransitionTime");
  const time = text === undefined ? NaN : Date.parse(text);
  return Number.isFinite(time) ? { since: time } : {};
}
