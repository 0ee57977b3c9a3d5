import type { Budget } from "../budget.js";
import { TextBuilder } from "../budget.js";
import { executeFault } from "../error.js";
import type { Slot, TemplateValue } from "../value.js";
import { isList } from "../value.js";
import { formatFloat } from "./float.js";

/** A value as an action prints it: the invalid value and nil are `<no value>`. */
export function printValue(value: Slot, budget: Budget): string {
  if (value === undefined || value === null) return "<no value>";
  return plainText(value, budget);
}

/** A value as `%v` of Go's fmt prints it: `map[a:1 b:2]`, `[1 2]`, `<nil>`. */
export function plainText(value: TemplateValue, budget: Budget): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return scalarText(value);
  const out = new TextBuilder(budget);
  addPlain(value, out, budget, 0);
  return out.text;
}

function scalarText(value: TemplateValue): string {
  if (value === null) return "<nil>";
  switch (typeof value) {
    case "number":
      return formatFloat(value, "g");
    case "bigint":
    case "boolean":
      return String(value);
    case "string":
      return value;
    default:
      throw executeFault("a function cannot be printed: it has to be called");
  }
}

function addPlain(value: TemplateValue, out: TextBuilder, budget: Budget, level: number): void {
  if (typeof value !== "object" || value === null) {
    out.add(scalarText(value));
    return;
  }
  budget.level(level);
  if (isList(value)) {
    out.add("[");
    value.forEach((item, i) => {
      if (i > 0) out.add(" ");
      addPlain(item, out, budget, level + 1);
    });
  } else {
    budget.step(value.work);
    out.add("map[");
    value.keys().forEach((key, i) => {
      out.add(`${i > 0 ? " " : ""}${key}:`);
      addPlain(value.get(key) ?? null, out, budget, level + 1);
    });
  }
  out.add("]");
}

/** fmt.Sprint: a blank between two operands when neither is a string. */
export function sprint(args: readonly TemplateValue[], budget: Budget): string {
  const out = new TextBuilder(budget);
  args.forEach((arg, i) => {
    const isApart = i > 0 && typeof arg !== "string" && typeof args[i - 1] !== "string";
    out.add((isApart ? " " : "") + plainText(arg, budget));
  });
  return out.text;
}

/** fmt.Sprintln: blanks between all operands and a line break at the end. */
export function sprintln(args: readonly TemplateValue[], budget: Budget): string {
  const out = new TextBuilder(budget);
  args.forEach((arg, i) => out.add((i > 0 ? " " : "") + plainText(arg, budget)));
  out.add("\n");
  return out.text;
}
