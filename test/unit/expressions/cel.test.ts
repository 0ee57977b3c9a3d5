import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json } from "../../../src/base/json.js";
import type { CelAnswer } from "../../../src/expressions/cel.js";
import { compileGate } from "../../../src/expressions/cel.js";
import { celLimits } from "../../../src/expressions/celLimits.js";

const specPaths = ["replicas", "template.metadata.labels"];

function ask(source: string, object: Json): CelAnswer {
  const gate = compileGate(source, specPaths);
  if (!gate.ok) throw new Error(gate.error);
  return gate.value.evaluate(object);
}

function refusal(source: string): string {
  const gate = compileGate(source, specPaths);
  if (gate.ok) throw new Error(`${source} was accepted`);
  return gate.error;
}

const deployment = {
  metadata: { name: "app", labels: { tier: "web" }, generation: 3 },
  spec: { replicas: 2, template: { metadata: { labels: { app: "a" } } } },
  status: {
    phase: "Running",
    ratio: 0.5,
    one: 1,
    conditions: [
      { type: "Ready", status: "True" },
      { type: "Stalled", status: "False" },
    ],
  },
};

describe("an expression", () => {
  it.each([
    ["object.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')", "ready"],
    ["object.status.conditions.all(c, c.status == 'True')", "notReady"],
    ["object.status.conditions.filter(c, c.status == 'True').size() == 1", "ready"],
    ["object.status.conditions.map(c, c.type) == ['Ready', 'Stalled']", "ready"],
    ["object.status.conditions[1].type == 'Stalled'", "ready"],
    ["object.spec.replicas + 1 == 3", "ready"],
    ["object.spec.replicas > 2", "notReady"],
    ["object.status.ratio >= 0.5 && object.status.one > 0.5", "ready"],
    ["object.metadata.generation == 3 && object.metadata['name'] == 'app'", "ready"],
    ["'tier' in object.metadata.labels", "ready"],
    ["object.spec.template.metadata.labels.app.startsWith('a')", "ready"],
    ["has(object.status.phase) && !has(object.status.missing)", "ready"],
    ["has(object.status.missing) ? object.status.missing == 1 : true", "ready"],
    ["object.status.conditions.exists(c, object.status.phase == 'Running' && c.type == 'Ready')", "ready"],
    ["object['status']['phase'] == 'Running'", "ready"],
  ] as const)("%s is %s", (source, answer) => {
    expect(ask(source, deployment).answer).toBe(answer);
  });

  it("is not ready with the reason where a field is absent", () => {
    expect(ask("object.status.missing == 1", deployment)).toEqual({
      answer: "notReady",
      reason: "Error",
      message: "No such key: missing",
    });
    expect(ask("object.status.phase == 'x'", {}).answer).toBe("notReady");
  });

  it("is not ready where it gives something else than a bool", () => {
    expect(ask("object.status.phase", deployment)).toEqual({
      answer: "notReady",
      reason: "NotBoolean",
      message: "the expression gave a string instead of a bool",
    });
    expect(ask("object.status.one", deployment).reason).toBe("NotBoolean");
  });

  it("is not ready where a list that it reads is longer than 100, and ready at 100", () => {
    const long = { status: { items: Array.from({ length: 101 }, () => 1), phase: "Running" } };
    expect(ask("object.status.items.exists(i, i == 1)", long)).toEqual({
      answer: "notReady",
      reason: "Truncated",
      message: "object.status.items has more than 100 elements",
    });
    expect(ask("object.status.phase == 'Running'", long).answer).toBe("ready");
    const full = { status: { items: Array.from({ length: 100 }, () => 1) } };
    expect(ask("object.status.items.all(i, i == 1)", full).answer).toBe("ready");
  });

  it("is not ready where a text that it reads is longer than 8192 characters", () => {
    const object = { metadata: { annotations: { big: "x".repeat(8193), small: "x" } } };
    expect(ask("object.metadata.annotations.big == 'x'", object).reason).toBe("Truncated");
    expect(ask("object.metadata.annotations.small == 'x'", object).answer).toBe("ready");
  });

  it("is not ready where a status was cut and the member that it reads is not there", () => {
    const cut = { statusTruncated: true, status: { phase: "Running", conditions: [{ type: "Ready" }] } };
    expect(ask("!has(object.status.problem)", cut)).toMatchObject({ answer: "notReady", reason: "Truncated" });
    expect(ask("has(object.status)", cut).reason).toBe("Truncated");
    expect(ask("object.status.phase == 'Running'", cut).answer).toBe("ready");
    expect(ask("object.status.conditions.exists(c, c.type == 'Ready')", cut).answer).toBe("ready");
    const full = { statusTruncated: true, status: { conditions: Array.from({ length: 64 }, () => ({ type: "X" })) } };
    expect(ask("object.status.conditions.exists(c, c.type == 'X')", full).reason).toBe("Truncated");
  });

  it("sees data only, never what JavaScript hangs on it", () => {
    const own: Json = JSON.parse('{"status":{"__proto__":{"a":1}}}') as Json;
    expect(ask("object.status.__proto__.a == 1", own).answer).toBe("ready");
    expect(ask("has(object.status.constructor)", deployment).answer).toBe("notReady");
    expect(ask("object.status.toString == 'x'", deployment).reason).toBe("Error");
  });
});

