import type { Problem } from "../../base/problem.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Row, Table, WrittenCell } from "./table.js";

/**
 * Reads comma-separated values: a line of names, then a row a line. Values may be quoted (RFC 4180) but hold no line
 * break; empty lines, lines that begin with # and blanks around values are left out. The error has line and column.
 */
export function parseCsv(text: string): Result<Table, Problem> {
  let names: readonly string[] | undefined;
  const rows: Row[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const record = cellsOf(line, index + 1);
    if (!record.ok) return record;
    if (names === undefined) {
      const header = record.value;
      const twice = header.find(({ text: name }, at) => header.findIndex((cell) => cell.text === name) < at);
      if (twice !== undefined) return fail(problemAt(twice, "this column is there twice", "name each column once"));
      names = header.map((cell) => cell.text);
      continue;
    }
    const row = rowOf(names, record.value);
    if (!row.ok) return row;
    rows.push(row.value);
  }
  return ok({ columns: names ?? [], rows });
}

function rowOf(names: readonly string[], record: readonly WrittenCell[]): Result<Row, Problem> {
  const surplus = record[names.length];
  if (surplus !== undefined)
    return fail(problemAt(surplus, `there are ${names.length} columns and this is one more`, "quote what has a comma"));
  const cells = new Map(record.map((cell, index) => [names[index] ?? "", cell] as const));
  return ok({ line: record[0]?.line ?? 1, column: 1, cells });
}

/** Blanks, then a value in quotes with blanks behind it, or one without any quote. */
const value = /[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^,"]*))/y;

function cellsOf(text: string, line: number): Result<readonly WrittenCell[], Problem> {
  const cells: WrittenCell[] = [];
  for (let offset = 0; ; offset += 1) {
    value.lastIndex = offset;
    const [all = "", quoted, plain = ""] = value.exec(text) ?? [];
    cells.push({ text: quoted?.replaceAll('""', '"') ?? plain.trim(), line, column: offset + 1 });
    offset += all.length;
    if (offset >= text.length) return ok(cells);
    if (text[offset] !== ",")
      return fail(
        problemAt(
          { text: "row", line, column: offset + 1 },
          `${JSON.stringify(text[offset])} is not expected here`,
          'close the quotes in the same line, write " inside them as ""',
        ),
      );
  }
}

function problemAt({ text, line, column }: WrittenCell, message: string, fix: string): Problem {
  return { path: text === "" ? "row" : text, message, fix, line, column };
}
