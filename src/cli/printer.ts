import { stringify } from "yaml";

import type { Json } from "../base/json.js";
import type { Io, Output } from "./command.js";

/** Colours of the terminal's own palette. */
export type Colour = "red" | "green" | "yellow" | "blue" | "grey" | "bold";

/** A cell of a table, or a piece of a line. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

/** Formats of `-o`. */
export const outputFormats = ["text", "json", "yaml"] as const;
export type OutputFormat = (typeof outputFormats)[number];

const codes: Readonly<Record<Colour, number>> = { bold: 1, red: 31, green: 32, yellow: 33, blue: 34, grey: 90 };

/** Writes for people: aligned tables, colours only where somebody sees them. Control characters become "?". */
export class Printer {
  constructor(
    private readonly output: Output,
    private readonly colours: boolean,
  ) {}

  /** One line of pieces, joined as they are. */
  line(...pieces: readonly Cell[]): void {
    this.output.write(`${pieces.map((piece) => this.paint(piece)).join("")}\n`);
  }

  /** A table with a head, columns two blanks apart. Without rows nothing is written. */
  table(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
    if (rows.length === 0) return;
    const all: readonly (readonly Cell[])[] = [head.map((text) => ({ text, colour: "bold" as const })), ...rows];
    const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ""))));
    for (const row of all) this.output.write(`${this.row(row, widths)}\n`);
  }

  private row(row: readonly Cell[], widths: readonly number[]): string {
    const last = row.findLastIndex((cell) => width(cell) > 0);
    return row
      .slice(0, last + 1)
      .map((cell, column) => {
        const gap = column === last ? "" : " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell)) + 2);
        return this.paint(cell) + gap;
      })
      .join("");
  }

  private paint(cell: Cell): string {
    if (typeof cell === "string") return clean(cell);
    const text = clean(cell.text);
    return this.colours && text !== "" ? `\u001b[${codes[cell.colour]}m${text}\u001b[0m` : text;
  }
}

/** A printer for standard output: colours on a terminal, unless NO_COLOR is set (no-color.org) or TERM is dumb. */
export function printerOf({ stdout, env }: Io): Printer {
  const refused = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return new Printer(stdout, stdout.isTTY === true && !refused);
}

/** A value for a program: indented JSON or YAML. */
export function formatValue(format: Exclude<OutputFormat, "text">, value: Json): string {
  return format === "json" ? `${JSON.stringify(value, null, 2)}\n` : stringify(value, { aliasDuplicateObjects: false });
}

function width(cell: Cell): number {
  return Array.from(clean(typeof cell === "string" ? cell : cell.text)).length;
}

/** Names and messages come from a cluster: none of them may steer the terminal. */
function clean(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, "?");
}
