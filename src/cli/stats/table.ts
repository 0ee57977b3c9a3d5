import type { Problem } from "../../base/problem.js";
import { nearest } from "../../base/suggest.js";
import { placed } from "../placed.js";

/** Where something stands, one-based; absent for what was written on the command line. */
export interface Place {
  readonly line?: number;
  readonly column?: number;
}

/** One value of a row as it was written. */
export interface Cell extends Place {
  readonly text: string;
}

/** A cell of a file. */
export type WrittenCell = Cell & Required<Place>;

/** A row by the names of its columns. */
export interface Row extends Place {
  readonly cells: ReadonlyMap<string, Cell>;
}

/** Rows and the names of all columns. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** How many complaints are worth reading. */
const most = 20;

/** Reads the cells of one file as what they should be, and collects complaints instead of stopping at the first. */
export class TableReader {
  readonly complaints: string[] = [];

  constructor(private readonly source: string) {}

  /** Complains unless the table has the column, and says which one was probably meant. */
  require({ columns, rows }: Table, name: string): void {
    if (columns.includes(name)) return;
    const meant = nearest(name, columns);
    const fix = meant === undefined ? `the columns are ${columns.join(", ")}` : `is ${JSON.stringify(meant)} meant?`;
    this.refuse(rows[0] ?? {}, name, "this column is missing", fix);
  }

  /** The text of a cell; a complaint and empty where there is none. */
  text(row: Row, name: string): string {
    const cell = row.cells.get(name);
    if (cell !== undefined && cell.text !== "") return cell.text;
    this.refuse(cell ?? row, name, "there is no value", "write one");
    return "";
  }

  /** A finite number; a complaint and 0 where there is none. */
  number(row: Row, name: string): number {
    const text = this.text(row, name);
    const value = parseNumber(text);
    if (value === undefined && text !== "")
      this.refuse(row.cells.get(name) ?? row, name, `${JSON.stringify(text)} is no finite number`, "write one");
    return value ?? 0;
  }

  /** Complains about a place. */
  refuse({ line, column }: Place, path: string, message: string, fix: string): void {
    const where = line === undefined || column === undefined ? {} : { line, column };
    const problem: Problem = { path, message, fix, ...where };
    if (this.complaints.length < most) this.complaints.push(placed(this.source, problem));
  }
}

/** A decimal number as programs write it; undefined for anything else, also for what is not finite. */
export function parseNumber(text: string): number | undefined {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
