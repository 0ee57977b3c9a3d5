import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json } from "../../src/base/json.js";
import { compileGate } from "../../src/expressions/cel.js";
import { cost } from "./cost.js";
import { flood, mutated } from "./generate/mutate.js";
import { judgeExpression, largeObject, specPaths } from "./oracles/expression.js";
import { prototypes } from "./prototypes.js";
import { patience, runs } from "./runs.js";

const before = prototypes();
const json: fc.Arbitrary<Json> = fc.jsonValue();
const roots = fc.constantFrom(
  ...[
    "object.status.list",
    "object.status.names",
    "object.status.text",
    "object.metadata.labels",
    "object.metadata.name",
  ],
  ...[
    "object",
    "object.spec.replicas",
    "object.data",
    "x",
    "y",
    "x.in",
    "x.t",
    "'a'",
    "1",
    "1.5",
    "true",
    "null",
    "[1, 2]",
  ],
  ...[
    "{'a': 1}",
    "object.status['__proto__']",
    "object.status.constructor",
    "duration('1h')",
    "timestamp('x')",
    "b'a'",
  ],
);
const expression: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    roots,
    fc
      .tuple(tie("e"), fc.constantFrom("==", "!=", "+", "-", "*", "/", "%", "<", "in", "&&", "||"), tie("e"))
      .map((parts) => `(${parts.join(" ")})`),
    fc
      .tuple(
        tie("e"),
        fc.constantFrom("all", "exists", "exists_one", "filter", "map"),
        fc.constantFrom("x", "y"),
        tie("e"),
      )
      .map(([over, macro, name, body]) => `${over}.${macro}(${name}, ${body})`),
    fc
      .tuple(
        tie("e"),
        fc.constantFrom("contains", "startsWith", "indexOf", "matches", "split", "substring", "size"),
        tie("e"),
      )
      .map(([receiver, name, argument]) => `${receiver}.${name}(${argument})`),
    fc
      .tuple(fc.constantFrom("size", "string", "int", "has", "dyn", "type", "bytes"), tie("e"))
      .map(([f, e]) => `${f}(${e})`),
    fc.tuple(tie("e"), tie("e"), tie("e")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie("e"), tie("e")).map(([a, b]) => `[${a}, ${b}][0]`),
  ),
})).e;

const real = [
  "object.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')",
  "object.status.list.all(x, object.status.list.all(y, x.n + y.n >= 0))",
  "has(object.status.text) && object.spec.replicas > 0",
];
const pieces = [
  "object",
  ".status",
  ".list",
  "[",
  "]",
  "(",
  ")",
  "'",
  '"',
  "\\",
  " + ",
  " && ",
  "!",
  "-",
  "? ",
  ": ",
  "{",
  "}",
  ".",
  "1",
  ",",
  "💥",
];
const source = fc.oneof(
  { weight: 6, arbitrary: expression },
  { weight: 3, arbitrary: mutated(real, fc.oneof(fc.constantFrom(...pieces), expression)) },
  { weight: 1, arbitrary: flood(pieces, 100_000) },
);

describe("any condition for being ready", () => {
  it(
    "is refused with a reason, or answers within its cost; the same each time, and nobody else sees anything of it",
    () => {
      fc.assert(
        fc.property(source, json, (text, other) => {
          judgeExpression(text, [largeObject, other]);
          expect(prototypes()).toBe(before);
        }),
        runs(1500),
      );
    },
    patience,
  );

  it(
    "takes a fraction of a second to be checked and to be asked",
    () => {
      fc.assert(
        fc.property(source, (text) => {
          expect(cost(() => compileGate(text, specPaths), 100)).toBeLessThan(300);
          const gate = compileGate(text, specPaths);
          if (gate.ok) expect(cost(() => gate.value.evaluate(largeObject), 150)).toBeLessThan(400);
        }),
        runs(600),
      );
    },
    patience,
  );
});
