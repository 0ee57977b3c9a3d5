import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json } from "../../src/base/json.js";
import { isArray, isObject } from "../../src/base/json.js";
import type { Problem } from "../../src/base/problem.js";
import { parseYaml, parseYamlStream, yamlLimits } from "../../src/base/yaml.js";
import { cost } from "./cost.js";
import { yamlText } from "./generate/yamlText.js";
import { prototypes } from "./prototypes.js";
import { patience, runs } from "./runs.js";

const text = yamlText(yamlLimits.bytes);
const before = prototypes();

function expectTold(problems: readonly Problem[]): void {
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.length).toBeLessThanOrEqual(yamlLimits.problems);
  for (const { message, fix, line = 1, column = 1 } of problems) {
    expect(message).not.toBe("");
    expect(fix ?? "").not.toBe("");
    expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
  }
}

/** Levels of the value; everything in it is JSON, and no key is one that JavaScript gives a meaning. */
function expectPlain(value: Json, level = 1): void {
  expect(level).toBeLessThanOrEqual(yamlLimits.depth);
  if (isArray(value)) for (const item of value) expectPlain(item, level + 1);
  else if (isObject(value)) {
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    for (const [key, member] of Object.entries(value)) {
      expect(["__proto__", "constructor", "prototype"]).not.toContain(key);
      expectPlain(member ?? null, level + 1);
    }
  } else if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
}

describe("any text that is read as YAML", () => {
  it(
    "is JSON within the limits, or told with a place and a fix; the same each time, and nobody else sees anything of it",
    () => {
      fc.assert(
        fc.property(text, (source) => {
          const read = parseYaml(source);
          if (read.ok) expectPlain(read.value.value);
          else expectTold(read.error);
          const again = parseYaml(source);
          expect(again.ok ? again.value.value : again.error).toEqual(read.ok ? read.value.value : read.error);
          expect(prototypes()).toBe(before);
        }),
        runs(250),
      );
    },
    patience,
  );

  it(
    "takes a fraction of a second, as one document or as many",
    () => {
      fc.assert(
        fc.property(text, (source) => {
          expect(cost(() => parseYaml(source), 300)).toBeLessThan(600);
          expect(cost(() => parseYamlStream(source, { lastKeyWins: true }), 300)).toBeLessThan(600);
        }),
        runs(60),
      );
    },
    patience,
  );
});
