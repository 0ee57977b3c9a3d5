import assert from "node:assert/strict";

import type { Json } from "../../../src/base/json.js";
import { isArray, isObject } from "../../../src/base/json.js";
import type { Problem } from "../../../src/base/problem.js";
import { parseYaml, parseYamlStream, yamlLimits } from "../../../src/base/yaml.js";

/** Reads a text as YAML: throws unless it is JSON within the limits, or told with a place and a fix; the same each time. */
export function judgeYaml(source: string): void {
  const read = parseYaml(source);
  if (read.ok) judgeValue(read.value.value);
  else judgeProblems(read.error);
  const again = parseYaml(source);
  assert.deepEqual(again.ok ? again.value.value : again.error, read.ok ? read.value.value : read.error);
}

/** The same of a text that may hold several documents, and keys twice. */
export function judgeYamlStream(source: string): void {
  const read = parseYamlStream(source, { lastKeyWins: true });
  if (!read.ok) judgeProblems(read.error);
  else for (const { value } of read.value) judgeValue(value);
}

function judgeProblems(problems: readonly Problem[]): void {
  assert.ok(problems.length > 0 && problems.length <= yamlLimits.problems, `${problems.length} problems`);
  for (const { message, fix, line = 1, column = 1 } of problems) {
    assert.notEqual(message, "");
    assert.notEqual(fix, "");
    assert.ok(Math.min(line, column) >= 1, `line ${line}, column ${column}`);
  }
}

/** Levels of the value; everything in it is JSON, and no key is one that JavaScript gives a meaning. */
function judgeValue(value: Json, level = 1): void {
  assert.ok(level <= yamlLimits.depth, `${level} levels`);
  if (isArray(value)) for (const item of value) judgeValue(item, level + 1);
  else if (isObject(value)) {
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    for (const [key, member] of Object.entries(value)) {
      assert.ok(!["__proto__", "constructor", "prototype"].includes(key), `the key ${key}`);
      judgeValue(member ?? null, level + 1);
    }
  } else if (typeof value === "number") assert.ok(Number.isFinite(value), String(value));
}
