import type { Paint, Style } from "../base/paint.js";
import { fit, painter, plain } from "../base/paint.js";
import type { Io, Output } from "./command.js";

/** One column of a table. */
export interface Column {
  /** Its name above it. Where no column has one, there is no line of names. */
  readonly heading?: string;
  /** Numbers stand right; default left. */
  readonly align?: "left" | "right";
}

/** What stands in a cell: text, a number as it is written in JavaScript, or text with a style. */
export type TableCell = string | number | { readonly text: string; readonly style: Style };

/** What lines for people may look like. */
export interface Look {
  /** Gives text a style, on a terminal that is to have colours; elsewhere leaves it as it is. */
  readonly paint: Paint;
  /** Visible characters that fit into a line; absent where nothing is to be cut, as in a file or a pipe. */
  readonly width?: number;
  /** Characters in front of every line, default 0. */
  readonly indent?: number;
}

/** No colours and nothing cut: for help, files and tests. */
export const plainLook: Look = { paint: painter(false) };

/**
 * The look of an output: colours only on a terminal and only without NO_COLOR (any text but the empty one) and
 * TERM=dumb; cut only where a terminal says how wide it is.
 */
export function lookOf({ isTTY, columns }: Output, { env }: Pick<Io, "env">): Look {
  if (isTTY !== true) return plainLook;
  const isColourful = (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  return { paint: painter(isColourful), ...(columns === undefined || columns <= 0 ? {} : { width: columns }) };
}

/** Between two columns. */
const gap = "  ";

/**
 * Rows as aligned lines without line ends. A column is as wide as its widest cell, cells that a row lacks are empty, and
 * no line ends in spaces. Every character counts as one column; control characters, which would move the cursor or
 * forge colours, become spaces. A line that does not fit the terminal ends with "…".
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly TableCell[])[],
  look: Look = plainLook,
): readonly string[] {
  const headings = columns.map(({ heading = "" }): TableCell => ({ text: heading, style: "bold" }));
  const hasHeadings = columns.some(({ heading }) => heading !== undefined);
  const lines = hasHeadings ? [headings, ...rows] : rows;
  const widths = columns.map((_, index) => Math.max(0, ...lines.map((cells) => lengthOf(textOf(cells[index] ?? "")))));
  const indent = " ".repeat(look.indent ?? 0);
  return lines.map((cells) => {
    const last = lastFilled(cells, columns.length);
    const written = columns.slice(0, last + 1).map(({ align = "left" }, index) => {
      const isOpen = index === last && align === "left";
      return padded(cells[index] ?? "", align, isOpen ? 0 : (widths[index] ?? 0), look.paint);
    });
    return cut(`${indent}${written.join(gap)}`.trimEnd(), look);
  });
}

/** A line as a terminal of that look shows it: cut, with "…" at its end, where it does not fit. */
export function cut(line: string, { width }: Pick<Look, "width">): string {
  if (width === undefined || fit(line, width) === line) return line;
  return `${fit(line, width - 1)}…`;
}

function padded(cell: TableCell, align: "left" | "right", width: number, paint: Paint): string {
  const text = textOf(cell);
  const shown = typeof cell === "object" && text !== "" ? paint(cell.style, text) : text;
  const missing = " ".repeat(Math.max(0, width - lengthOf(text)));
  return align === "right" ? `${missing}${shown}` : `${shown}${missing}`;
}

function textOf(cell: TableCell): string {
  return plain(typeof cell === "object" ? cell.text : String(cell));
}

function lastFilled(cells: readonly TableCell[], count: number): number {
  return cells.slice(0, count).findLastIndex((cell) => textOf(cell) !== "");
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
