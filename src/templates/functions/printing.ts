import type { Budget } from "../budget.js";
import { executeFault } from "../error.js";
import { sprint, sprintln } from "../format/print.js";
import { sprintf } from "../format/printf.js";
import { isPrintable } from "../text.js";
import type { TemplateValue } from "../value.js";
import type { TemplateFunction } from "./signature.js";
import { any, many, oneMany, text } from "./signature.js";

/** Go's print functions and escapers. */
export const printing: Readonly<Record<string, TemplateFunction>> = {
  print: many(any, sprint),
  println: many(any, sprintln),
  printf: oneMany(text, any, sprintf),
  html: many(any, (args, budget) => escapeHtml(joined(args, budget))),
  js: many(any, (args, budget) => escapeJs(joined(args, budget))),
  urlquery: many(any, (args, budget) => escapeQuery(joined(args, budget))),
};

/** The arguments as print joins them, nil as an action prints it. */
function joined(args: readonly TemplateValue[], budget: Budget): string {
  if (args.includes(null)) {
    if (args.length === 1) return "<no value>";
    return sprint(
      args.map((arg) => arg ?? "<no value>"),
      budget,
    );
  }
  if (args.some((arg) => typeof arg === "function")) throw executeFault("a function cannot be escaped");
  return sprint(args, budget);
}

const htmlEscapes: ReadonlyMap<string, string> = new Map([
  ["\0", "\ufffd"],
  ['"', "&#34;"],
  ["'", "&#39;"],
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
]);

function escapeHtml(value: string): string {
  return value.replace(/["'&<>]|\0/g, (char) => htmlEscapes.get(char) ?? char);
}

function escapeJs(value: string): string {
  return value.replace(/[\\'"<>&=]|[^ -~]/gu, (char) => {
    if (char === "\\" || char === "'" || char === '"') return `\\${char}`;
    const code = char.codePointAt(0) ?? 0;
    if (code === 0x7f || (code > 0x7f && isPrintable(char))) return char;
    return `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
  });
}

function escapeQuery(value: string): string {
  return encodeURIComponent(value)
    .replaceAll("%20", "+")
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
