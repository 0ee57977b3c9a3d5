import type { Json, JsonObject } from "../../../base/json.js";
import { at, isArray, isObject } from "../../../base/json.js";
import { sameJson } from "../sameJson.js";
import type { Schema } from "../schema/schema.js";
import { memberSchema } from "../schema/schema.js";
import type { Structure } from "../schema/structure.js";
import { structureOf } from "../schema/structure.js";
import type { FieldPath, FieldTree } from "./fieldTree.js";
import { FieldTreeBuilder } from "./fieldTree.js";
import { itemsByStep } from "./listItems.js";

/** What differs between two states of an object, by field. An added or removed struct counts with all below it. */
export interface Comparison {
  readonly added: FieldTree;
  readonly modified: FieldTree;
  readonly removed: FieldTree;
}

/** Compares two states of an object field by field, as server-side apply sees fields. */
export function compare(before: JsonObject, after: JsonObject, schema: Schema): Comparison {
  const walk = new Walk();
  walk.both(before, after, schema, []);
  return walk.result();
}

class Walk {
  private readonly added = new FieldTreeBuilder();
  private readonly modified = new FieldTreeBuilder();
  private readonly removed = new FieldTreeBuilder();

  result(): Comparison {
    return { added: this.added.build(), modified: this.modified.build(), removed: this.removed.build() };
  }

  both(before: Json | undefined, after: Json | undefined, schema: Schema | undefined, path: FieldPath): void {
    if (before === undefined && after === undefined) return;
    if (before === undefined || after === undefined) {
      this.oneSided(before, after, schema, path);
      return;
    }
    if (before === after) return;
    if (isObject(before) && isObject(after)) this.objects(before, after, schema, path);
    else if (isArray(before) && isArray(after)) this.lists(before, after, schema, path);
    else this.otherTypes(before, after, schema, path);
  }

  /** A field that is only in one state: itself and all below it. */
  private oneSided(before: Json | undefined, after: Json | undefined, schema: Schema | undefined, path: FieldPath) {
    this.contents(before, after, schema, path);
    (after === undefined ? this.removed : this.added).add(path);
  }

  private objects(before: JsonObject, after: JsonObject, schema: Schema | undefined, path: FieldPath): void {
    const bothEmpty = Object.keys(before).length === 0 && Object.keys(after).length === 0;
    if (bothEmpty) return;
    if (structureOf(schema, after).kind === "map") this.members(before, after, schema, path);
    else this.leaf(before, after, path);
  }

  private lists(before: readonly Json[], after: readonly Json[], schema: Schema | undefined, path: FieldPath): void {
    if (before.length === 0 && after.length === 0) return;
    const structure = structureOf(schema, after);
    if (structure.kind === "leaf") this.leaf(before, after, path);
    else this.items(before, after, structure, path);
  }

  /** Another type of value, null among them: what was below the old one goes, what is below the new one comes. */
  private otherTypes(before: Json, after: Json, schema: Schema | undefined, path: FieldPath): void {
    const isOwnedInParts = (value: Json): boolean => structureOf(schema, value).kind !== "leaf";
    if (isOwnedInParts(before)) this.contents(before, undefined, schema, path);
    if (isOwnedInParts(after)) this.contents(undefined, after, schema, path);
    // Null stands for the absence of what is owned in parts.
    const isAbsence = (before === null && isOwnedInParts(after)) || (after === null && isOwnedInParts(before));
    if (!isAbsence) this.modified.add(path);
  }

  private contents(before: Json | undefined, after: Json | undefined, schema: Schema | undefined, path: FieldPath) {
    const value = after ?? before ?? null;
    const structure = structureOf(schema, value);
    if (structure.kind === "map") this.members(before, after, schema, path);
    else if (structure.kind !== "leaf") this.items(before, after, structure, path);
  }

  private leaf(before: Json, after: Json, path: FieldPath): void {
    if (!sameJson(before, after)) this.modified.add(path);
  }

  private members(before: Json | undefined, after: Json | undefined, schema: Schema | undefined, path: FieldPath) {
    const [old, fresh] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
    for (const name of new Set([...Object.keys(old), ...Object.keys(fresh)]))
      this.both(at(old, name), at(fresh, name), memberSchema(schema, name), [...path, `f:${name}`]);
  }

  private items(before: Json | undefined, after: Json | undefined, structure: Structure, path: FieldPath): void {
    const old = itemsByStep(structure, before);
    const fresh = itemsByStep(structure, after);
    const schema = structure.kind === "mapList" ? structure.item : undefined;
    for (const step of new Set([...old.keys(), ...fresh.keys()]))
      this.item(old.get(step) ?? [], fresh.get(step) ?? [], schema, [...path, step]);
  }

  /** Items of one step: one on each side as a rule; several of one key are owned as one. */
  private item(old: readonly Json[], fresh: readonly Json[], schema: Schema | undefined, path: FieldPath): void {
    if (old.length <= 1 && fresh.length <= 1) {
      this.both(old[0], fresh[0], schema, path);
    } else if (old.length >= 2 && fresh.length >= 2) {
      this.leaf(old, fresh, path);
    } else if (old.length >= 2) {
      this.both(undefined, fresh[0], schema, path);
      this.removed.add(path);
    } else {
      this.both(old[0], undefined, schema, path);
      this.added.add(path);
    }
  }
}
