import type { Json, JsonObject } from "../../../../base/json.js";
import { isArray, isObject } from "../../../../base/json.js";
import { goText } from "../../goText.js";
import { PatchFailure } from "../patchProblem.js";

/** Says what to do with the map it stands in: `replace`, `delete` or `merge`. */
export const patchDirective = "$patch";
/** Lists the members of a map that stay. */
export const retainKeys = "$retainKeys";
const deletePrefix = "$deleteFromPrimitiveList/";
const orderPrefix = "$setElementOrder/";

/** A patch of a map, its directives told apart from its members. */
export interface MapPatch {
  readonly members: ReadonlyMap<string, Json>;
  readonly retained: readonly Json[] | undefined;
  /** By the name of the list: values to take out of it. What is no list takes nothing out. */
  readonly deletions: ReadonlyMap<string, readonly Json[]>;
  /** By the name of the list: the order of its items. */
  readonly orders: ReadonlyMap<string, readonly Json[]>;
}

/** Reads a patch of a map. Throws `PatchFailure` where a directive is no list. */
export function readMapPatch(patch: JsonObject): MapPatch {
  const members = new Map<string, Json>();
  const deletions = new Map<string, readonly Json[]>();
  const orders = new Map<string, readonly Json[]>();
  let retained: readonly Json[] | undefined;
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (name === retainKeys) retained = listOf(value, "invalid patch format of retainKeys");
    else if (name.startsWith(deletePrefix)) deletions.set(name.slice(deletePrefix.length), isArray(value) ? value : []);
    else if (name.startsWith(orderPrefix))
      orders.set(name.slice(orderPrefix.length), listOf(value, "invalid patch format of setElementOrder list"));
    else members.set(name, value);
  }
  return { members, retained, deletions, orders };
}

/** What is stored of a patch where nothing was before: no directives, no nulls. Undefined if it was a directive only. */
export function plain(patch: Json): Json | undefined {
  if (isArray(patch)) return patch.flatMap((item) => plain(item) ?? []);
  if (!isObject(patch)) return patch;
  if (patch[patchDirective] !== undefined) return undefined;
  const kept: [string, Json][] = [];
  for (const [name, member] of readMapPatch(patch).members) {
    const value = member === null ? undefined : plain(member);
    if (value !== undefined) kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

/** The failure of a `$patch` that is none of the known, in a map. */
export function unknownDirective(value: Json, map: Json): PatchFailure {
  return new PatchFailure("internal", `unknown patch type: ${goText(value)} in map: ${goText(map)}`);
}

function listOf(value: Json, problem: string): readonly Json[] {
  if (isArray(value)) return value;
  throw new PatchFailure("badRequest", problem);
}
