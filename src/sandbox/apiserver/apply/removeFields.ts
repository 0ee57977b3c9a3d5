import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import type { Schema } from "../schema/schema.js";
import { isNamed, memberSchema } from "../schema/schema.js";
import { itemStep, structureOf } from "../schema/structure.js";
import type { FieldTree } from "./fieldTree.js";
import { isEmpty } from "./fieldTree.js";

/** The object without the fields of a set. What is below a field in the set goes with it; a list or map that was emptied, too. */
export function removeFields(object: JsonObject, fields: FieldTree, schema: Schema): JsonObject {
  const left = remove(object, fields, schema);
  return isObject(left) ? left : {};
}

/** The set with the structs on the way to its fields as fields of their own, so that empty ones can be removed. */
export function withNamedParents(fields: FieldTree, schema: Schema | undefined): FieldTree {
  const children = new Map<string, FieldTree>();
  for (const [step, child] of fields.children) {
    const name = step.startsWith("f:") ? step.slice(2) : undefined;
    const below = withNamedParents(child, name === undefined ? schema?.items : memberSchema(schema, name));
    const isStruct = child.children.size > 0 && name !== undefined && isNamed(schema, name);
    children.set(step, { member: below.member || isStruct, children: below.children });
  }
  return { member: fields.member, children };
}

function remove(value: Json, fields: FieldTree, schema: Schema | undefined): Json {
  if (isEmpty(fields)) return value;
  const structure = structureOf(schema, value);
  if (structure.kind === "map" && isObject(value)) return removeMembers(value, fields, schema);
  if (structure.kind === "leaf" || !isArray(value) || value.length === 0) return value;
  const items = value.flatMap((item) => {
    const child = fields.children.get(itemStep(structure, item) ?? "");
    if (child === undefined) return [item];
    return child.member ? [] : [remove(item, child, schema?.items)];
  });
  return items.length === 0 ? null : items;
}

function removeMembers(value: JsonObject, fields: FieldTree, schema: Schema | undefined): Json {
  const left: [string, Json][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const child = fields.children.get(`f:${name}`);
    if (child?.member === true) continue;
    left.push([name, child === undefined ? member : remove(member, child, memberSchema(schema, name))]);
  }
  return left.length === 0 && Object.keys(value).length > 0 ? null : Object.fromEntries(left);
}
