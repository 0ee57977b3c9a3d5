import { readFile } from "node:fs/promises";

import { describeError, PointsmanError } from "../../base/errors.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import { placed } from "../placed.js";
import { parseCsv } from "./csv.js";
import { parseJsonRows } from "./jsonRows.js";
import type { Table } from "./table.js";

/** Reads all of standard input. */
export type ReadInput = () => Promise<string>;

/** Rows, and what they are called in complaints. */
export interface Source {
  readonly name: string;
  readonly table: Table;
}

/** Reads a file (`-`: standard input) of rows, CSV or JSON, told apart by how the text begins. Fails with one line. */
export async function readSource(file: string, readInput: ReadInput): Promise<Result<Source, string>> {
  let text: string;
  try {
    text = file === "-" ? await readInput() : await readFile(file, "utf8");
  } catch (error) {
    throw new PointsmanError("PM_USAGE", { problem: `cannot read ${file}: ${describeError(error)}` });
  }
  const table = /^\uFEFF?\s*[[{]/.test(text) ? parseJsonRows(text) : parseCsv(text);
  if (!table.ok) return fail(placed(file, table.error));
  if (table.value.rows.length > 0) return ok({ name: file, table: table.value });
  return fail(placed(file, { path: "", message: "there are no rows", fix: "write a line of names, then the rows" }));
}