describe("compiling an expression", () => {
  it.each([
    ["", "the expression is empty"],
    ["object.status.", "Expected IDENTIFIER"],
    ["object.status.phase == 'x' &&", "Unexpected"],
    ["foo", "Unknown variable: foo"],
    ["1 + 1", "gives a int, not a bool"],
    ["object.status.items.map(i, i)", "gives a list, not a bool"],
    ["1 + 'a' == 2", "no such overload"],
    ["object.status.phase.matches('(a+)+$')", "matches() is not supported; use all, bool, contains"],
    ["cel.bind(x, [1] + [1], true)", "bind() is not supported"],
    ["object.status.phase.split('').size() > 0", "split() is not supported"],
    ["object.status.items.exists(object, true)", "is to be a variable's name other than object"],
  ])("refuses %j", (source, message) => {
    expect(refusal(source)).toContain(message);
  });

  it("refuses a text of more than 4096 characters", () => {
    expect(refusal("true || ".repeat(600) + "true")).toContain("longer than 4096 characters");
  });

  it.each([
    ["object.spec.paused", "object.spec.paused is not kept of this kind"],
    ["object.spec == object.spec", "object.spec is not kept of this kind"],
    ["object.spec.template.metadata.annotations.a == 'x'", "object.spec.template.metadata.annotations.a is not kept"],
    ["object['spec']['nodeName'] == 'x'", "object.spec.nodeName is not kept"],
    ["object.spec[object.status.phase] == 1", "object.spec is not kept"],
    ["has(object.data.x)", "object.data.x is not kept"],
    ["object.metadata.managedFields.size() > 0", "object.metadata.managedFields is not kept"],
    ["object == object", "object can only be read by a path"],
    ["[object].size() > 0", "object can only be read by a path"],
    ["object.status.items.exists(i, object.kind == i)", "object.kind is not kept"],
  ])("refuses %s and lists what may be read", (source, message) => {
    const error = refusal(source);
    expect(error).toContain(message);
    expect(error).toContain("allowed are metadata.*, status.*, spec.replicas, spec.template.metadata.labels");
  });

  it("names every path that is wrong, each once", () => {
    const error = refusal("object.data.a == object.data.a && object.spec.b == 1");
    expect(error.match(/is not kept/g)).toHaveLength(2);
  });

  it("accepts two levels of macros and refuses three", () => {
    const two = "object.status.a.exists(x, x.b.exists(y, y == 1))";
    expect(compileGate(two, []).ok).toBe(true);
    expect(refusal("object.status.a.exists(x, x.b.exists(y, y.c.exists(z, z == 1)))")).toContain(
      "macros are nested deeper than 2 levels at exists()",
    );
    const chained = "object.status.a.filter(x, x > 1).map(x, x + 1).exists(x, x == 3)";
    expect(compileGate(chained, []).ok).toBe(true);
  });

  it("accepts 256 nodes of syntax and refuses more", () => {
    const chain = (terms: number): string => Array.from({ length: terms }, () => "true").join(" || ");
    expect(compileGate(chain(128), []).ok).toBe(true);
    expect(refusal(chain(129))).toMatch(/maxAstNodes/);
  });

  it.each([
    [
      "lists added up",
      `(${"object.status.l + ".repeat(30)}[]).exists(x, (${"object.status.l + ".repeat(30)}[]).exists(y, x == y))`,
    ],
    [
      "lists made inside map",
      `object.status.l.map(x, ${"object.status.l + ".repeat(60)}[]).exists(y, y.exists(z, z == 1))`,
    ],
    [
      "long texts searched often",
      `object.status.l.exists(x, object.status.l.exists(y, (${"x + ".repeat(60)}y).contains('q')))`,
    ],
  ])("refuses what would take too long: %s", (_, source) => {
    expect(refusal(source)).toContain("it may take too long");
  });

  it("runs the dearest expressions that are allowed in a fraction of a second", () => {
    const list = Array.from({ length: celLimits.list }, (_, index) => ({ v: index, t: "y".repeat(80) }));
    const source = "object.status.l.all(a, object.status.l.all(b, a.v + b.v >= 0 && a.t == b.t))";
    const gate = compileGate(source, []);
    if (!gate.ok) throw new Error(gate.error);
    const start = process.hrtime.bigint();
    expect(gate.value.evaluate({ status: { l: list } }).answer).toBe("ready");
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(1000);
  });

  it("never throws, whatever the text", () => {
    const word = fc.constantFrom(
      ...[
        "object",
        ".status",
        ".spec",
        ".replicas",
        "[",
        "]",
        "(",
        ")",
        "'a'",
        "1",
        "==",
        "&&",
        "!",
        "?",
        ":",
        "{",
        "}",
      ],
      ...[".exists(", "has(", "c", ",", " ", ".map(", "in", "+", "-", "cel.bind(", "null", ".", '"', "\\", "💥"],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 20 }).map((words) => words.join("")),
    );
    fc.assert(
      fc.property(text, fc.jsonValue(), (source, object) => {
        const gate = compileGate(source, specPaths);
        if (gate.ok) expect(["ready", "notReady"]).toContain(gate.value.evaluate(object).answer);
        else expect(gate.error).not.toBe("");
      }),
      { numRuns: 2000 },
    );
  });

  it("gives the same answer as reading the whole object would, however paths overlap", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b"), fc.oneof(fc.integer(), fc.constant({ a: 1 }))), (status) => {
        const whole = ask("has(object.status) && has(object.status.a)", { status });
        const part = ask("has(object.status.a)", { status });
        expect(part.answer).toBe(whole.answer);
        expect(part.answer).toBe(Object.hasOwn(status, "a") ? "ready" : "notReady");
      }),
    );
  });
});
