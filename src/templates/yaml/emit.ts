import type { Budget } from "../budget.js";
import { TextBuilder } from "../budget.js";
import { executeFault } from "../error.js";
import { formatFloat } from "../format/float.js";
import { runesOf } from "../text.js";
import type { TemplateList, TemplateValue } from "../value.js";
import { isList, nilList, TemplateMap } from "../value.js";
import { compareKeys } from "./order.js";
import { yamlScalar } from "./scalar.js";

/** A value as block YAML without a final line break: keys sorted, lists not indented, two blanks a level. */
export function emitYaml(value: TemplateValue, budget: Budget): string {
  const emitter = new Emitter(budget);
  emitter.root(value);
  return emitter.text.replace(/\n$/, "");
}

class Emitter {
  readonly #out: TextBuilder;
  #column = 0;

  constructor(private readonly budget: Budget) {
    this.#out = new TextBuilder(budget);
  }

  get text(): string {
    return this.#out.text;
  }

  root(value: TemplateValue): void {
    if (isBlock(value)) this.#block(value, 0, 0);
    else this.#leaf(value, 2);
    this.#line();
  }

  /** A non-empty map or list whose first line goes on where the output is. */
  #block(value: TemplateMap | TemplateList, indent: number, level: number): void {
    this.budget.level(level);
    if (isList(value)) this.#list(value, indent, level);
    else this.#map(value, indent, level);
  }

  #list(items: TemplateList, indent: number, level: number): void {
    items.forEach((item, i) => {
      if (i > 0) this.#newLine(indent);
      this.#add("- ");
      if (isBlock(item)) this.#block(item, indent + 2, level + 1);
      else this.#leaf(item, indent + 2);
    });
  }

  #map(map: TemplateMap, indent: number, level: number): void {
    // The order of people takes apart both keys at each comparison.
    this.budget.step(map.work * Math.ceil(Math.log2(map.size + 1)));
    const keys = map.keys();
    keys.sort(compareKeys).forEach((key, i) => {
      if (i > 0) this.#newLine(indent);
      this.#add(`${yamlScalar(key, { indent, column: this.#column, isKey: true })}:`);
      this.#member(map.get(key) ?? null, indent, level);
    });
  }

  #member(value: TemplateValue, indent: number, level: number): void {
    if (!isBlock(value)) {
      this.#add(" ");
      this.#leaf(value, indent + 2);
      return;
    }
    const inner = isList(value) ? indent : indent + 2;
    this.#newLine(inner);
    this.#block(value, inner, level + 1);
  }

  #leaf(value: TemplateValue, indent: number): void {
    this.#add(leafText(value, indent, this.#column));
  }

  /** Starts a line, unless a literal block has ended the last one. */
  #newLine(indent: number): void {
    this.#line();
    this.#add(" ".repeat(indent));
  }

  #line(): void {
    if (this.#column > 0) this.#add("\n");
  }

  #add(text: string): void {
    this.#out.add(text);
    const lineStart = text.lastIndexOf("\n");
    this.#column = (lineStart < 0 ? this.#column : 0) + runesOf(text.slice(lineStart + 1)).length;
  }
}

function isBlock(value: TemplateValue): value is TemplateMap | TemplateList {
  return (isList(value) && value.length > 0) || (value instanceof TemplateMap && value.size > 0);
}

function leafText(value: TemplateValue, indent: number, column: number): string {
  if (value === null || value === nilList) return "null";
  switch (typeof value) {
    case "string":
      return yamlScalar(value, { indent, column, isKey: false });
    case "bigint":
    case "boolean":
      return String(value);
    case "number":
      return floatText(value);
    case "object":
      return isList(value) ? "[]" : "{}";
    default:
      throw executeFault("a function has no YAML notation");
  }
}

/** Whole floats are written as ints where one of 64 bits holds them. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) throw executeFault(`${value} has no YAML notation here`);
  const isWhole = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64;
  return isWhole ? BigInt(formatFloat(value, "f")).toString() : formatFloat(value, "g");
}
