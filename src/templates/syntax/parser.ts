import type { TemplateFunction } from "../functions/signature.js";
import { byteLength } from "../text.js";
import type { ChoiceNode, Node, Pipe, RangeNode } from "./ast.js";
import { Cursor, parseFault, unexpected } from "./cursor.js";
import { ExpressionParser, templateName } from "./expressions.js";
import { lex } from "./lexer.js";
import type { Token } from "./token.js";

/** Bodies by name: the template itself and all that `define` and `block` made. */
export type Bodies = ReadonlyMap<string, readonly Node[]>;

/** What the source says: the bodies, and the names of the functions they call. */
export interface Parsed {
  readonly bodies: Bodies;
  readonly calls: ReadonlySet<string>;
}

/** Control structures that may be open inside each other. */
const deepest = 100;

/** What ended a list of nodes. */
type Ending = { readonly kind: "end"; readonly offset: number } | { readonly kind: "else"; readonly offset: number };

/** Reads a template's source; throws a PARSE fault. */
export function parse(name: string, source: string, functions: ReadonlyMap<string, TemplateFunction>): Parsed {
  return new Parser(source, functions).run(name);
}

class Parser {
  readonly #cursor: Cursor;
  readonly #bodies = new Map<string, readonly Node[]>();
  readonly #expressions: ExpressionParser;
  #ranges = 0;
  #depth = 0;

  constructor(source: string, functions: ReadonlyMap<string, TemplateFunction>) {
    this.#cursor = new Cursor(lex(source));
    this.#expressions = new ExpressionParser(this.#cursor, functions);
  }

  run(name: string): Parsed {
    const root: Node[] = [];
    for (;;) {
      const token = this.#cursor.next();
      if (token.kind === "eof") break;
      if (token.kind === "open" && this.#cursor.peekSolid().kind === "define") {
        this.#define(this.#cursor.nextSolid());
        continue;
      }
      const node = this.#node(token);
      if (isEnding(node)) throw parseFault(`unexpected {{${node.kind}}}`, node.offset);
      root.push(node);
    }
    this.#add(name, root, 0);
    return { bodies: this.#bodies, calls: this.#expressions.calls };
  }

  #define({ offset }: Token): void {
    const name = templateName(this.#cursor.nextSolid(), "define");
    this.#cursor.expect("close", "define");
    this.#add(name, this.#separateBody("define"), offset);
  }

  /** The body of a define or block: its own variables, and no range around it. */
  #separateBody(where: string): readonly Node[] {
    const { variables } = this.#expressions;
    const ranges = this.#ranges;
    this.#expressions.variables = ["$"];
    this.#ranges = 0;
    const { nodes, ending } = this.#body();
    if (ending.kind !== "end") throw parseFault(`unexpected {{else}} in ${where}`, ending.offset);
    this.#expressions.variables = variables;
    this.#ranges = ranges;
    return nodes;
  }

  /** As in Go, a body of blanks alone may be replaced, and replaces nothing. */
  #add(name: string, nodes: readonly Node[], offset: number): void {
    const before = this.#bodies.get(name);
    if (before === undefined || isBlank(before)) this.#bodies.set(name, nodes);
    else if (!isBlank(nodes)) throw parseFault(`template ${JSON.stringify(name)} is defined twice`, offset);
  }

  /** Nodes up to an `end` or `else`. */
  #body(): { nodes: readonly Node[]; ending: Ending } {
    this.#depth += 1;
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#cursor.next();
      if (this.#depth > deepest) throw parseFault(`more than ${deepest} structures inside each other`, token.offset);
      if (token.kind === "eof") throw unexpected(token, "template");
      const node = this.#node(token);
      if (isEnding(node)) {
        this.#depth -= 1;
        return { nodes, ending: node };
      }
      nodes.push(node);
    }
  }

  #node(token: Token): Node | Ending {
    if (token.kind === "text") return { kind: "text", text: token.text, bytes: byteLength(token.text) };
    if (token.kind !== "open") throw unexpected(token, "input");
    return this.#action();
  }

  #action(): Node | Ending {
    const mark = this.#cursor.mark();
    const word = this.#cursor.nextSolid();
    switch (word.kind) {
      case "if":
      case "with":
        return this.#choice(word.kind);
      case "range":
        return this.#range();
      case "template":
        return this.#template(word);
      case "block":
        return this.#block(word);
      case "break":
      case "continue":
        return this.#jump(word, word.kind);
      case "else":
        return this.#else(word);
      case "end":
        this.#cursor.expect("close", "end");
        return { kind: "end", offset: word.offset };
      default:
        this.#cursor.back(mark);
        return { kind: "action", pipe: this.#expressions.pipe("command", "close") };
    }
  }

  /** The word after `else` is left for the structure it continues. */
  #else({ offset }: Token): Ending {
    const { kind } = this.#cursor.peekSolid();
    if (kind !== "if" && kind !== "with") this.#cursor.expect("close", "else");
    return { kind: "else", offset };
  }

  #jump({ offset }: Token, kind: "break" | "continue"): Node {
    this.#cursor.expect("close", kind);
    if (this.#ranges === 0) throw parseFault(`{{${kind}}} outside {{range}}`, offset);
    return { kind };
  }

  /** `if` and `with`, all their `else if` and `else with` in one node. */
  #choice(kind: "if" | "with"): ChoiceNode {
    const inSight = this.#expressions.variables.length;
    const branches: { pipe: Pipe; body: readonly Node[] }[] = [];
    let otherwise: readonly Node[] = [];
    for (;;) {
      const pipe = this.#expressions.pipe(kind, "close");
      const { nodes, ending } = this.#body();
      branches.push({ pipe, body: nodes });
      if (ending.kind === "end") break;
      if (this.#cursor.peek().kind === kind) {
        this.#cursor.next();
        continue;
      }
      otherwise = this.#lastElse(ending);
      break;
    }
    this.#expressions.variables.length = inSight;
    return { kind, branches, otherwise };
  }

  #lastElse(before: Ending): readonly Node[] {
    const token = this.#cursor.peek();
    if (token.kind === "if" || token.kind === "with") throw unexpected(token, "else");
    const { nodes, ending } = this.#body();
    if (ending.kind !== "end") throw parseFault("a second {{else}}: expected {{end}}", before.offset);
    return nodes;
  }

  #range(): RangeNode {
    const inSight = this.#expressions.variables.length;
    const pipe = this.#expressions.pipe("range", "close");
    this.#ranges += 1;
    const { nodes, ending } = this.#body();
    this.#ranges -= 1;
    const otherwise = ending.kind === "else" ? this.#lastElse(ending) : [];
    this.#expressions.variables.length = inSight;
    return { kind: "range", pipe, body: nodes, otherwise };
  }

  #template({ offset }: Token): Node {
    const name = templateName(this.#cursor.nextSolid(), "template");
    if (this.#cursor.peekSolid().kind === "close") {
      this.#cursor.next();
      return { kind: "template", offset, name, pipe: undefined };
    }
    return { kind: "template", offset, name, pipe: this.#expressions.pipe("template", "close") };
  }

  #block({ offset }: Token): Node {
    const name = templateName(this.#cursor.nextSolid(), "block");
    const pipe = this.#expressions.pipe("block", "close");
    this.#add(name, this.#separateBody("block"), offset);
    return { kind: "template", offset, name, pipe };
  }
}

function isEnding(node: Node | Ending): node is Ending {
  return node.kind === "end" || node.kind === "else";
}

function isBlank(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.kind === "text" && /^\s*$/.test(node.text));
}
