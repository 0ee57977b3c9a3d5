import type { Budget } from "../budget.js";
import { executeFault } from "../error.js";
import type { TemplateList, TemplateValue } from "../value.js";
import { compareText, isList, kindName, nilList } from "../value.js";
import { deepEqual, isEmpty, toText, toTexts } from "./convert.js";
import type { TemplateFunction } from "./signature.js";
import { any, int, list, many, one, oneMany, two } from "./signature.js";

const make = many(any, (items, budget) => {
  budget.copy(items.length);
  return items;
});
const first = one(list, (items) => items[0] ?? null);
const last = one(list, (items) => items.at(-1) ?? null);
const rest = one(list, (items, budget) => (items.length === 0 ? nilList : part(items, 1, items.length, budget)));
const initial = one(list, (items, budget) => (items.length === 0 ? nilList : part(items, 0, items.length - 1, budget)));
const append = two(list, any, (items, item, budget) => [...part(items, 0, items.length, budget), item]);
const prepend = two(list, any, (items, item, budget) => [item, ...part(items, 0, items.length, budget)]);
const reverse = one(list, (items, budget) => part(items, 0, items.length, budget).reverse());
const compact = one(list, (items, budget) => part(items, 0, items.length, budget).filter((item) => !isEmpty(item)));
const uniq = one(list, (items, budget) => {
  const kept: TemplateValue[] = [];
  for (const item of items) if (!includes(kept, item, budget)) kept.push(item);
  return kept;
});
const without = oneMany(list, any, (items, omitted, budget) =>
  items.filter((item) => !includes(omitted, item, budget)),
);
const has = two(any, any, (needle, items, budget) => {
  if (items === null) return false;
  if (!isList(items)) throw executeFault(`argument 2 must be a list, not ${kindName(items)}`);
  return includes(items, needle, budget);
});
const chunk = two(int, list, chunks);

/** sprig's functions of lists. Each makes a new list. */
export const lists: Readonly<Record<string, TemplateFunction>> = {
  list: make,
  tuple: make,
  first,
  mustFirst: first,
  last,
  mustLast: last,
  rest,
  mustRest: rest,
  initial,
  mustInitial: initial,
  append,
  push: append,
  mustAppend: append,
  mustPush: append,
  prepend,
  mustPrepend: prepend,
  reverse,
  mustReverse: reverse,
  compact,
  mustCompact: compact,
  uniq,
  mustUniq: uniq,
  without,
  mustWithout: without,
  has,
  mustHas: has,
  chunk,
  mustChunk: chunk,
  concat: many(list, (all, budget) => {
    const joined: TemplateValue[] = [];
    for (const items of all) {
      budget.copy(items.length);
      for (const item of items) joined.push(item);
    }
    return joined.length === 0 ? nilList : joined;
  }),
  sortAlpha: one(any, (items, budget) => {
    if (!isList(items)) return [toText(items, budget)];
    const texts = toTexts(items, budget);
    for (const text of texts) budget.step(1 + (text.length >> 4));
    return texts.sort(compareText);
  }),
};

function part(items: TemplateList, start: number, end: number, budget: Budget): TemplateValue[] {
  budget.copy(end - start);
  return items.slice(start, end);
}

function includes(items: TemplateList, wanted: TemplateValue, budget: Budget): boolean {
  return items.some((item) => deepEqual(wanted, item, budget));
}

function chunks(size: bigint, items: TemplateList, budget: Budget): TemplateList {
  if (size <= 0n) throw executeFault("the size must be positive");
  const width = Number(size);
  const found: TemplateList[] = [];
  for (let at = 0; at < items.length; at += width)
    found.push(part(items, at, Math.min(at + width, items.length), budget));
  return found;
}
