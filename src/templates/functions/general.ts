import { executeFault } from "../error.js";
import { goType } from "../format/printf.js";
import type { TemplateValue } from "../value.js";
import { isList } from "../value.js";
import { deepEqual, isEmpty } from "./convert.js";
import type { TemplateFunction } from "./signature.js";
import { any, bool, many, one, oneMany, text, three, two } from "./signature.js";

/** sprig's defaults, checks and types; `required` as in Helm. */
export const general: Readonly<Record<string, TemplateFunction>> = {
  default: oneMany(any, any, (fallback, given) => {
    const value = given[0] ?? null;
    return isEmpty(value) ? fallback : value;
  }),
  empty: one(any, isEmpty),
  coalesce: many(any, (values) => values.find((value) => !isEmpty(value)) ?? null),
  all: many(any, (values) => !values.some(isEmpty)),
  any: many(any, (values) => values.some((value) => !isEmpty(value))),
  ternary: three(any, any, bool, (yes, no, condition) => (condition ? yes : no)),
  required: two(text, any, (message, value) => {
    if (value === null || value === "") throw executeFault(message);
    return value;
  }),
  fail: one(text, (message) => {
    throw executeFault(message);
  }),
  kindOf: one(any, kindOf),
  kindIs: two(text, any, (kind, value) => kind === kindOf(value)),
  typeOf: one(any, goType),
  typeIs: two(text, any, (type, value) => type === goType(value)),
  typeIsLike: two(text, any, (type, value) => type === goType(value)),
  deepEqual: two(any, any, (a, b, budget) => deepEqual(a, b, budget)),
};

/** Go's reflect.Kind. */
function kindOf(value: TemplateValue): string {
  if (value === null) return "invalid";
  switch (typeof value) {
    case "bigint":
      return "int";
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "object":
      return isList(value) ? "slice" : "map";
    default:
      return "func";
  }
}
