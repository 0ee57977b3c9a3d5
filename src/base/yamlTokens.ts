import type { CST, LineCounter } from "yaml";
import { Lexer, Parser } from "yaml";

import type { Problem } from "./problem.js";
import type { Result } from "./result.js";
import { fail, ok } from "./result.js";

/** Stands before every plain word and quoted text. */
const scalarMark = "\u001f";

/** What is accepted of a text before anything that takes longer, or is recursive, sees it. */
export interface TokenLimits {
  /** Signs and words: the time that YAML takes grows with them, not with the length of a text. */
  readonly tokens: number;
  readonly depth: number;
}

/** The syntax of a text, not yet understood. */
export interface YamlTokens {
  readonly tokens: readonly CST.Token[];
  /** Signs and words that the text has. */
  readonly count: number;
}

/** Tokens of a text of YAML, or why it has too many of them. Positions of lines go to `lines`. */
export function tokenizeYaml(text: string, lines: LineCounter, limits: TokenLimits): Result<YamlTokens, Problem> {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  const refuse = (message: string, fix: string): Result<YamlTokens, Problem> =>
    fail({ path: "", message, fix, ...positionIn(lines, parser.offset) });
  let count = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme !== scalarMark) count += 1;
    if (count > limits.tokens)
      return refuse(`the text has more than ${limits.tokens} signs and words`, "write a shorter one");
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > 2 * limits.depth)
      return refuse(`nested deeper than ${limits.depth} levels`, "write it with fewer levels");
  }
  for (const token of parser.end()) tokens.push(token);
  return ok({ tokens, count });
}

/** Line and column of an offset, both from one. */
export function positionIn(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
