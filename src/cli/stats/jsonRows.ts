import type { Problem } from "../../base/problem.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Cell, Row, Table, WrittenCell } from "./table.js";

/**
 * Reads rows written as JSON: a list of objects, or objects one after the other (JSON lines). Members are numbers, texts
 * or, one a row, a list of them: such a row stands for one row per element. The error has line and column.
 */
export function parseJsonRows(text: string): Result<Table, Problem> {
  try {
    return ok(new RowParser(text).table());
  } catch (error) {
    if (error instanceof Unreadable) return fail(error.problem);
    throw error;
  }
}

/** How the parser gets out of its own recursion; it leaves this file as a value. */
class Unreadable extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const token = /[[\]{},:]|"(?:[^"\\]|\\.)*"|[^\s[\]{},:"]+|"/y;
const blank = /\s*/y;

class RowParser {
  private offset = 0;
  private line = 1;
  private lineStart = 0;
  private next: Token;

  constructor(private readonly text: string) {
    this.next = this.read();
  }

  table(): Table {
    const rows: Row[] = [];
    const isList = this.take("[");
    while (this.next.text !== (isList ? "]" : "")) {
      rows.push(...this.rowsOf());
      if (isList && this.next.text !== "]") this.expect(",", "a comma or ]");
    }
    if (isList) this.expect("]", "]");
    if (this.next.text !== "") throw this.unexpected("the end");
    return { columns: [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))], rows };
  }

  private rowsOf(): Row[] {
    const { line, column } = this.next;
    this.expect("{", "an object such as {");
    const cells = new Map<string, Cell>();
    let list: { readonly name: string; readonly elements: readonly WrittenCell[] } | undefined;
    while (this.next.text !== "}") {
      const { text: written } = this.next;
      if (!written.startsWith('"')) throw this.unexpected("a name in quotes");
      const name = this.scalar().text;
      this.expect(":", "a colon");
      if (this.next.text === "[") {
        if (list !== undefined) throw this.unexpected("at most one list a row, so no list");
        list = { name, elements: this.list() };
      } else cells.set(name, this.scalar());
      if (this.next.text !== "}") this.expect(",", "a comma or }");
    }
    this.expect("}", "}");
    if (list === undefined) return [{ line, column, cells }];
    const { name, elements } = list;
    return elements.map((cell) => ({ line: cell.line, column: cell.column, cells: new Map([...cells, [name, cell]]) }));
  }

  private list(): WrittenCell[] {
    const cells: WrittenCell[] = [];
    this.expect("[", "[");
    while (this.next.text !== "]") {
      cells.push(this.scalar());
      if (this.next.text !== "]") this.expect(",", "a comma or ]");
    }
    this.expect("]", "]");
    return cells;
  }

  private scalar(): WrittenCell {
    const { text, line, column } = this.next;
    if (text === "" || "[]{},:".includes(text)) throw this.unexpected("a number or a text in quotes");
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.unexpected("a number or a text in quotes");
    }
    this.next = this.read();
    return { text: typeof value === "string" ? value : value === null ? "" : text, line, column };
  }

  private take(text: string): boolean {
    if (this.next.text !== text) return false;
    this.next = this.read();
    return true;
  }

  private expect(text: string, what: string): void {
    if (!this.take(text)) throw this.unexpected(what);
  }

  private unexpected(what: string): Unreadable {
    const { text, line, column } = this.next;
    const found = text === "" ? "the end of the text" : JSON.stringify(text.slice(0, 40));
    return new Unreadable({ path: "JSON", message: `found ${found}`, fix: `write ${what} here`, line, column });
  }

  /** The next token; empty at the end. */
  private read(): Token {
    blank.lastIndex = this.offset;
    const gap = blank.exec(this.text)?.[0] ?? "";
    for (let at = gap.indexOf("\n"); at >= 0; at = gap.indexOf("\n", at + 1)) {
      this.line += 1;
      this.lineStart = this.offset + at + 1;
    }
    this.offset += gap.length;
    token.lastIndex = this.offset;
    const text = token.exec(this.text)?.[0] ?? "";
    const found = { text, line: this.line, column: this.offset - this.lineStart + 1 };
    this.offset += text.length;
    return found;
  }
}
