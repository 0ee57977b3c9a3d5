import type { Budget } from "../budget.js";
import { deepCopy } from "../copy.js";
import { executeFault } from "../error.js";
import type { TemplateValue } from "../value.js";
import { TemplateMap } from "../value.js";
import { isEmpty, toText } from "./convert.js";
import type { TemplateFunction } from "./signature.js";
import { any, fullMap, many, map, oneMany, text, three, two } from "./signature.js";

const merge = oneMany(map, map, (target, sources, budget) => {
  for (const source of sources) mergeInto(target, source, false, budget, 0);
  return target;
});
const mergeOverwrite = oneMany(map, map, (target, sources, budget) => {
  for (const source of sources) mergeInto(target, source, true, budget, 0);
  return target;
});
const copied: TemplateFunction = {
  least: 1,
  most: 1,
  paramKind: () => "any",
  call(args, budget) {
    const value = args[0] ?? null;
    if (value === null) throw executeFault("nil cannot be copied");
    return deepCopy(value, budget);
  },
};

/** sprig's functions of maps; `set`, `unset` and the merges change their first argument. */
export const dicts: Readonly<Record<string, TemplateFunction>> = {
  dict: many(any, (items, budget) => {
    const made = new TemplateMap();
    for (let i = 0; i < items.length; i += 2) {
      budget.step();
      made.set(toText(items[i] ?? null, budget), i + 1 < items.length ? (items[i + 1] ?? null) : "");
    }
    return made;
  }),
  get: two(map, text, (from, key) => {
    const value = from.get(key);
    return value === undefined ? "" : value;
  }),
  set: three(fullMap, text, any, (into, key, value) => {
    into.set(key, value);
    return into;
  }),
  unset: two(map, text, (from, key) => {
    from.delete(key);
    return from;
  }),
  hasKey: two(map, text, (from, key) => from.has(key)),
  pluck: oneMany(text, map, (key, maps) => maps.flatMap((from) => (from.has(key) ? [from.get(key) ?? null] : []))),
  keys: many(map, (maps, budget) => maps.flatMap((from) => sortedKeys(from, budget))),
  values: oneMany(map, map, (from, _none, budget) => sortedKeys(from, budget).map((key) => from.get(key) ?? null)),
  pick: oneMany(map, text, (from, keys, budget) => {
    budget.copy(keys.length);
    return new TemplateMap(keys.flatMap((key) => entryOf(from, key)));
  }),
  omit: oneMany(map, text, (from, omitted, budget) => {
    const left = new Set(omitted);
    const kept = sortedKeys(from, budget).filter((key) => !left.has(key));
    return new TemplateMap(kept.flatMap((key) => entryOf(from, key)));
  }),
  dig: many(any, dig),
  merge,
  mustMerge: merge,
  mergeOverwrite,
  mustMergeOverwrite: mergeOverwrite,
  deepCopy: copied,
  mustDeepCopy: copied,
};

function sortedKeys(from: TemplateMap, budget: Budget): string[] {
  budget.step(from.work);
  return from.keys();
}

function entryOf(from: TemplateMap, key: string): (readonly [string, TemplateValue])[] {
  const value = from.get(key);
  return value === undefined ? [] : [[key, value]];
}

/** Takes over what the target lacks or has empty, or, overwriting, what the source has; maps are merged inside. */
function mergeInto(target: TemplateMap, source: TemplateMap, overwrite: boolean, budget: Budget, level: number): void {
  budget.level(level);
  for (const key of sortedKeys(source, budget)) {
    const fresh = source.get(key) ?? null;
    const old = target.get(key);
    if (old instanceof TemplateMap && fresh instanceof TemplateMap && old.size > 0) {
      mergeInto(old, fresh, overwrite, budget, level + 1);
    } else if (takesOver(old, fresh, overwrite)) target.set(key, fresh);
  }
}

/** A nil of the source is taken over only when overwriting; a full list is never replaced by an empty value. */
function takesOver(old: TemplateValue | undefined, fresh: TemplateValue, overwrite: boolean): boolean {
  if (overwrite) return true;
  return fresh !== null && (old === undefined || isEmpty(old));
}

/** `dig "a" "b" default map`: the member a.b, or the default where a step is missing. */
function dig(args: readonly TemplateValue[], budget: Budget): TemplateValue {
  if (args.length < 3) throw executeFault("needs a key, a default and a map");
  const keys = args.slice(0, -2);
  let here: TemplateValue = args.at(-1) ?? null;
  budget.copy(keys.length);
  for (const key of keys) {
    if (!(here instanceof TemplateMap)) throw executeFault("every step but the last must lead to a map");
    if (typeof key !== "string") throw executeFault("every key must be a string");
    const next = here.get(key);
    if (next === undefined) return args.at(-2) ?? null;
    here = next;
  }
  return here;
}
