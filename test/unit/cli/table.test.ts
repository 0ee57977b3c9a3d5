import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { fit, painter } from "../../../src/base/paint.js";
import type { Column } from "../../../src/cli/table.js";
import { cut, lookOf, plainLook, table } from "../../../src/cli/table.js";

const escape = "\u001b";
const escapes = new RegExp(`${escape}\\[[0-9;]*m`, "g");
const terminal = { write: () => undefined, isTTY: true, columns: 80 };
const visible = (line: string): string => line.replace(escapes, "");

describe("a table", () => {
  test("aligns text left and numbers right under their headings", () => {
    const columns: Column[] = [{ heading: "VERSION" }, { heading: "SHARE", align: "right" }, { heading: "WHY" }];
    expect(
      table(columns, [
        ["stable", 90, "ready"],
        ["candidate", 5],
      ]),
    ).toEqual(["VERSION    SHARE  WHY", "stable        90  ready", "candidate      5"]);
  });

  test("without a heading has no line of headings", () => {
    expect(table([{}, {}], [["a", "b"]], { ...plainLook, indent: 2 })).toEqual(["  a  b"]);
    expect(table([{}, {}], [])).toEqual([]);
  });

  test("keeps the place of a cell in the middle that is empty", () => {
    const rows = [["a", "", "c"], ["aa", "bb", "c"]]; // prettier-ignore
    expect(table([{}, {}, {}], rows)).toEqual(["a       c", "aa  bb  c"]);
  });

  test("a cell cannot move the cursor, break its line or forge a colour", () => {
    expect(table([{}, {}], [["a\u001b[31m\r\n\u009bb", "\u202ec"]])).toEqual(["a [31m   b   c"]);
  });

  test("styles take no room", () => {
    const rows = [[{ text: "error", style: "red" as const }, 1], ["info", 10]]; // prettier-ignore
    const columns: Column[] = [{ heading: "SEVERITY" }, { heading: "COUNT", align: "right" }];
    const coloured = table(columns, rows, { paint: painter(true) });
    expect(coloured[1]).toContain("\u001b[31merror\u001b[0m");
    expect(coloured.map(visible)).toEqual(table(columns, rows));
  });

  const cells = fc.array(fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 5 }), { maxLength: 6 });

  test("every column begins, or ends, in the same place of every line", () => {
    const word = fc.stringMatching(/^[a-z]{1,9}$/);
    const pairs = fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pairs, (rows) => {
        const width = Math.max(...rows.map(([first]) => first.length));
        const left = rows.map(([first, second]) => `${first}${" ".repeat(width - first.length)}  ${second}`);
        const right = rows.map(([first, second]) => `${" ".repeat(width - first.length)}${first}  ${second}`);
        expect(table([{}, {}], rows)).toEqual(left);
        expect(table([{ align: "right" }, {}], rows)).toEqual(right);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test("no line ends in a space, whatever the cells, and every row is one line", () => {
    fc.assert(
      fc.property(cells, (rows) => {
        const lines = table([{ align: "right" }, {}, {}, { align: "right" }, {}], rows);
        expect(lines).toHaveLength(rows.length);
        for (const line of lines) expect(line).toMatch(/^(|[^\n\r]*\S)$/u);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test("on a terminal no line is wider than it, and what is cut says so", () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 40 }), (rows, width) => {
        const columns = [{}, {}, {}, {}, {}];
        const whole = table(columns, rows);
        const shown = table(columns, rows, { ...plainLook, width });
        shown.forEach((line, index) => {
          const uncut = whole[index] ?? "";
          expect(Array.from(line).length).toBeLessThanOrEqual(width);
          if (Array.from(uncut).length <= width) expect(line).toBe(uncut);
          else expect(line).toBe(`${fit(uncut, width - 1)}…`);
        });
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test("a cut closes the colours it cut", () => {
    const line = painter(true)("red", "abcdef");
    expect(cut(line, { width: 4 })).toBe("\u001b[31mabc\u001b[0m…");
    expect(cut(line, { width: 6 })).toBe(line);
  });
});

describe("the look of an output", () => {
  const isColoured = (env: Record<string, string>, output = terminal): boolean =>
    lookOf(output, { env }).paint("red", "x") !== "x";

  test("has colours on a terminal", () => {
    expect(isColoured({})).toBe(true);
    expect(isColoured({ NO_COLOR: "" })).toBe(true);
    expect(lookOf(terminal, { env: {} }).width).toBe(80);
  });

  test("has none where NO_COLOR is set, on a dumb terminal, and in a file or a pipe", () => {
    expect(isColoured({ NO_COLOR: "1" })).toBe(false);
    expect(isColoured({ TERM: "dumb" })).toBe(false);
    expect(isColoured({}, { ...terminal, isTTY: false })).toBe(false);
  });

  test("cuts nothing in a file or a pipe, nor where the width is unknown", () => {
    expect(lookOf({ ...terminal, isTTY: false }, { env: {} }).width).toBeUndefined();
    expect(lookOf({ ...terminal, columns: 0 }, { env: {} }).width).toBeUndefined();
  });
});
