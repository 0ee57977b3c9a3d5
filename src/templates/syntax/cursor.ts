import { Fault } from "../error.js";
import type { Token, TokenKind } from "./token.js";

const end: Token = { kind: "eof", text: "", offset: 0 };

/** A place in the tokens, with as much look-ahead as the parser wants. */
export class Cursor {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** The next token, blanks included. */
  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  peek(): Token {
    return this.tokens[this.#at] ?? this.tokens.at(-1) ?? end;
  }

  /** The next token that is no blank; blanks before it are passed for good. */
  nextSolid(): Token {
    this.#skip();
    return this.next();
  }

  peekSolid(): Token {
    this.#skip();
    return this.peek();
  }

  mark(): number {
    return this.#at;
  }

  /** Goes back to a mark. */
  back(mark: number): void {
    this.#at = mark;
  }

  /** The next solid token, which must be of this kind. */
  expect(kind: TokenKind, where: string): Token {
    const token = this.nextSolid();
    if (token.kind !== kind) throw unexpected(token, where);
    return token;
  }

  #skip(): void {
    while (this.peek().kind === "space") this.#at += 1;
  }
}

/** The fault of a token that cannot stand where it is. */
export function unexpected(token: Token, where: string): Fault {
  if (token.kind === "error") return parseFault(token.text, token.offset);
  const shown = token.text.length > 20 ? `${token.text.slice(0, 20)}…` : token.text;
  const found = token.kind === "eof" ? "the end of the template" : JSON.stringify(shown);
  const hint = token.kind === "eof" ? ": an {{end}} is missing" : "";
  return parseFault(`unexpected ${found} in ${where}${hint}`, token.offset);
}

export function parseFault(message: string, offset: number): Fault {
  return new Fault("PARSE", message, offset);
}
