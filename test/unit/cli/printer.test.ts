import { describe, expect, test } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import { formatValue, Printer, printerOf } from "../../../src/cli/printer.js";
import { captured } from "../../support/captured.js";

function printed(colours: boolean, act: (printer: Printer) => void): string {
  const { io, out } = captured();
  act(new Printer(io.stdout, colours));
  return out();
}

describe("table", () => {
  test("aligns columns two blanks apart and leaves no blank at the end of a line", () => {
    const text = printed(false, (printer) =>
      printer.table(
        ["NAME", "WEIGHT", "REASON"],
        [
          ["candidate-v2", { text: "20", colour: "green" }, ""],
          ["größer", "100", "NotReady"],
        ],
      ),
    );
    expect(text).toBe("NAME          WEIGHT  REASON\ncandidate-v2  20\ngrößer        100     NotReady\n");
  });

  test("colours do not move columns", () => {
    const rows = [[{ text: "a", colour: "red" as const }, "x"]];
    const plain = printed(false, (printer) => printer.table(["NAME", "B"], rows));
    const coloured = printed(true, (printer) => printer.table(["NAME", "B"], rows));
    expect(coloured).not.toBe(plain);
    expect(coloured).toContain("\u001b[31ma\u001b[0m");
    // Without its escape sequences it must be the plain table.
    expect(
      coloured
        .split("\u001b")
        .map((part, index) => (index === 0 ? part : part.slice(part.indexOf("m") + 1)))
        .join(""),
    ).toBe(plain);
  });

  test("without rows writes nothing", () => {
    expect(printed(false, (printer) => printer.table(["A"], []))).toBe("");
  });

  test("text from a cluster cannot steer the terminal or break the line", () => {
    const text = printed(true, (printer) => {
      printer.table(["A"], [["\u001b[2Jx\ny\u202e"]]);
      printer.line("a\tb", { text: "c\u0007", colour: "red" });
    });
    expect(text).toContain("?[2Jx?y?");
    expect(text).toContain("a?b\u001b[31mc?\u001b[0m");
  });
});

describe("printerOf", () => {
  const coloured = (env: Record<string, string>, terminal: boolean): boolean => {
    const { io, out } = captured(env, terminal);
    printerOf(io).line({ text: "x", colour: "bold" });
    return out() !== "x\n";
  };

  test("colours only on a terminal without NO_COLOR that is not dumb", () => {
    expect(coloured({}, true)).toBe(true);
    expect(coloured({ NO_COLOR: "" }, true)).toBe(true);
    expect(coloured({}, false)).toBe(false);
    expect(coloured({ NO_COLOR: "1" }, true)).toBe(false);
    expect(coloured({ TERM: "dumb" }, true)).toBe(false);
  });
});

describe("formatValue", () => {
  const shared: Json = { b: 1 };
  const value: Json = { first: shared, second: shared, list: ["x"] };

  test("is indented JSON, or YAML without anchors", () => {
    expect(JSON.parse(formatValue("json", value))).toEqual(value);
    expect(formatValue("json", value)).toContain('\n  "first"');
    expect(formatValue("yaml", value)).toBe("first:\n  b: 1\nsecond:\n  b: 1\nlist:\n  - x\n");
  });
});
