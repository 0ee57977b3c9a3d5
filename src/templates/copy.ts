import type { Budget } from "./budget.js";
import type { TemplateValue } from "./value.js";
import { isList, TemplateMap } from "./value.js";

/** A copy that shares no map or list; what was shared inside the value is shared in the copy. */
export function deepCopy(value: TemplateValue, budget: Budget): TemplateValue {
  return copy(value, budget, new Map(), 0);
}

function copy(
  value: TemplateValue,
  budget: Budget,
  done: Map<TemplateValue, TemplateValue>,
  level: number,
): TemplateValue {
  const isMap = value instanceof TemplateMap;
  if (!isMap && !isList(value)) return value;
  const before = done.get(value);
  if (before !== undefined) return before;
  budget.level(level);
  if (isMap) {
    budget.step(value.work);
    const target = new TemplateMap([], value.absent);
    done.set(value, target);
    for (const key of value.keys()) target.set(key, copy(value.get(key) ?? null, budget, done, level + 1));
    return target;
  }
  budget.copy(value.length);
  const target: TemplateValue[] = [];
  done.set(value, target);
  for (const item of value) target.push(copy(item, budget, done, level + 1));
  return target;
}
