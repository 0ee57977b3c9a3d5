import { existsSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

const page = readFileSync("docs/security.md", "utf8");

/** Rows of the tables that name a control and its tests. */
const controls = page.split("\n").filter((line) => /^\| .*`test\//.test(line));

function testsOf(row: string): readonly string[] {
  return [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path ?? "");
}

describe("the page about security", () => {
  it("names a test of every control", () => {
    const tables = page.split("| Control | Tested in |").slice(1);
    const rows = tables.flatMap((table) => table.split("\n\n")[0]?.split("\n").slice(2) ?? []);
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) expect({ row, tests: testsOf(row).length }).not.toEqual({ row, tests: 0 });
    expect(controls).toHaveLength(rows.length);
  });

  it.each([...new Set(testsOf(page))])("names %s, which exists and has tests", (path) => {
    expect(path).toMatch(/\.test\.ts$/);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, "utf8")).toMatch(/\b(it|test)(\.each)?\(/);
  });

  it("says what is not defended, and is found from the README", () => {
    expect(page).toMatch(/^## What is not defended$/m);
    expect(readFileSync("README.md", "utf8")).toContain("(docs/security.md)");
  });

  it("links to nothing that does not exist", () => {
    const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => `docs/${path ?? ""}`);
    for (const link of links) expect({ link, exists: existsSync(link) }).toEqual({ link, exists: true });
  });
});
