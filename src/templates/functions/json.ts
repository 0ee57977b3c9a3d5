import type { Json } from "../../base/json.js";
import type { Budget } from "../budget.js";
import { TextBuilder } from "../budget.js";
import { executeFault } from "../error.js";
import type { TemplateValue } from "../value.js";
import { fromJson, isList, nilList } from "../value.js";
import type { TemplateFunction } from "./signature.js";
import { any, one, text } from "./signature.js";

interface Style {
  /** Escapes <, > and & as Go does by default. */
  readonly html: boolean;
  readonly indent: string;
}

const compactStyle: Style = { html: true, indent: "" };
const prettyStyle: Style = { html: true, indent: "  " };
const rawStyle: Style = { html: false, indent: "" };

const toCompact = one(any, (value, budget) => jsonText(value, compactStyle, budget));
const toPretty = one(any, (value, budget) => jsonText(value, prettyStyle, budget));
const toRaw = one(any, (value, budget) => jsonText(value, rawStyle, budget));

/** Go's JSON: keys sorted. Integral numbers of `fromJson` are ints, as in a template's data. */
export const json: Readonly<Record<string, TemplateFunction>> = {
  toJson: toCompact,
  mustToJson: toCompact,
  toPrettyJson: toPretty,
  mustToPrettyJson: toPretty,
  toRawJson: toRaw,
  mustToRawJson: toRaw,
  fromJson: one(text, (source, budget) => parseJson(source, budget) ?? null),
  mustFromJson: one(text, (source, budget) => {
    const value = parseJson(source, budget);
    if (value === undefined) throw executeFault("the text is no JSON");
    return value;
  }),
};

function parseJson(source: string, budget: Budget): TemplateValue | undefined {
  budget.step(source.length >> 3);
  let parsed: Json;
  try {
    // JSON.parse yields JSON and nothing else.
    parsed = decoded(JSON.parse(source));
  } catch {
    return undefined;
  }
  return fromJson(parsed);
}

/** The type of what JSON.parse returned. */
function decoded(value: unknown): Json {
  return value as Json;
}

/** A value as JSON text. */
function jsonText(value: TemplateValue, style: Style, budget: Budget): string {
  const out = new TextBuilder(budget);
  write(value, style, out, budget, 0);
  return out.text;
}

function write(value: TemplateValue, style: Style, out: TextBuilder, budget: Budget, level: number): void {
  if (typeof value !== "object" || value === null || value === nilList) {
    out.add(scalar(value, style));
    return;
  }
  budget.level(level);
  const list = isList(value);
  if (!list) budget.step(value.work);
  const keys = list ? value.map((_, i) => i) : value.keys();
  const lineBreak = style.indent === "" ? "" : `\n${style.indent.repeat(level + 1)}`;
  out.add(list ? "[" : "{");
  keys.forEach((key, i) => {
    out.add((i > 0 ? "," : "") + lineBreak);
    if (typeof key === "string") out.add(quoted(key, style) + (style.indent === "" ? ":" : ": "));
    const member = list ? value[i] : value.get(String(key));
    write(member ?? null, style, out, budget, level + 1);
  });
  if (keys.length > 0 && lineBreak !== "") out.add(lineBreak.slice(0, -style.indent.length));
  out.add(list ? "]" : "}");
}

function scalar(value: TemplateValue, style: Style): string {
  if (value === null || value === nilList) return "null";
  switch (typeof value) {
    case "string":
      return quoted(value, style);
    case "number":
      if (!Number.isFinite(value)) throw executeFault(`${value} has no JSON notation`);
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
    case "boolean":
      return String(value);
    default:
      throw executeFault("a function has no JSON notation");
  }
}

function quoted(value: string, style: Style): string {
  const plain = JSON.stringify(value).replace(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
  if (!style.html) return plain;
  return plain.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}
