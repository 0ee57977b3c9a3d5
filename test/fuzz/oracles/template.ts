import assert from "node:assert/strict";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { decodeRouteTemplates } from "../../../src/routing/decode/decodeRouteTemplates.js";
import type { TemplateLimits } from "../../../src/templates/index.js";
import { executeTemplate, fromJson, parseTemplate } from "../../../src/templates/index.js";

const data = {
  Name: "app",
  Namespace: "shop",
  Labels: { a: "b" },
  Weights: [80, 20],
  Versions: [{ Name: "v1", Weight: 80, Resources: [] }],
  Values: Object.fromEntries<Json>([
    ["a", { b: "c" }],
    ["__proto__", { polluted: 1 }],
    ["list", [1, "x", null]],
  ]),
};
const few: TemplateLimits = { steps: 3000, outputBytes: 5000 };

/** The output of a template on some data, or the place and text of what is wrong; throws where there is no such place. */
export function rendered(source: string, limits?: TemplateLimits): string {
  const parsed = parseTemplate("fuzz", source);
  const output = parsed.ok ? executeTemplate(parsed.value, fromJson(data), limits) : parsed;
  if (output.ok) return output.value;
  const { code, line, column, message } = output.error;
  assert.notEqual(message, "");
  assert.ok(Math.min(line, column) >= 1, `line ${line}, column ${column}`);
  assert.ok(line <= source.split("\n").length, `line ${line}`);
  return `${code} ${line}:${column} ${message}`;
}

/** Renders a text with few steps: throws unless it comes out the same twice, and nothing of the interpreter with it. */
export function judgeTemplate(source: string): void {
  const output = rendered(source, few);
  assert.equal(rendered(source, few), output);
  assert.doesNotMatch(output, /Maximum call stack|\[native code\]|at \/.*:\d+:\d+/);
}

/** Decodes the data of a ConfigMap of route templates: throws unless what is wrong is told by key and fix. */
export function judgeRouteTemplates(written: JsonObject): void {
  const decoded = decodeRouteTemplates(written);
  if (decoded.ok) return;
  for (const { path, message, fix } of decoded.error) {
    assert.match(path, /^data/);
    assert.notEqual(message, "");
    assert.notEqual(fix, "");
  }
}
