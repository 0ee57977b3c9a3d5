import type { Json, JsonObject } from "../../../../base/json.js";
import { isArray, isObject } from "../../../../base/json.js";
import type { Schema } from "../../schema/schema.js";
import { memberSchema } from "../../schema/schema.js";
import { PatchFailure } from "../patchProblem.js";
import { patchDirective, plain, readMapPatch, unknownDirective } from "./directives.js";
import type { MapPatch } from "./directives.js";
import type { ListPatch } from "./listPatch.js";
import { patchList, without } from "./listPatch.js";

/**
 * A strategic merge patch: like a JSON merge patch, but lists whose schema says `merge` are merged item by item by
 * their merge key, and directives (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) say
 * what a merge cannot (sig-api-machinery, "Strategic Merge Patch"). Throws `PatchFailure`.
 */
export function strategicPatch(live: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  const directive = patch[patchDirective];
  if (directive === "replace") return withoutDirective(patch);
  if (directive === "delete") return {};
  if (directive !== undefined) throw unknownDirective(directive, patch);
  return patchMembers(live, readMapPatch(patch), schema);
}

function patchMembers(live: JsonObject, patch: MapPatch, schema: Schema | undefined): JsonObject {
  const result = new Map<string, Json>();
  for (const [name, value] of Object.entries(retained(live, patch))) if (value !== undefined) result.set(name, value);
  const set = (name: string, value: Json | undefined): void => {
    if (value === undefined) result.delete(name);
    else result.set(name, value);
  };
  for (const [name, values] of patch.deletions) {
    const list = result.get(name);
    if (isArray(list)) result.set(name, without(list, values));
  }
  const names = new Set([...patch.members.keys(), ...patch.orders.keys()]);
  for (const name of names) set(name, patchMember(result.get(name), name, patch, memberSchema(schema, name)));
  return Object.fromEntries(result);
}

function patchMember(live: Json | undefined, name: string, patch: MapPatch, schema: Schema | undefined) {
  const value = patch.members.get(name);
  const order = patch.orders.get(name);
  if (value === null) return undefined;
  if (isArray(live) && (isArray(value) || value === undefined))
    return patchArray(live, { name, items: value ?? [], order }, schema);
  if (value === undefined) return live;
  if (isObject(live) && isObject(value)) return patchObject(live, value, schema);
  return plain(value);
}

function patchObject(live: JsonObject, patch: JsonObject, schema: Schema | undefined): JsonObject {
  return strategies(schema).has("replace") ? patch : strategicPatch(live, patch, schema ?? {});
}

type NamedListPatch = Omit<ListPatch, "mergeKey" | "mergeItem">;

function patchArray(live: readonly Json[], patch: NamedListPatch, schema: Schema | undefined): readonly Json[] {
  if (!strategies(schema).has("merge")) return patch.order === undefined ? patch.items : live;
  return patchList(live, {
    ...patch,
    mergeKey: schema?.["x-kubernetes-patch-merge-key"],
    mergeItem: (item, change) => strategicPatch(item, change, schema?.items ?? {}),
  });
}

function strategies(schema: Schema | undefined): ReadonlySet<string> {
  return new Set((schema?.["x-kubernetes-patch-strategy"] ?? "").split(","));
}

/** The live members that stay: all, or those of `$retainKeys`, which must name every member that the patch sets. */
function retained(live: JsonObject, { retained: names, members }: MapPatch): JsonObject {
  if (names === undefined) return live;
  const kept = new Set(names);
  const unnamed = [...members].find(([name, value]) => value !== null && !kept.has(name));
  if (unnamed !== undefined) throw new PatchFailure("badRequest", "invalid patch format of retainKeys");
  return Object.fromEntries(Object.entries(live).filter(([name]) => kept.has(name)));
}

function withoutDirective(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([name]) => name !== patchDirective));
}
