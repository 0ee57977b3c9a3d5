import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { unifiedDiff } from "../../../src/base/diff.js";

const names = { before: "a", after: "b" };
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

/** The text that a diff turns another into; throws where the diff does not fit. */
function patched(before: readonly string[], diff: string): readonly string[] {
  const after: string[] = [];
  let at = 0;
  for (const line of diff.split("\n").slice(2)) {
    const start = /^@@ -(\d+),(\d+) /.exec(line);
    if (start !== null) {
      const first = Number(start[1]) - (start[2] === "0" ? 0 : 1);
      after.push(...before.slice(at, first));
      at = first;
      continue;
    }
    const rest = line.slice(1);
    if (line[0] !== "+" && before[at] !== rest) throw new Error(`line ${at} is not ${JSON.stringify(rest)}`);
    if (line[0] !== "-") after.push(rest);
    if (line[0] !== "+") at += 1;
  }
  return [...after, ...before.slice(at)];
}

describe("a unified diff", () => {
  test("shows what changed with three lines around it, and says where it stands", () => {
    const before = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
    const after = ["1", "2", "3", "4", "five", "6", "7", "8", "9"];
    expect(unifiedDiff(text(before), text(after), names).split("\n")).toEqual([
      "--- a",
      "+++ b",
      "@@ -2,7 +2,7 @@",
      " 2",
      " 3",
      " 4",
      "-5",
      "+five",
      " 6",
      " 7",
      " 8",
    ]);
  });

  test("has a hunk for each group of changes that are far from each other", () => {
    const before = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const after = before.map((line, index) => (index === 2 || index === 25 ? `${line}!` : line));
    const hunks = unifiedDiff(text(before), text(after), names)
      .split("\n")
      .filter((line) => line.startsWith("@@"));
    expect(hunks).toEqual(["@@ -1,6 +1,6 @@", "@@ -23,7 +23,7 @@"]);
  });

  test("of something new, or gone, names /dev/null", () => {
    const made = unifiedDiff("", "a: 1\n", { before: undefined, after: "b" });
    expect(made.split("\n")).toEqual(["--- /dev/null", "+++ b", "@@ -0,0 +1,1 @@", "+a: 1"]);
    const gone = unifiedDiff("a: 1\n", "", { before: "a", after: undefined });
    expect(gone.split("\n")).toEqual(["--- a", "+++ /dev/null", "@@ -1,1 +0,0 @@", "-a: 1"]);
  });

  test("of equal texts is empty, and of any others turns the one into the other", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = unifiedDiff(text(before), text(after), names);
        expect(diff === "").toBe(text(before) === text(after));
        expect(patched(before, diff)).toEqual(after);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test("of texts too long to compare is still right", () => {
    const before = Array.from({ length: 2500 }, (_, index) => `old ${index}`);
    const after = Array.from({ length: 2500 }, (_, index) => `new ${index}`);
    expect(patched(before, unifiedDiff(text(before), text(after), names))).toEqual(after);
  });
});
