import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { z } from "zod";

import type { Json } from "../../../src/base/json.js";
import { executeTemplate, fromJson, parseTemplate } from "../../../src/templates/index.js";
import { outcome, render } from "./support.js";

const wellFormedText = fc.string({ unit: "grapheme" });
const json: z.ZodType<Json> = z.json();
const jsonValue: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 4 });

/** Pieces that make up templates, right and wrong ones. */
const pieces = fc.constantFrom(
  ..."{{ }} {{- -}} if else end range with define template block break continue nil true . $ $x := = | ( ) , .a .b".split(
    " ",
  ),
  ..."print printf index len eq lt and or not list dict until repeat 1 -2 0x1F 1.5e3 'c' \"s\" `r` /* */ \n".split(" "),
  ...'toYaml fromYaml toJson set merge indent quote trunc substr seq round wrap snakecase "%5.2f%v%[2]*d"'.split(" "),
);
const source = fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 24 }).map((all) => all.join(" "));

/** Templates that parse, mostly. */
const expression: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(".", ".a", ".b", "$", "1", "0", "-3", "2.5", '"x y"', '""', "nil", "true", "(list 1 2)"),
    fc
      .tuple(
        fc.constantFrom(
          ..."upper len print list dict quote toYaml toJson until keys first int float64 kebabcase".split(" "),
        ),
        tie("e"),
      )
      .map(([name, arg]) => `(${name} ${arg})`),
    fc
      .tuple(
        fc.constantFrom(
          ..."eq add index default repeat indent printf join trunc set merge append wrap chunk".split(" "),
        ),
        tie("e"),
        tie("e"),
      )
      .map(([name, a, b]) => `(${name} ${a} ${b})`),
  ),
})).e;

describe("any template", () => {
  it("without {{ renders to itself", () => {
    fc.assert(
      fc.property(
        wellFormedText.filter((text) => !text.includes("{{")),
        (text) => {
          expect(render(text)).toBe(text);
        },
      ),
    );
  });

  it("renders or fails with a place in its source, and never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          source,
          expression.map((e) => `{{ ${e} }}`),
        ),
        jsonValue,
        (template, data) => {
          const result = render(template, data, { steps: 2000 });
          if (typeof result === "string") return;
          const lines = template.split("\n");
          expect(result.line).toBeGreaterThanOrEqual(1);
          expect(result.line).toBeLessThanOrEqual(lines.length);
          expect(result.column).toBeGreaterThanOrEqual(1);
          expect(result.column).toBeLessThanOrEqual((lines[result.line - 1] ?? "").length + 1);
          expect(result.message).not.toBe("");
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("gives no more output than it may", () => {
    fc.assert(
      fc.property(expression, jsonValue, fc.nat({ max: 200 }), (e, data, outputBytes) => {
        const result = render(`{{ range until 9 }}{{ ${e} }}{{ end }}`, data, { outputBytes });
        if (typeof result === "string") expect(Buffer.byteLength(result)).toBeLessThanOrEqual(outputBytes);
      }),
      { numRuns: 500 },
    );
  });

  it("renders the same with wider limits", () => {
    fc.assert(
      fc.property(expression, jsonValue, fc.integer({ min: 1, max: 60 }), (e, data, steps) => {
        const narrow = outcome(`{{ ${e} }}`, data, { steps });
        if (!narrow.startsWith("LIMIT")) expect(outcome(`{{ ${e} }}`, data)).toBe(narrow);
      }),
      { numRuns: 500 },
    );
  });

  it("renders the same twice, and leaves its data alone", () => {
    fc.assert(
      fc.property(expression, jsonValue, (e, value) => {
        const data = fromJson(value);
        const template = parseTemplate("p", `{{ ${e} }}`);
        if (!template.ok) return;
        const first = executeTemplate(template.value, data);
        expect(executeTemplate(template.value, data)).toEqual(first);
        expect(data).toEqual(fromJson(value));
      }),
      { numRuns: 500 },
    );
  });
});

describe("what goes out comes back", () => {
  it("as JSON", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const text = outcome("{{ toJson .v }}", { v: value });
        expect(fromJson(json.parse(JSON.parse(text)))).toEqual(fromJson(value));
      }),
    );
  });

  it("as YAML", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(render("{{ toJson (fromYaml (toYaml .v)) }}", { v: value })).toBe(
          render("{{ toJson .v }}", { v: value }),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("as YAML, also where a key looks like a number with a leading point", () => {
    const value = { ".0_": 1, "+.0_": 2, ".5": 3 };
    expect(render("{{ toJson (fromYaml (toYaml .v)) }}", { v: value })).toBe(render("{{ toJson .v }}", { v: value }));
  });

  it("as base64", () => {
    fc.assert(
      fc.property(wellFormedText, (s) => {
        expect(render("{{ .s | b64enc | b64dec }}", { s })).toBe(s);
        expect(render("{{ .s | b32enc | b32dec }}", { s })).toBe(s);
      }),
    );
  });

  it("as a quoted literal", () => {
    fc.assert(
      fc.property(wellFormedText, (s) => {
        expect(render(`{{ ${outcome("{{ quote .s }}", { s })} }}`)).toBe(s);
      }),
    );
  });
});

describe("ints", () => {
  it("are added and multiplied in 64 bits", () => {
    const int = fc.maxSafeInteger();
    fc.assert(
      fc.property(int, int, (a, b) => {
        const sum = BigInt.asIntN(64, BigInt(a) + BigInt(b));
        const product = BigInt.asIntN(64, BigInt(a) * BigInt(b));
        expect(render("{{ add .a .b }} {{ mul .a .b }}", { a, b })).toBe(`${sum} ${product}`);
      }),
    );
  });
});
