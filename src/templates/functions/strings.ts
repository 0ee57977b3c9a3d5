import type { Budget } from "../budget.js";
import { TextBuilder } from "../budget.js";
import { executeFault } from "../error.js";
import { plainText } from "../format/print.js";
import { quoteText } from "../format/quote.js";
import { byteLength, byteSlice, lowerText, runesOf, whiteSpace } from "../text.js";
import { TemplateMap } from "../value.js";
import { toText, toTexts } from "./convert.js";
import { initials, swapCase, titleCase, untitleCase, upperCase } from "./case.js";
import type { TemplateFunction } from "./signature.js";
import { any, int, many, one, text, three, two } from "./signature.js";

const leading = new RegExp(`^[${whiteSpace}]+`, "u");
const trailing = new RegExp(`(?<![${whiteSpace}])[${whiteSpace}]+$`, "u");
const blanks = new RegExp(`[${whiteSpace}]+`, "gu");

/** sprig's functions of strings. Lengths and positions count UTF-8 bytes, as in Go. */
export const strings: Readonly<Record<string, TemplateFunction>> = {
  trim: one(text, trimSpace),
  upper: one(text, upperCase),
  lower: one(text, lowerText),
  title: one(text, titleCase),
  untitle: one(text, untitleCase),
  swapcase: one(text, swapCase),
  initials: one(text, initials),
  nospace: one(text, (value) => value.replace(blanks, "")),
  repeat: two(int, text, (count, value, budget) => repeat(value, count, budget)),
  trimAll: two(text, text, trimChars),
  trimall: two(text, text, trimChars),
  trimSuffix: two(text, text, (end, value) =>
    end !== "" && value.endsWith(end) ? value.slice(0, -end.length) : value,
  ),
  trimPrefix: two(text, text, (start, value) => (value.startsWith(start) ? value.slice(start.length) : value)),
  contains: two(text, text, (part, value, budget) => {
    budget.search(value.length, part.length);
    return value.includes(part);
  }),
  hasPrefix: two(text, text, (start, value) => value.startsWith(start)),
  hasSuffix: two(text, text, (end, value) => value.endsWith(end)),
  replace: three(text, text, text, replaceAll),
  substr: three(int, int, text, substring),
  trunc: two(int, text, truncate),
  indent: two(int, text, indent),
  nindent: two(int, text, (width, value, budget) => `\n${indent(width, value, budget)}`),
  quote: many(any, (values, budget) =>
    spaced(
      values.filter((value) => value !== null).map((value) => quoteText(toText(value, budget), '"', false)),
      budget,
    ),
  ),
  squote: many(any, (values, budget) =>
    spaced(
      values.filter((value) => value !== null).map((value) => `'${plainText(value, budget)}'`),
      budget,
    ),
  ),
  cat: many(any, (values, budget) => {
    const present = values.filter((value) => value !== null);
    return spaced(
      present.map((value) => plainText(value, budget)),
      budget,
    );
  }),
  plural: three(text, text, int, (singular, plural, count) => (count === 1n ? singular : plural)),
  split: two(text, text, (separator, value, budget) => numbered(splitText(value, separator, -1, budget))),
  splitn: three(text, int, text, (separator, count, value, budget) =>
    numbered(splitText(value, separator, Number(count), budget)),
  ),
  splitList: two(text, text, (separator, value, budget) => splitText(value, separator, -1, budget)),
  join: two(text, any, (separator, values, budget) => joinTexts(toTexts(values, budget), separator, budget)),
  toStrings: one(any, toTexts),
  toString: one(any, toText),
};

function trimSpace(value: string): string {
  return value.replace(leading, "").replace(trailing, "");
}

function trimChars(chars: string, value: string): string {
  const cut = new Set(chars);
  const runes = runesOf(value);
  let start = 0;
  let end = runes.length;
  while (start < end && cut.has(runes[start] ?? "")) start += 1;
  while (end > start && cut.has(runes[end - 1] ?? "")) end -= 1;
  return runes.slice(start, end).join("");
}

/** `count` copies; the budget is asked before any is made. */
export function repeat(value: string, count: bigint, budget: Budget): string {
  if (count < 0n) throw executeFault("the count must not be negative");
  if (value === "") return "";
  budget.text(Number(count) * value.length);
  return value.repeat(Number(count));
}

function indent(width: bigint, value: string, budget: Budget): string {
  const padding = repeat(" ", width, budget);
  const lines = value.split("\n");
  budget.text(value.length + lines.length * padding.length);
  return padding + lines.join(`\n${padding}`);
}

/** Every `old` becomes `fresh`; an empty `old` stands before each character and at the end. */
function replaceAll(old: string, fresh: string, value: string, budget: Budget): string {
  budget.search(value.length, old.length);
  const parts = old === "" ? ["", ...runesOf(value), ""] : value.split(old);
  budget.text(value.length + (parts.length - 1) * fresh.length);
  return parts.join(fresh);
}

/** Text from byte `start` to `end`; a negative start means from 0, an end beyond the text means its end. */
function substring(start: bigint, end: bigint, value: string): string {
  const length = BigInt(byteLength(value));
  const from = start < 0n ? 0n : start;
  const to = start >= 0n && (end < 0n || end > length) ? length : end;
  if (from > to || to > length || to < 0n) throw executeFault(`bytes ${from} to ${to} are not in a text of ${length}`);
  return byteSlice(value, Number(from), Number(to));
}

/** The first `count` bytes, or the last where it is negative. */
function truncate(count: bigint, value: string): string {
  const length = BigInt(byteLength(value));
  if (count < 0n && length + count > 0n) return byteSlice(value, Number(length + count), Number(length));
  return count >= 0n && length > count ? byteSlice(value, 0, Number(count)) : value;
}

function spaced(values: readonly string[], budget: Budget): string {
  return joinTexts(values, " ", budget);
}

function joinTexts(values: readonly string[], separator: string, budget: Budget): string {
  const out = new TextBuilder(budget);
  values.forEach((value, i) => out.add(i > 0 ? separator + value : value));
  return out.text;
}

/** Parts between separators, `most` at most where it is not negative; an empty separator splits into characters. */
function splitText(value: string, separator: string, most: number, budget: Budget): string[] {
  budget.search(value.length, separator.length);
  if (most === 0) return [];
  const parts = separator === "" ? runesOf(value) : value.split(separator);
  budget.step(parts.length);
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

/** Parts under the keys _0, _1, …; a missing part is the empty text. */
function numbered(parts: readonly string[]): TemplateMap {
  return new TemplateMap(
    parts.map((part, i) => [`_${i}`, part] as const),
    "",
  );
}
