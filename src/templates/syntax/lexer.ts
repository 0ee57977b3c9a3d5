import type { Token, TokenKind } from "./token.js";
import { wordKind } from "./token.js";

const blank = " \t\r\n";
const word = /[\p{L}\p{Nd}_]+/uy;
const spaces = /[ \t\r\n]+/y;
const number =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)/y;
const quoted = /"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"/y;
const character = /'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'/y;
const rawQuoted = /`[^`]*`/y;

/**
 * Cuts a template into tokens by the rules of Go's text/template, trimming included. An error ends the list with an
 * `error` token, so that the parser reports what comes first.
 */
export function lex(source: string): readonly Token[] {
  return new Lexer(source).run();
}

class Lexer {
  readonly #tokens: Token[] = [];
  #offset = 0;
  #parens = 0;

  constructor(private readonly source: string) {}

  run(): readonly Token[] {
    let trim = false;
    while (this.#offset < this.source.length) {
      trim = this.#text(trim);
      if (this.#failed()) return this.#tokens;
    }
    this.#emit("eof", this.source.length);
    return this.#tokens;
  }

  /** Text up to the next action, and the action. Says whether the action trims what follows. */
  #text(trim: boolean): boolean {
    const open = this.source.indexOf("{{", this.#offset);
    const stop = open < 0 ? this.source.length : open;
    const start = trim ? this.#skipBlank(this.#offset, stop) : this.#offset;
    const trimBefore = open >= 0 && this.#isTrimMarkerAfterOpen(open + 2);
    let end = stop;
    while (trimBefore && end > start && blank.includes(this.source.charAt(end - 1))) end -= 1;
    if (end > start) this.#tokens.push({ kind: "text", text: this.source.slice(start, end), offset: start });
    this.#offset = stop;
    if (open < 0) return false;
    const inside = open + 2 + (trimBefore ? 2 : 0);
    if (this.source.startsWith("/*", inside)) return this.#comment(inside);
    this.#emit("open", open + 2);
    this.#offset = inside;
    return this.#action();
  }

  #skipBlank(from: number, stop: number): number {
    let at = from;
    while (at < stop && blank.includes(this.source.charAt(at))) at += 1;
    return at;
  }

  #comment(start: number): boolean {
    const end = this.source.indexOf("*/", start + 2);
    this.#offset = start;
    if (end < 0) return this.#fail("unclosed comment");
    const trims = this.#isTrimmedClose(end + 2);
    if (!trims && !this.source.startsWith("}}", end + 2)) return this.#fail("a comment must fill its action: */ }}");
    this.#offset = end + 4 + (trims ? 2 : 0);
    return trims;
  }

  #action(): boolean {
    this.#parens = 0;
    for (;;) {
      const trims = this.#isTrimmedClose(this.#offset);
      if (trims || this.source.startsWith("}}", this.#offset)) {
        if (this.#parens > 0) return this.#fail("unclosed left paren");
        if (trims) this.#offset += 2;
        this.#emit("close", this.#offset + 2);
        return trims;
      }
      if (this.#offset >= this.source.length) return this.#fail("unclosed action");
      this.#inside();
      if (this.#failed()) return false;
    }
  }

  #inside(): void {
    const char = this.source.charAt(this.#offset);
    if (blank.includes(char)) this.#space();
    else if (char === "=") this.#emit("assign", this.#offset + 1);
    else if (char === ":") {
      if (this.source.charAt(this.#offset + 1) === "=") this.#emit("declare", this.#offset + 2);
      else this.#fail("expected :=");
    } else if (char === "|") this.#emit("pipe", this.#offset + 1);
    else if (char === '"') this.#match(quoted, "string", "unterminated quoted string");
    else if (char === "`") this.#match(rawQuoted, "rawstring", "unterminated raw quoted string");
    else if (char === "'") this.#match(character, "rune", "unterminated character constant");
    else if (char === "$") this.#name("variable", "variable");
    else if (char === "." && !isDigit(this.source.charAt(this.#offset + 1))) this.#name("field", "dot");
    else if (char === "." || char === "+" || char === "-" || isDigit(char)) this.#number();
    else if (matchEnd(word, this.source, this.#offset) >= 0) this.#name("identifier", "identifier");
    else this.#other(char);
  }

  #other(char: string): void {
    if (char === "(") {
      this.#parens += 1;
      this.#emit("paren", this.#offset + 1);
    } else if (char === ")") {
      this.#parens -= 1;
      if (this.#parens < 0) this.#fail("unexpected right paren");
      else this.#emit("endparen", this.#offset + 1);
    } else if (char > " " && char < "\x7f") this.#emit("char", this.#offset + 1);
    else this.#fail(`unrecognized character in action: ${JSON.stringify(char)}`);
  }

  /** A run of blanks; the last one belongs to a trimming close. */
  #space(): void {
    let end = matchEnd(spaces, this.source, this.#offset);
    if (this.#isTrimmedClose(end - 1)) end -= 1;
    if (end > this.#offset) this.#emit("space", end);
  }

  /** A word, or `.` or `$` with one; `bare` is what the sign alone is. */
  #name(kind: TokenKind, bare: TokenKind): void {
    const sign = kind === "identifier" ? 0 : 1;
    const end = Math.max(matchEnd(word, this.source, this.#offset + sign), this.#offset + sign);
    if (!this.#isTerminator(end)) {
      this.#offset = end;
      this.#fail(`bad character ${JSON.stringify(this.source.charAt(end))}`);
      return;
    }
    const text = this.source.slice(this.#offset, end);
    const whole = kind === "identifier" ? wordKind(text) : kind;
    this.#emit(text.length === sign ? bare : whole, end);
  }

  #number(): void {
    const end = matchEnd(number, this.source, this.#offset);
    if (matchEnd(word, this.source, end) >= 0 || "+-".includes(this.source.charAt(end) || " ")) {
      const bad = Math.max(matchEnd(word, this.source, end), end + 1);
      this.#fail(`bad number syntax: ${JSON.stringify(this.source.slice(this.#offset, bad))}`);
    } else this.#emit("number", end);
  }

  #match(pattern: RegExp, kind: TokenKind, problem: string): void {
    const end = matchEnd(pattern, this.source, this.#offset);
    if (end < 0) this.#fail(problem);
    else this.#emit(kind, end);
  }

  #isTerminator(at: number): boolean {
    const char = this.source.charAt(at);
    return char === "" || " \t\r\n.,|:)(".includes(char) || this.source.startsWith("}}", at);
  }

  #isTrimMarkerAfterOpen(at: number): boolean {
    return this.source.charAt(at) === "-" && isBlank(this.source.charAt(at + 1));
  }

  #isTrimmedClose(at: number): boolean {
    return isBlank(this.source.charAt(at)) && this.source.startsWith("-}}", at + 1);
  }

  #emit(kind: TokenKind, end: number): void {
    this.#tokens.push({ kind, text: this.source.slice(this.#offset, end), offset: this.#offset });
    this.#offset = end;
  }

  #fail(problem: string): false {
    this.#tokens.push({ kind: "error", text: problem, offset: this.#offset });
    return false;
  }

  #failed(): boolean {
    return this.#tokens.at(-1)?.kind === "error";
  }
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9" && char !== "";
}

function isBlank(char: string): boolean {
  return char !== "" && blank.includes(char);
}

/** Where a sticky pattern ends if it matches at `from`, else -1. */
function matchEnd(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
