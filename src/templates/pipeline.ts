import type { Budget } from "./budget.js";
import { executeFault, Fault } from "./error.js";
import type { ParamKind, TemplateFunction } from "./functions/signature.js";
import type { Call, Command, Expression, Literal, Pipe } from "./syntax/ast.js";
import type { Slot, TemplateFunc, TemplateValue } from "./value.js";
import { isTrue, kindName, TemplateMap } from "./value.js";
import { Variables } from "./variables.js";

/** No argument came through the pipe; undefined is a value that may. */
const nothing = Symbol("nothing");
type Piped = Slot | typeof nothing;

/** Evaluates pipelines: field access, variables, function calls. */
export class PipelineEvaluator {
  readonly variables = new Variables();
  /** Source offset of what is being evaluated. */
  offset = 0;

  constructor(
    private readonly budget: Budget,
    private readonly invoke: (method: TemplateFunc) => TemplateValue,
  ) {}

  /** The value of a pipeline, its variables declared or assigned. A nil becomes the invalid value, as in Go. */
  pipe(pipe: Pipe, dot: Slot): Slot {
    let value: Piped = nothing;
    for (const command of pipe.commands) value = this.#command(command, dot, value) ?? undefined;
    const result = value === nothing ? undefined : value;
    for (const name of pipe.variables) {
      if (pipe.assigns) this.variables.assign(name, result);
      else this.variables.declare(name, result);
    }
    return result;
  }

  #command({ head, args }: Command, dot: Slot, piped: Piped): Slot {
    this.budget.step();
    this.offset = head.offset;
    const hasArgs = args.length > 0 || piped !== nothing;
    switch (head.kind) {
      case "call":
        return this.#call(head, args, dot, piped);
      case "field":
        return this.#fields(dot, head.names, hasArgs);
      case "chain":
        return this.#fields(this.#chainBase(head.base, dot), head.names, hasArgs);
      case "variable":
        if (head.names.length > 0) return this.#fields(this.variables.get(head.name), head.names, hasArgs);
        break;
      default:
    }
    if (hasArgs) throw executeFault("only a function or a method takes arguments");
    if (head.kind === "nil") throw executeFault("nil is not a command");
    return this.#operand(head, dot);
  }

  /** The value of an operand that stands alone. */
  #operand(expression: Exclude<Expression, { readonly kind: "nil" }>, dot: Slot): Slot {
    this.offset = expression.offset;
    switch (expression.kind) {
      case "literal":
        return plainLiteral(expression);
      case "dot":
        return dot;
      case "variable":
        return expression.names.length === 0
          ? this.variables.get(expression.name)
          : this.#fields(this.variables.get(expression.name), expression.names, false);
      case "field":
        return this.#fields(dot, expression.names, false);
      case "chain":
        return this.#fields(this.#chainBase(expression.base, dot), expression.names, false);
      case "call":
        return this.#call(expression, [], dot, nothing);
      case "pipe":
        return this.pipe(expression, dot);
    }
  }

  #chainBase(base: Expression, dot: Slot): Slot {
    if (base.kind === "nil") throw executeFault("nil has no fields");
    return this.#operand(base, dot);
  }

  /** Follows names from `receiver`; only the last may have arguments, and only a method could take them. */
  #fields(receiver: Slot, names: readonly string[], hasArgs: boolean): Slot {
    let value = receiver;
    for (let i = 0; i < names.length; i += 1) {
      value = this.#field(value, names[i] ?? "", hasArgs && i === names.length - 1);
    }
    return value;
  }

  /** The invalid value has every field; nil has none; a missing key is the map's zero value. */
  #field(receiver: Slot, name: string, hasArgs: boolean): Slot {
    if (receiver === undefined) return undefined;
    if (receiver === null) throw executeFault(`cannot read .${name} of nil: its parent is missing`);
    if (!(receiver instanceof TemplateMap)) {
      throw executeFault(`cannot read .${name} of a ${kindName(receiver)}: only a map has fields`);
    }
    if (hasArgs) throw executeFault(`.${name} takes no arguments`);
    const value = receiver.get(name);
    if (value === undefined) return receiver.absent;
    return typeof value === "function" ? this.invoke(value) : value;
  }

  #call(head: Call, args: readonly Expression[], dot: Slot, piped: Piped): Slot {
    const { name, run } = head;
    const count = args.length + (piped === nothing ? 0 : 1);
    if (count < run.least || count > run.most) throw wrongCount(head, count);
    if (name === "and" || name === "or") return this.#shortCircuit(name === "or", args, dot, piped);
    const values: Slot[] = [];
    for (const [i, arg] of args.entries()) values.push(this.#argument(arg, dot, run.paramKind(i)));
    if (piped !== nothing) values.push(piped);
    this.offset = head.offset;
    return this.#run(name, run, values);
  }

  #run(name: string, run: TemplateFunction, values: readonly Slot[]): TemplateValue {
    try {
      for (const value of values) if (typeof value === "string") this.budget.read(value.length);
      const result = run.call(values, this.budget);
      if (typeof result === "string") this.budget.text(result.length);
      return result;
    } catch (thrown) {
      if (thrown instanceof Fault) throw new Fault(thrown.code, `${name}: ${thrown.message}`);
      throw thrown;
    }
  }

  /** `and` and `or`: the first argument that decides, or the last; what follows is not evaluated. */
  #shortCircuit(decisive: boolean, args: readonly Expression[], dot: Slot, piped: Piped): Slot {
    let value: Slot;
    for (const arg of args) {
      value = this.#argument(arg, dot, "any");
      if (isTrue(value) === decisive) return value;
    }
    return piped === nothing ? value : piped;
  }

  /** An argument; a literal is read as the type that the parameter wants. */
  #argument(arg: Expression, dot: Slot, kind: ParamKind): Slot {
    this.budget.step();
    if (arg.kind === "nil") return kind === "map" ? undefined : null;
    if (arg.kind !== "literal") return this.#operand(arg, dot);
    this.offset = arg.offset;
    if (kind === "float") return arg.float ?? plainLiteral(arg);
    return kind === "int" ? (arg.int ?? plainLiteral(arg)) : plainLiteral(arg);
  }
}

function plainLiteral(literal: Literal): TemplateValue {
  if (literal.value === undefined) throw executeFault("the number overflows int");
  return literal.value;
}

function wrongCount({ name, run }: Call, count: number): Fault {
  const wanted =
    run.most === run.least
      ? `${run.least}`
      : run.most === Infinity
        ? `at least ${run.least}`
        : `${run.least} to ${run.most}`;
  return executeFault(`${name} takes ${wanted} arguments, not ${count}`);
}
