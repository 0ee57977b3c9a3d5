import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { stringify } from "yaml";

import type { Json } from "../../../src/base/json.js";
import { parseYaml, parseYamlStream, yamlLimits } from "../../../src/base/yaml.js";

function value(text: string): Json {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value.value;
}

function messages(text: string): string[] {
  const parsed = parseYaml(text);
  return parsed.ok ? [] : parsed.error.map(({ path, message, line }) => `${path}@${line ?? "?"}: ${message}`);
}

describe("parseYaml", () => {
  test("reads what the library itself writes of any JSON value", () => {
    const json = fc
      .jsonValue({ maxDepth: 6 })
      .filter((sample) => !/__proto__|constructor|prototype/.test(JSON.stringify(sample)));
    fc.assert(
      fc.property(json, (sample) => {
        const text = stringify(sample, { aliasDuplicateObjects: false });
        expect(value(text)).toEqual(JSON.parse(JSON.stringify(sample)));
      }),
    );
  });

  test("follows the core schema: yes is a text, true a boolean, 0x10 a number, a key always a text", () => {
    expect(value("{a: yes, b: true, c: 0x10, d: ~, 5: 1.5}")).toEqual({ a: "yes", b: true, c: 16, d: null, "5": 1.5 });
  });

  test("an empty text is null and has no position", () => {
    const parsed = parseYaml("# nothing\n");
    expect(parsed.ok && parsed.value.value).toBeNull();
    expect(parsed.ok && parsed.value.locate(["a"])).toBeUndefined();
  });

  test("knows where keys and items stand, and gives the nearest ancestor of what is missing", () => {
    const parsed = parseYaml("versions:\n- name: v1\n  resources:\n  - {gvrShort: deploy}\n  - name: x\n");
    if (!parsed.ok) throw new Error("refused");
    const { locate } = parsed.value;
    expect(locate(["versions", 0, "name"])).toEqual({ line: 2, column: 3 });
    expect(locate(["versions", 0, "resources", 0, "gvrShort"])).toEqual({ line: 4, column: 6 });
    expect(locate(["versions", 0, "resources", 1, "gvrShort"])).toEqual({ line: 5, column: 5 });
    expect(locate(["nothing"])).toEqual({ line: 1, column: 1 });
  });

  test("refuses duplicate keys and names path and line", () => {
    expect(messages("a:\n  b: 1\n  c: 2\n  b: 3\n")).toEqual(["a.b@4: this key is there twice"]);
  });

  test.each(["__proto__", "constructor", "prototype"])("refuses the key %s at any depth", (key) => {
    expect(messages(`a: [{${key}: {x: 1}}]`)).toEqual([`a[0].${key}@1: this key is not allowed`]);
  });

  test.each([
    ["a: !!binary aGk=", "Unresolved tag: tag:yaml.org,2002:binary"],
    ["a: !mine x", "Unresolved tag: !mine"],
    ["a: .nan", ".nan is no number that JSON knows"],
    ["a: -.inf", "-.inf is no number that JSON knows"],
    ["a: 12345678901234567890", "12345678901234567890 is too large to be exact"],
    ["b: &x {c: 1}\na: {<<: *x}", "merge keys are not supported"],
    ["a: *nowhere", "alias"],
    ["a: &x [*x]", "the alias *x refers to itself or to nothing"],
    ["{[1]: 2}", "keys must be strings"],
    ["a: [1", "Flow sequence"],
  ])("refuses %j", (text, expected) => {
    expect(messages(text).join("\n")).toContain(expected);
  });

  test("refuses a second document where one is asked for, and reads both as a stream", () => {
    const text = "a: 1\n---\n# nothing\n---\nb: 2\n";
    expect(messages(text).join()).toContain("several documents");
    const stream = parseYamlStream(text);
    expect(stream.ok && stream.value.map((document) => document.value)).toEqual([{ a: 1 }, { b: 2 }]);
    const second = stream.ok ? stream.value[1]?.locate(["b"]) : undefined;
    expect(second).toEqual({ line: 5, column: 1 });
  });

  test("an alias means its anchor's latest value before it", () => {
    expect(value("[&x 1, &y {k: &x 2}, *x, *y]")).toEqual([1, { k: 2 }, 2, { k: 2 }]);
  });

  test("refuses what grows out of proportion: a billion laughs, too many aliases", () => {
    const levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 10; level++)
      levels.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`);
    expect(messages(levels.join("\n")).join("\n")).toContain("too large with its aliases expanded");
    expect(messages(`a: &a 1\nb: [${"*a, ".repeat(yamlLimits.aliases + 1)}]`).join("\n")).toContain("too many aliases");
  });

  test("depth counts through aliases", () => {
    const deep = (levels: number, inner: string): string => "[".repeat(levels) + inner + "]".repeat(levels);
    expect(messages(`a: &a ${deep(30, "1")}\nb: ${deep(30, "*a")}`)).toEqual([]);
    expect(messages(`a: &a ${deep(40, "1")}\nb: ${deep(40, "*a")}`).join()).toContain("nested deeper");
  });

  test.each([
    ["brackets", "["],
    ["compact sequences", "- "],
    ["flow maps", "{a: "],
    ["questions", "? "],
  ])("nesting of %s is refused long before it can exhaust the stack", (_, unit) => {
    expect(messages(unit.repeat(60_000)).join()).toContain("nested deeper than 64 levels");
  });

  test("refuses a text that is too large, counted in bytes", () => {
    expect(messages("é".repeat(yamlLimits.bytes / 2 + 1))).toEqual(["@?: the text is larger than 256 KiB"]);
  });

  test("reports at most a fixed number of problems", () => {
    expect(messages('"'.repeat(1000))).toHaveLength(yamlLimits.problems);
  });

  test("tells a hundred thousand problems by the first of them", () => {
    const flow = parseYamlStream(`{${"a,".repeat(130_000)}}`, { bytes: 1024 * 1024 });
    expect(flow.ok ? [] : flow.error).toHaveLength(yamlLimits.problems);
    expect(messages(":\n".repeat(130_000))).toHaveLength(1);
  }, 30_000);

  test("keeps every value of a key that is there twenty thousand times", () => {
    const stream = parseYamlStream("a: 1\n".repeat(20_000), { bytes: 1024 * 1024, lastKeyWins: true });
    expect(stream.ok && stream.value[0]?.repeated.get("a")?.length).toBe(20_000);
  });

  test("refuses more signs and words than can be understood in a moment, and takes a long text that is one word", () => {
    const items = (count: number): string => `[${"a,".repeat(count)}]`;
    expect(messages(items(12_000))).toEqual([]);
    expect(messages(items(12_501)).join()).toContain("more than 25000 signs and words");
    expect(value(`a: |\n${"  a: [b, c]\n".repeat(20_000)}`)).toHaveProperty("a");
  });

  test("never throws, whatever the text", () => {
    const piece = fc.constantFrom(
      "a",
      ":",
      " ",
      "\n",
      "- ",
      "[",
      "]",
      "{",
      "}",
      "&x ",
      "*x",
      "!t ",
      "|",
      ">",
      '"',
      "'",
      "#",
      "?",
      ",",
      "%",
      "---\n",
      "\t",
      "<<",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const parsed = parseYaml(pieces.join(""));
        if (parsed.ok) JSON.stringify(parsed.value.value);
        else expect(parsed.error.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
