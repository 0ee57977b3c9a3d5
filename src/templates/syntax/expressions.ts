import type { TemplateFunction } from "../functions/signature.js";
import type { Chain, Command, Expression, Field, Literal, Pipe, Variable } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { parseFault, unexpected } from "./cursor.js";
import { numberLiteral, runeLiteral, stringLiteral } from "./literal.js";
import type { Token, TokenKind } from "./token.js";

/** Parentheses that may be open inside each other. */
const deepest = 100;

/** Reads pipelines. Knows the functions, and the variables that are in sight. */
export class ExpressionParser {
  /** Names in sight, innermost last; control structures cut it back at their end. */
  variables: string[] = ["$"];
  /** Functions that were called so far. */
  readonly calls = new Set<string>();
  #depth = 0;

  constructor(
    private readonly cursor: Cursor,
    private readonly functions: ReadonlyMap<string, TemplateFunction>,
  ) {}

  /** `declarations? command ("|" command)*` up to and with the token `end`. `where` names it in messages. */
  pipe(where: string, end: TokenKind): Pipe {
    const { offset } = this.cursor.peekSolid();
    const { names, assigns } = this.#declarations(where);
    const commands: Command[] = [];
    while (this.cursor.peekSolid().kind !== end) commands.push(this.#command(where, commands.length));
    this.cursor.nextSolid();
    if (commands.length === 0) throw parseFault(`missing value for ${where}`, offset);
    return { kind: "pipe", offset, variables: names, assigns, commands };
  }

  #declarations(where: string): { names: string[]; assigns: boolean } {
    const names: string[] = [];
    for (;;) {
      const mark = this.cursor.mark();
      const variable = this.cursor.peekSolid();
      if (variable.kind !== "variable") break;
      this.cursor.next();
      const sign = this.cursor.peekSolid();
      const isComma = sign.kind === "char" && sign.text === ",";
      if (sign.kind !== "assign" && sign.kind !== "declare" && !isComma) {
        this.cursor.back(mark);
        break;
      }
      this.cursor.next();
      names.push(variable.text);
      this.variables.push(variable.text);
      if (!isComma) return { names, assigns: sign.kind === "assign" };
      if (where !== "range" || names.length > 1) throw parseFault(`too many declarations in ${where}`, sign.offset);
      const after = this.cursor.peekSolid();
      if (after.kind !== "variable") throw parseFault("range can only initialize variables", after.offset);
    }
    return { names, assigns: false };
  }

  /** `operand (blank operand)*`, with the pipe sign after it. */
  #command(where: string, stage: number): Command {
    const first = this.cursor.peekSolid();
    const head = this.#operand();
    if (head === undefined) throw unexpected(first, where);
    if (stage > 0 && (head.kind === "literal" || head.kind === "dot" || head.kind === "nil")) {
      throw parseFault(`a value cannot take a piped argument (stage ${stage + 1})`, head.offset);
    }
    const args: Expression[] = [];
    while (this.cursor.peek().kind === "space") {
      this.cursor.peekSolid();
      const arg = this.#operand();
      if (arg === undefined) break;
      args.push(arg);
    }
    const after = this.cursor.peek();
    if (after.kind === "pipe") this.cursor.next();
    else if (after.kind !== "close" && after.kind !== "endparen") throw unexpected(after, "operand");
    return { head, args };
  }

  /** `term .Field*`, or undefined where no term stands. */
  #operand(): Expression | undefined {
    const term = this.#term();
    if (term === undefined || this.cursor.peek().kind !== "field") return term;
    const { offset } = this.cursor.peek();
    const names: string[] = [];
    while (this.cursor.peek().kind === "field") names.push(this.cursor.next().text.slice(1));
    switch (term.kind) {
      case "field":
        return { ...term, names: [...term.names, ...names] } satisfies Field;
      case "variable":
        return { ...term, names: [...term.names, ...names] } satisfies Variable;
      case "literal":
      case "nil":
      case "dot":
        throw parseFault("unexpected . after a value", offset);
      case "pipe":
      case "call":
      case "chain":
        return { kind: "chain", offset, base: term, names } satisfies Chain;
    }
  }

  #term(): Expression | undefined {
    const token = this.cursor.peekSolid();
    const { offset, text } = token;
    switch (token.kind) {
      case "identifier":
        this.cursor.next();
        return this.#call(token);
      case "dot":
      case "nil":
        this.cursor.next();
        return { kind: token.kind, offset };
      case "variable":
        this.cursor.next();
        if (!this.variables.includes(text)) throw parseFault(`undefined variable ${text}`, offset);
        return { kind: "variable", offset, name: text, names: [] };
      case "field":
        this.cursor.next();
        return { kind: "field", offset, names: [text.slice(1)] };
      case "bool":
        this.cursor.next();
        return { kind: "literal", offset, value: text === "true" };
      case "number":
      case "rune":
      case "string":
      case "rawstring":
        this.cursor.next();
        return literal(token);
      case "paren":
        this.cursor.next();
        return this.#parenthesised(offset);
      default:
        return undefined;
    }
  }

  #call({ text, offset }: Token): Expression {
    const run = this.functions.get(text);
    if (run === undefined) throw parseFault(`function ${JSON.stringify(text)} not defined`, offset);
    this.calls.add(text);
    return { kind: "call", offset, name: text, run };
  }

  #parenthesised(offset: number): Pipe {
    if (this.#depth >= deepest) throw parseFault(`more than ${deepest} parentheses inside each other`, offset);
    this.#depth += 1;
    const pipe = this.pipe("parentheses", "endparen");
    this.#depth -= 1;
    return pipe;
  }
}

/** The node of a number, character or string token. */
function literal({ kind, text, offset }: Token): Literal {
  if (kind === "string" || kind === "rawstring") {
    const value = stringLiteral(text);
    if (value === undefined) throw parseFault(`invalid escape in ${text}`, offset);
    return { kind: "literal", offset, value };
  }
  const number = kind === "rune" ? runeLiteral(text) : numberLiteral(text);
  if (number === undefined) throw parseFault(`illegal number or character: ${text.slice(0, 40)}`, offset);
  return { kind: "literal", offset, value: number.plain, int: number.int, float: number.float };
}

/** Reads the quoted name that `define`, `template` and `block` take. */
export function templateName(token: Token, where: string): string {
  if (token.kind !== "string" && token.kind !== "rawstring") throw unexpected(token, where);
  const name = stringLiteral(token.text);
  if (name === undefined) throw parseFault(`invalid escape in ${token.text}`, token.offset);
  return name;
}
