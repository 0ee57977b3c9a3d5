import { executeFault } from "../error.js";
import { byteLength, byteSlice } from "../text.js";
import type { TemplateValue } from "../value.js";
import { isList, kindName, TemplateMap } from "../value.js";
import type { TemplateFunction } from "./signature.js";
import { any, one, oneMany } from "./signature.js";

/** Go's index, slice, len and call. */
export const collections: Readonly<Record<string, TemplateFunction>> = {
  index: oneMany(any, any, (item, indexes) => {
    if (item === null) throw executeFault("index of nil");
    return indexes.reduce(indexOne, item);
  }),
  slice: oneMany(any, any, (item, indexes, budget) => {
    if (typeof item === "string") {
      if (indexes.length > 2) throw executeFault("a string is sliced by two indexes at most");
      const [start, end] = bounds(indexes, byteLength(item));
      budget.text(item.length);
      return byteSlice(item, start, end);
    }
    if (!isList(item)) throw executeFault(`a ${kindName(item)} cannot be sliced`);
    const [start, end] = bounds(indexes, item.length);
    budget.copy(end - start);
    return item.slice(start, end);
  }),
  len: one(any, (item) => {
    if (typeof item === "string") return BigInt(byteLength(item));
    if (isList(item)) return BigInt(item.length);
    if (item instanceof TemplateMap) return BigInt(item.size);
    throw executeFault(`a ${kindName(item)} has no length`);
  }),
  call: oneMany(any, any, (method, args) => {
    if (typeof method !== "function") throw executeFault(`a ${kindName(method)} is not a function`);
    if (args.length > 0) throw executeFault("the function takes no arguments");
    return method();
  }),
};

function indexOne(item: TemplateValue, index: TemplateValue): TemplateValue {
  if (item instanceof TemplateMap) {
    if (typeof index !== "string") throw executeFault(`a map is indexed by a string, not by a ${kindName(index)}`);
    return item.get(index) ?? item.absent;
  }
  if (isList(item)) return item[position(index, item.length - 1)] ?? null;
  if (typeof item === "string") {
    const at = position(index, byteLength(item) - 1);
    return BigInt(Buffer.from(item, "utf8")[at] ?? 0);
  }
  throw executeFault(`a ${kindName(item)} cannot be indexed`);
}

/** An index from 0 to `last`. */
function position(index: TemplateValue, last: number): number {
  if (typeof index !== "bigint") throw executeFault(`an index must be a whole number, not a ${kindName(index)}`);
  if (index < 0n || index > BigInt(last)) throw executeFault(`index out of range: ${index} (there are ${last + 1})`);
  return Number(index);
}

/** Start and end of `slice x`, `slice x i`, `slice x i j` and `slice x i j k`. */
function bounds(indexes: readonly TemplateValue[], length: number): [start: number, end: number] {
  if (indexes.length > 3) throw executeFault("too many slice indexes");
  const [start = 0, end = length, most = length] = indexes.map((index) => position(index, length));
  if (start > end || end > most) throw executeFault(`invalid slice indexes: ${indexes.map(String).join(" ")}`);
  return [start, end];
}
