import { executeFault } from "../error.js";
import type { TemplateValue } from "../value.js";
import { compareText, isTrue, kindName, nilList } from "../value.js";
import type { TemplateFunction } from "./signature.js";
import { any, one, oneMany, two } from "./signature.js";

/** Go's comparisons: ints compare with ints, floats with floats; anything else is an error. */
export const comparisons: Readonly<Record<string, TemplateFunction>> = {
  eq: oneMany(any, any, (first, others) => {
    if (others.length === 0) throw executeFault("missing argument for comparison");
    return others.some((other) => equal(first, other));
  }),
  ne: two(any, any, (a, b) => !equal(a, b)),
  lt: two(any, any, (a, b) => order(a, b) < 0),
  le: two(any, any, (a, b) => order(a, b) <= 0),
  gt: two(any, any, (a, b) => !(order(a, b) <= 0)),
  ge: two(any, any, (a, b) => !(order(a, b) < 0)),
  not: one(any, (value) => !isTrue(value)),
  /** Evaluated by the evaluator, which stops at the argument that decides. */
  and: oneMany(any, any, (first) => first),
  or: oneMany(any, any, (first) => first),
};

function isBasic(value: TemplateValue): value is boolean | bigint | number | string {
  return value !== null && typeof value !== "object" && typeof value !== "function";
}

function isNil(value: TemplateValue): boolean {
  return value === null || value === nilList;
}

function equal(a: TemplateValue, b: TemplateValue): boolean {
  if (isBasic(a) || isBasic(b)) {
    if (a === null || b === null) return false;
    if (typeof a !== typeof b) throw incompatible(a, b);
    return a === b;
  }
  if (a !== null && b !== null && kindName(a) !== kindName(b)) throw incompatible(a, b);
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  throw executeFault(`a ${kindName(a)} can only be compared with nil`);
}

/** Negative, 0 or positive as a is below, equal to or above b; NaN where neither holds. */
function order(a: TemplateValue, b: TemplateValue): number {
  if (!isBasic(a) || !isBasic(b)) throw executeFault(`${kindName(a)} and ${kindName(b)} have no order`);
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : a === b ? 0 : NaN;
  if (typeof a === "boolean" && typeof b === "boolean") throw executeFault("bool has no order");
  throw incompatible(a, b);
}

function incompatible(a: TemplateValue, b: TemplateValue): Error {
  const hint = typeof a === "number" || typeof b === "number" ? "; convert one with int or float64" : "";
  return executeFault(`incompatible types for comparison: ${kindName(a)} and ${kindName(b)}${hint}`);
}
