import type { Budget } from "../budget.js";
import { plainText } from "../format/print.js";
import { integerSyntax, parseFloatText, parseInteger } from "../syntax/literal.js";
import type { TemplateValue } from "../value.js";
import { isList, nilList, TemplateMap } from "../value.js";

/** An int of 64 bits: what is beyond wraps. */
export function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** Any value as an int, as sprig's int64: text is read with Go's prefixes, what cannot be read is 0. */
export function toInt(value: TemplateValue): bigint {
  switch (typeof value) {
    case "bigint":
      return value;
    case "number":
      return floatToInt(value);
    case "boolean":
      return value ? 1n : 0n;
    case "string":
      return parseInteger(value.replace(/\.0+$/, "")) ?? 0n;
    default:
      return 0n;
  }
}

/** Cuts the fraction; what no int holds is the least int, as on amd64. */
function floatToInt(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : -(2n ** 63n);
}

/** Any value as a float, as sprig's float64; what cannot be read is 0. */
export function toFloat(value: TemplateValue): number {
  switch (typeof value) {
    case "bigint":
      return Number(value);
    case "number":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "string":
      return parseFloatText(value) ?? specialFloat(value);
    default:
      return 0;
  }
}

function specialFloat(value: string): number {
  const match = /^([+-]?)(inf|infinity|nan)$/i.exec(value);
  if (match === null) return 0;
  if (match[2]?.toLowerCase() === "nan") return match[1] === "" ? NaN : 0;
  return match[1] === "-" ? -Infinity : Infinity;
}

/** A decimal text as an int; 0 where it is none, the nearest int where it is too large. */
export function atoi(value: string): bigint {
  if (!/^[+-]?\d+$/.test(value)) return 0n;
  const digits = value.replace(/^[+-]?0*/, "");
  const size = digits === "" ? 0n : digits.length > 19 ? 2n ** 64n : (integerSyntax(digits) ?? 0n);
  const signed = value.startsWith("-") ? -size : size;
  return signed > 2n ** 63n - 1n ? 2n ** 63n - 1n : signed < -(2n ** 63n) ? -(2n ** 63n) : signed;
}

/** Any value as text: what print writes. */
export function toText(value: TemplateValue, budget: Budget): string {
  return typeof value === "string" ? value : plainText(value, budget);
}

/** A list as texts, nil left out; one value as a list of it. */
export function toTexts(value: TemplateValue, budget: Budget): string[] {
  if (value === null) return [];
  if (!isList(value)) return [toText(value, budget)];
  budget.copy(value.length);
  return value.filter((item) => item !== null).map((item) => toText(item, budget));
}

/** sprig's idea of "not set": nil, false, zero and what has no content. */
export function isEmpty(value: TemplateValue): boolean {
  if (value === null) return true;
  switch (typeof value) {
    case "bigint":
      return value === 0n;
    case "number":
      return value === 0;
    case "boolean":
      return !value;
    case "string":
      return value === "";
    case "object":
      return isList(value) ? value.length === 0 : value.size === 0;
    default:
      return false;
  }
}

/** Equal in kind and content, all the way down. NaN is equal to nothing. */
export function deepEqual(a: TemplateValue, b: TemplateValue, budget: Budget, level = 0): boolean {
  budget.step();
  if (isList(a)) {
    if (!isList(b) || a.length !== b.length || (a === nilList) !== (b === nilList)) return false;
    budget.level(level);
    return a.every((item, i) => deepEqual(item, b[i] ?? null, budget, level + 1));
  }
  if (a instanceof TemplateMap) {
    if (!(b instanceof TemplateMap) || a.size !== b.size || a.absent !== b.absent) return false;
    budget.level(level);
    budget.step(a.work);
    return a.keys().every((key) => {
      const other = b.get(key);
      return other !== undefined && deepEqual(a.get(key) ?? null, other, budget, level + 1);
    });
  }
  if (typeof a === "string" && typeof b === "string" && a.length === b.length) budget.read(a.length);
  return typeof a !== "function" && a === b;
}
