import { readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";
import { z } from "zod";

import type { Json } from "../../../src/base/json.js";
import { executeTemplate, fromJson, parseTemplate } from "../../../src/templates/index.js";

const json: z.ZodType<Json> = z.json();
const casesSchema = z.array(z.object({ name: z.string(), template: z.string(), data: json.optional() }));
const resultsSchema = z.array(
  z.object({ name: z.string(), output: z.string().optional(), error: z.literal(true).optional() }),
);

function read<T>(file: string, schema: z.ZodType<T>): T {
  const text = readFileSync(new URL(`../../golden/${file}`, import.meta.url), "utf8");
  return schema.parse(JSON.parse(text));
}

const cases = read("cases.json", casesSchema);
const results = new Map(read("results.json", resultsSchema).map((result) => [result.name, result]));

/** The output, or undefined where parsing or rendering fails. */
function render(template: string, data: Json | undefined): string | undefined {
  const parsed = parseTemplate("golden", template);
  if (!parsed.ok) return undefined;
  const rendered = executeTemplate(parsed.value, fromJson(data ?? null));
  return rendered.ok ? rendered.value : undefined;
}

describe("what Go renders", () => {
  it("is recorded for every case, once", () => {
    expect([...results.keys()]).toEqual(cases.map(({ name }) => name));
  });

  it.each(cases)("$name", ({ name, template, data }) => {
    expect(render(template, data)).toBe(results.get(name)?.output);
  });
});
