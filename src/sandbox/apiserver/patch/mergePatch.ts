import type { Json } from "../../../base/json.js";
import { isObject } from "../../../base/json.js";

/** A JSON merge patch (RFC 7386): null removes a member, an object is merged, everything else replaces. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged = new Map<string, Json>();
  for (const [name, member] of Object.entries(isObject(target) ? target : {}))
    if (member !== undefined) merged.set(name, member);
  for (const [name, member] of Object.entries(patch)) {
    if (member === undefined) continue;
    if (member === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), member));
  }
  return Object.fromEntries(merged);
}
