import assert from "node:assert/strict";

import type { Json } from "../../../src/base/json.js";
import { compileGate } from "../../../src/expressions/cel.js";
import { celLimits } from "../../../src/expressions/celLimits.js";

/** Paths of the spec that an expression may read, beside all of the status. */
export const specPaths = ["replicas", "template.metadata.labels"];

/** Lists and texts as long as an expression may read. */
export const largeObject: Json = {
  metadata: {
    name: "app",
    labels: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, "v".repeat(60)])),
  },
  spec: { replicas: 3 },
  status: {
    text: "y".repeat(celLimits.text),
    list: Array.from({ length: celLimits.list }, (_, i) => ({ n: i, t: "z".repeat(500), in: [1, 2, 3] })),
    names: Array.from({ length: celLimits.list }, (_, i) => `${"n".repeat(200)}${i}`),
  },
};

/** Compiles a condition: throws unless it is refused with a reason, or answers on each object, the same twice. */
export function judgeExpression(source: string, objects: readonly Json[]): void {
  const gate = compileGate(source, specPaths);
  if (!gate.ok) {
    assert.notEqual(gate.error, "");
    assert.doesNotMatch(gate.error, /Maximum call stack|at \/.*:\d+:\d+/);
    return;
  }
  assert.ok(gate.value.cost <= celLimits.cost, `a cost of ${gate.value.cost}`);
  for (const object of objects) {
    const answer = gate.value.evaluate(object);
    assert.ok(["ready", "notReady"].includes(answer.answer), answer.answer);
    assert.notEqual(answer.message, "");
    assert.deepEqual(gate.value.evaluate(object), answer);
  }
}
