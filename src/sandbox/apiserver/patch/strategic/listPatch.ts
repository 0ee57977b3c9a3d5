import type { Json, JsonObject } from "../../../../base/json.js";
import { canonicalJson, isArray, isObject } from "../../../../base/json.js";
import { goText } from "../../goText.js";
import { PatchFailure } from "../patchProblem.js";
import { patchDirective, plain, unknownDirective } from "./directives.js";
import { arrange } from "./order.js";

/** A patch of a list that is merged item by item. */
export interface ListPatch {
  /** The list's name, for messages. */
  readonly name: string;
  readonly items: readonly Json[];
  /** `$setElementOrder`, if given. */
  readonly order: readonly Json[] | undefined;
  /** The member that says which item is meant; undefined for a list of scalars. */
  readonly mergeKey: string | undefined;
  readonly mergeItem: (live: JsonObject, patch: JsonObject) => JsonObject;
}

/** The list with the patch's items merged in. Throws `PatchFailure`. */
export function patchList(live: readonly Json[], patch: ListPatch): readonly Json[] {
  if (live.length === 0 && patch.items.length === 0) return live;
  const isOfMaps = [...live, ...patch.items].some(isObject);
  const { mergeKey } = patch;
  if (!isOfMaps) return mergeScalars(live, patch);
  if (mergeKey === undefined)
    throw new PatchFailure("internal", `cannot merge lists without merge key for ${patch.name}`);
  return mergeMaps(live, patch, mergeKey);
}

/** The list without these values. */
export function without(list: readonly Json[], values: readonly Json[]): readonly Json[] {
  const gone = new Set(values.map(canonicalJson));
  return list.filter((item) => !gone.has(canonicalJson(item)));
}

function mergeScalars(live: readonly Json[], { items, order }: ListPatch): readonly Json[] {
  if ([...live, ...items].some(isArray)) throw new PatchFailure("badRequest", "lists of lists are not supported");
  const distinct = new Map([...live, ...items].map((item) => [canonicalJson(item), item]));
  const set = (order ?? items).map(canonicalJson);
  checkOrder(items, order, canonicalJson);
  return arrange({ merged: [...distinct.keys()], live: live.map(canonicalJson), set }).flatMap(
    (key) => distinct.get(key) ?? [],
  );
}

function mergeMaps(live: readonly Json[], patch: ListPatch, mergeKey: string): readonly Json[] {
  const keyOf = (item: Json): string => itemKey(item, mergeKey);
  const changes = patch.items.filter((item) => directiveOf(item) === undefined);
  const isReplaced = patch.items.some((item) => directiveOf(item) === "replace");
  const deleted = new Set(patch.items.filter((item) => directiveOf(item) === "delete").map(keyOf));
  const merged = new Map<string, Json>();
  if (!isReplaced) for (const item of live) if (!deleted.has(keyOf(item))) merged.set(keyOf(item), item);
  for (const item of changes) {
    const key = keyOf(item);
    const before = merged.get(key);
    const both = isObject(before) && isObject(item);
    merged.set(key, both ? patch.mergeItem(before, item) : (plain(item) ?? {}));
  }
  checkOrder(changes, patch.order, keyOf);
  const order = patch.order?.map(keyOf);
  const keys = arrange({ merged: [...merged.keys()], live: live.map(keyOf), set: order ?? changes.map(keyOf) });
  return keys.flatMap((key) => merged.get(key) ?? []);
}

/** `$patch` of an item: undefined if there is none, else `replace` or `delete`. */
function directiveOf(item: Json): "replace" | "delete" | undefined {
  const directive = isObject(item) ? item[patchDirective] : undefined;
  if (directive === undefined || directive === "replace" || directive === "delete") return directive;
  if (directive === "merge") throw new PatchFailure("internal", "merging lists cannot yet be specified in the patch");
  throw unknownDirective(directive, item);
}

function itemKey(item: Json, mergeKey: string): string {
  if (!isObject(item))
    throw new PatchFailure("internal", "expected a map[string]interface {}, but received another type of item");
  const key = item[mergeKey];
  if (key !== undefined) return canonicalJson(key);
  // The one item that needs no key is the one that replaces the whole list.
  if (directiveOf(item) === "replace") return "";
  throw new PatchFailure("internal", `map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
}

/** The items of a patch must stand in the order that `$setElementOrder` gives, and be named there. */
function checkOrder(items: readonly Json[], order: readonly Json[] | undefined, keyOf: (item: Json) => string): void {
  if (order === undefined || order.length === 0) return;
  const keys = items.map(keyOf);
  let at = 0;
  for (const item of order) if (keys[at] === keyOf(item)) at++;
  if (at === items.length) return;
  const problem = `The order in patch list:\n${goText(items)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`;
  throw new PatchFailure("internal", problem);
}
