import { parse } from "yaml";

import { describeError } from "../../base/errors.js";
import type { Budget } from "../budget.js";
import { executeFault } from "../error.js";
import { wellFormed } from "../text.js";
import type { TemplateValue } from "../value.js";
import { fromNumber, TemplateMap } from "../value.js";
import { emitYaml } from "../yaml/emit.js";
import { scalarTags } from "../yaml/schema.js";
import type { TemplateFunction } from "./signature.js";
import { any, one, text } from "./signature.js";

/** Longest text that fromYaml reads, in UTF-16 units. */
const longest = 65_536;

/** Helm's toYaml and fromYaml. Integral numbers become ints, as in a template's data. Unreadable YAML is an error. */
export const yaml: Readonly<Record<string, TemplateFunction>> = {
  toYaml: one(any, emitYaml),
  fromYaml: one(text, readYaml),
};

function readYaml(source: string, budget: Budget): TemplateValue {
  if (source.length > longest) throw executeFault(`the text is longer than ${longest} characters`);
  budget.step(source.length >> 3);
  return convert(parseYaml(source), budget, 0);
}

function parseYaml(source: string): unknown {
  try {
    const parsed: unknown = parse(source, {
      schema: "failsafe",
      customTags: (tags) => [...tags, ...scalarTags],
      merge: true,
      mapAsMap: true,
      maxAliasCount: 100,
      prettyErrors: false,
      logLevel: "error",
    });
    return parsed;
  } catch (thrown) {
    throw executeFault(`the text is no YAML: ${describeError(thrown)}`);
  }
}

function convert(value: unknown, budget: Budget, level: number): TemplateValue {
  budget.step();
  if (Array.isArray(value)) {
    budget.level(level);
    return value.map((item: unknown) => convert(item, budget, level + 1));
  }
  if (value instanceof Map) {
    budget.level(level);
    const map = new TemplateMap();
    for (const [key, member] of value as ReadonlyMap<unknown, unknown>) {
      map.set(keyText(key), convert(member, budget, level + 1));
    }
    return map;
  }
  switch (typeof value) {
    case "string":
      return wellFormed(value);
    case "bigint":
      return value === BigInt.asIntN(64, value) ? value : Number(value);
    case "number":
      return fromNumber(value);
    case "boolean":
      return value;
    default:
      return null;
  }
}

/** Keys that are no text become the text that writes them. */
function keyText(key: unknown): string {
  if (typeof key === "string") return wellFormed(key);
  if (typeof key === "bigint" || typeof key === "number" || typeof key === "boolean") return String(key);
  throw executeFault("a map key must be a string, a number or a bool");
}
