import type { Document } from "yaml";
import { Composer, isMap, isScalar, LineCounter, visit } from "yaml";

import { describeError } from "../../base/errors.js";
import { tokenizeYaml } from "../../base/yamlTokens.js";
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
const limits = { tokens: 10_000, depth: 64 } as const;
/** Units of work that a sign or word of YAML takes. */
const stepsOfToken = 4;

/** Helm's toYaml and fromYaml. Integral numbers become ints, as in a template's data. Unreadable YAML is an error. */
export const yaml: Readonly<Record<string, TemplateFunction>> = {
  toYaml: one(any, emitYaml),
  fromYaml: one(text, readYaml),
};

function readYaml(source: string, budget: Budget): TemplateValue {
  if (source.length > longest) throw executeFault(`the text is longer than ${longest} characters`);
  return convert(parseYaml(source, budget), budget, 0);
}

function parseYaml(source: string, budget: Budget): unknown {
  const read = tokenizeYaml(source, new LineCounter(), limits);
  if (!read.ok) throw executeFault(read.error.message);
  budget.step(read.value.count * stepsOfToken);
  const composer = new Composer({
    schema: "failsafe",
    customTags: (tags) => [...tags, ...scalarTags],
    merge: true,
    // The library compares each key with all others.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  const [document, second] = [...composer.compose(read.value.tokens, false, source.length)];
  if (second !== undefined) throw noYaml("there are several documents");
  return document === undefined ? null : valueOf(document);
}

function valueOf(document: Document.Parsed): unknown {
  const [error] = document.errors;
  if (error !== undefined) throw noYaml(error.message);
  visit(document, (_, node) => {
    if (isMap(node)) refuseRepeated(node.items.map((pair) => pair.key));
  });
  try {
    const value: unknown = document.toJS({ mapAsMap: true, maxAliasCount: 100 });
    return value;
  } catch (thrown) {
    throw noYaml(describeError(thrown));
  }
}

function refuseRepeated(keys: readonly unknown[]): void {
  const seen = new Set<unknown>();
  for (const key of keys) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value) && key.source !== "<<") throw noYaml(`the key ${String(key.source)} is there twice`);
    seen.add(key.value);
  }
}

function noYaml(problem: string): Error {
  return executeFault(`the text is no YAML: ${problem}`);
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
