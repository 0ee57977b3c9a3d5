/** Kinds of token. Keywords are their own kind; `char` is any other printable ASCII character. */
export type TokenKind =
  | "text"
  | "open"
  | "close"
  | "space"
  | "pipe"
  | "paren"
  | "endparen"
  | "assign"
  | "declare"
  | "char"
  | "bool"
  | "number"
  | "rune"
  | "string"
  | "rawstring"
  | "field"
  | "variable"
  | "identifier"
  | "dot"
  | "nil"
  | Keyword
  | "error"
  | "eof";

/** Words that open, divide or end a control structure. */
export type Keyword = "block" | "break" | "continue" | "define" | "else" | "end" | "if" | "range" | "template" | "with";

/** A piece of source; `text` of an error is its message. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offset of its first UTF-16 unit in the source. */
  readonly offset: number;
}

const words: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ["block", "block"],
  ["break", "break"],
  ["continue", "continue"],
  ["define", "define"],
  ["else", "else"],
  ["end", "end"],
  ["if", "if"],
  ["range", "range"],
  ["template", "template"],
  ["with", "with"],
  ["nil", "nil"],
  ["true", "bool"],
  ["false", "bool"],
]);

/** The kind of a bare word. */
export function wordKind(word: string): TokenKind {
  return words.get(word) ?? "identifier";
}
