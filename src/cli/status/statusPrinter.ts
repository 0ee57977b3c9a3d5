import type { Summary } from "../../routing/explain/explanation.js";
import type { Io } from "../command.js";
import { lookOf } from "../table.js";
import { statusLines } from "./statusTable.js";

/** Moves the cursor home and clears what is below it (ECMA-48). */
const clear = "\u001b[H\u001b[J";

/** Prints a table once, or again and again: drawn over itself on a terminal, elsewhere line by line as lines change. */
export class StatusPrinter {
  private last: ReadonlySet<string> | undefined;

  /** `namespace`: the only one in the table; undefined where it has a column for it. */
  constructor(
    private readonly io: Io,
    private readonly namespace: string | undefined,
  ) {}

  print(summaries: readonly Summary[]): void {
    const lines = this.lines(summaries);
    if (summaries.length > 0) this.io.stdout.write(`${lines.join("\n")}\n`);
    else
      this.io.stderr.write(
        `no routemap ${this.namespace === undefined ? "" : `in the namespace ${this.namespace}`}`.trimEnd() + "\n",
      );
  }

  redraw(summaries: readonly Summary[]): void {
    const lines = this.lines(summaries);
    if (this.io.stdout.isTTY === true) {
      this.io.stdout.write(`${clear}${lines.join("\n")}\n`);
      return;
    }
    // Columns may become wider meanwhile, so a line is known by what it says, not by how it stands.
    const said = new Map(lines.map((line) => [line.replace(/ +/g, " "), line]));
    const fresh = [...said].filter(([words]) => this.last?.has(words) !== true).map(([, line]) => line);
    this.last = new Set(said.keys());
    if (fresh.length > 0) this.io.stdout.write(`${fresh.join("\n")}\n`);
  }

  private lines(summaries: readonly Summary[]): readonly string[] {
    return statusLines(summaries, { wide: this.namespace === undefined }, lookOf(this.io.stdout, this.io));
  }
}
