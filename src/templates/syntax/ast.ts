import type { TemplateFunction } from "../functions/signature.js";

/** A piece of a template body. */
export type Node = TextNode | ActionNode | ChoiceNode | RangeNode | CallNode | JumpNode;

export interface TextNode {
  readonly kind: "text";
  readonly text: string;
  /** Length in UTF-8. */
  readonly bytes: number;
}

export interface ActionNode {
  readonly kind: "action";
  readonly pipe: Pipe;
}

/** `if` and `with`: the first branch whose pipeline is true; `with` also sets the dot. */
export interface ChoiceNode {
  readonly kind: "if" | "with";
  readonly branches: readonly { readonly pipe: Pipe; readonly body: readonly Node[] }[];
  readonly otherwise: readonly Node[];
}

export interface RangeNode {
  readonly kind: "range";
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** `template` and `block`. */
export interface CallNode {
  readonly kind: "template";
  readonly offset: number;
  readonly name: string;
  readonly pipe: Pipe | undefined;
}

export interface JumpNode {
  readonly kind: "break" | "continue";
}

/** Commands joined by `|`, with the variables that take the result. */
export interface Pipe {
  readonly kind: "pipe";
  readonly offset: number;
  readonly variables: readonly string[];
  /** True for `=`, false for `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

/** An operand with its arguments. */
export interface Command {
  readonly head: Expression;
  readonly args: readonly Expression[];
}

export type Expression = Literal | Dot | Nil | Field | Variable | Chain | Call | Pipe;

export interface Literal {
  readonly kind: "literal";
  readonly offset: number;
  /** Value where nothing asks for a type; undefined for a number that no int holds. */
  readonly value: boolean | bigint | number | string | undefined;
  /** The literal as int or float where it is a number that can be one. */
  readonly int?: bigint | undefined;
  readonly float?: number | undefined;
}

export interface Dot {
  readonly kind: "dot";
  readonly offset: number;
}

export interface Nil {
  readonly kind: "nil";
  readonly offset: number;
}

/** `.a.b` */
export interface Field {
  readonly kind: "field";
  readonly offset: number;
  readonly names: readonly string[];
}

/** `$x` or `$x.a.b` */
export interface Variable {
  readonly kind: "variable";
  readonly offset: number;
  readonly name: string;
  readonly names: readonly string[];
}

/** Fields of something in parentheses or of a function's result. */
export interface Chain {
  readonly kind: "chain";
  readonly offset: number;
  readonly base: Expression;
  readonly names: readonly string[];
}

/** A function's name. */
export interface Call {
  readonly kind: "call";
  readonly offset: number;
  readonly name: string;
  readonly run: TemplateFunction;
}
