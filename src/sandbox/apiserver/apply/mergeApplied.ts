import type { Json, JsonObject } from "../../../base/json.js";
import { at, isArray, isObject } from "../../../base/json.js";
import type { Schema } from "../schema/schema.js";
import { memberSchema } from "../schema/schema.js";
import type { Structure } from "../schema/structure.js";
import { itemStep, structureOf } from "../schema/structure.js";
import { itemsByStep } from "./listItems.js";
import { mergedOrder } from "./mergedOrder.js";

/**
 * The live object with everything of the applied one laid over it: maps member by member, lists item by item where
 * their type says so, the rest as a whole. Items keep the live order where the applied one says nothing else.
 */
export function mergeApplied(live: JsonObject, applied: JsonObject, schema: Schema): JsonObject {
  return mergeObjects(live, applied, schema);
}

function merge(live: Json | undefined, applied: Json | undefined, schema: Schema | undefined): Json {
  if (applied === undefined) return live ?? null;
  if (live === undefined) return applied;
  // Null over a map or list whose parts are owned one by one takes nothing away.
  if (applied === null) return structureOf(schema, live).kind === "leaf" ? null : live;
  const structure = structureOf(schema, applied);
  if (structure.kind === "map" && isObject(live) && isObject(applied)) return mergeObjects(live, applied, schema);
  if (structure.kind !== "leaf" && isArray(live) && isArray(applied)) return mergeLists(live, applied, structure);
  return applied;
}

function mergeObjects(live: JsonObject, applied: JsonObject, schema: Schema | undefined): JsonObject {
  const merged: [string, Json][] = [];
  for (const name of new Set([...Object.keys(live), ...Object.keys(applied)])) {
    const [theirs, ours] = [at(live, name), at(applied, name)];
    if (theirs === undefined && ours === undefined) continue;
    merged.push([name, merge(theirs, ours, memberSchema(schema, name))]);
  }
  return Object.fromEntries(merged);
}

function mergeLists(live: readonly Json[], applied: readonly Json[], structure: Structure): readonly Json[] {
  const steps = (list: readonly Json[]): string[] => list.flatMap((item) => itemStep(structure, item) ?? []);
  const ours = itemsByStep(structure, applied);
  const theirs = itemsByStep(structure, live);
  const schema = structure.kind === "mapList" ? structure.item : undefined;
  return mergedOrder(steps(live), steps(applied)).flatMap((step) => {
    const own = ours.get(step);
    const there = theirs.get(step) ?? [];
    // Several live items of one key stay as they are unless the applied object has one: that replaces them all.
    if (own === undefined) return there;
    return [merge(there.length === 1 ? there[0] : undefined, own[0], schema)];
  });
}
