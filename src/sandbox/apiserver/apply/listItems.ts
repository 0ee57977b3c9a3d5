import type { Json } from "../../../base/json.js";
import { isArray } from "../../../base/json.js";
import type { Structure } from "../schema/structure.js";
import { itemStep } from "../schema/structure.js";

/** The items of a set or map list by their steps, in order of appearance; several where keys are not unique. */
export function itemsByStep(structure: Structure, list: Json | undefined): ReadonlyMap<string, readonly Json[]> {
  const found = new Map<string, Json[]>();
  for (const item of isArray(list) ? list : []) {
    const step = itemStep(structure, item);
    if (step === undefined) continue;
    const same = found.get(step);
    if (same === undefined) found.set(step, [item]);
    else same.push(item);
  }
  return found;
}
