import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import type { Schema } from "../schema/schema.js";
import { isNamed, memberSchema } from "../schema/schema.js";
import { itemStep, structureOf } from "../schema/structure.js";
import type { FieldPath, FieldTree } from "./fieldTree.js";
import { FieldTreeBuilder } from "./fieldTree.js";

/**
 * The fields that a manager claims by applying this object: its leaves, the keys of its maps, the items of its lists;
 * not the structs and lists on the way to them.
 */
export function fieldsOf(object: JsonObject, schema: Schema): FieldTree {
  const builder = new FieldTreeBuilder();
  collect(object, schema, [], builder);
  return builder.build();
}

function collect(value: Json, schema: Schema | undefined, path: FieldPath, into: FieldTreeBuilder): void {
  const structure = structureOf(schema, value);
  switch (structure.kind) {
    case "leaf":
      into.add(path);
      return;
    case "map":
      if (isObject(value)) collectMembers(value, schema, path, into);
      return;
    case "set":
    case "mapList":
      if (!isArray(value)) return;
      for (const item of value) {
        const step = itemStep(structure, item);
        if (step === undefined) continue;
        if (structure.kind === "mapList") collect(item, structure.item, [...path, step], into);
        into.add([...path, step]);
      }
  }
}

function collectMembers(value: JsonObject, schema: Schema | undefined, path: FieldPath, into: FieldTreeBuilder): void {
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const below = [...path, `f:${name}`];
    collect(member, memberSchema(schema, name), below, into);
    const isBare = member === null || (isObject(member) && Object.keys(member).length === 0);
    if (isBare || !isNamed(schema, name)) into.add(below);
  }
}
