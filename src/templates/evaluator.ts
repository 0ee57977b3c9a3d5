import type { Budget } from "./budget.js";
import { executeFault, Fault } from "./error.js";
import { printValue } from "./format/print.js";
import type { CallNode, ChoiceNode, Node, Pipe, RangeNode } from "./syntax/ast.js";
import { PipelineEvaluator } from "./pipeline.js";
import type { Bodies } from "./syntax/parser.js";
import { byteLength } from "./text.js";
import type { Slot, TemplateFunc, TemplateValue } from "./value.js";
import { isList, isTrue, kindName, TemplateMap } from "./value.js";

/** Structures and templates open inside each other at run time: keeps the evaluator off the end of the stack. */
const deepest = 512;

type Jump = "break" | "continue" | undefined;

/** One rendering of a parsed template. */
export class Evaluator {
  readonly #pipelines: PipelineEvaluator;
  #output = "";
  #level = 0;
  #templates = 0;

  constructor(
    private readonly bodies: Bodies,
    private readonly budget: Budget,
    invoke: (method: TemplateFunc) => TemplateValue,
  ) {
    this.#pipelines = new PipelineEvaluator(budget, invoke);
  }

  /** Where the evaluator is, or was when it threw. */
  get offset(): number {
    return this.#pipelines.offset;
  }

  /** Renders the body `name`. Throws a fault. */
  run(name: string, data: TemplateValue): string {
    const root = data ?? undefined;
    this.#pipelines.variables.enter(root);
    this.#walk(this.bodies.get(name) ?? [], root);
    return this.#output;
  }

  #walk(nodes: readonly Node[], dot: Slot): Jump {
    this.#level += 1;
    if (this.#level > deepest) throw new Fault("LIMIT", `more than ${deepest} structures are open inside each other`);
    let jump: Jump;
    for (const node of nodes) {
      this.budget.step();
      jump = this.#node(node, dot);
      if (jump !== undefined) break;
    }
    this.#level -= 1;
    return jump;
  }

  #node(node: Node, dot: Slot): Jump {
    switch (node.kind) {
      case "text":
        this.budget.output(node.bytes);
        this.#output += node.text;
        return undefined;
      case "action": {
        const value = this.#pipelines.pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#print(value);
        return undefined;
      }
      case "if":
      case "with":
        return this.#choice(node, dot);
      case "range":
        return this.#range(node, dot);
      case "template":
        this.#template(node, dot);
        return undefined;
      case "break":
      case "continue":
        return node.kind;
    }
  }

  #print(value: Slot): void {
    const text = typeof value === "string" ? value : printValue(value, this.budget);
    this.budget.output(byteLength(text));
    this.#output += text;
  }

  #choice(node: ChoiceNode, dot: Slot): Jump {
    const { variables } = this.#pipelines;
    const mark = variables.mark();
    let jump: Jump;
    let chosen = false;
    for (const branch of node.branches) {
      const value = this.#pipelines.pipe(branch.pipe, dot);
      chosen = isTrue(value);
      if (chosen) {
        jump = this.#walk(branch.body, node.kind === "with" ? value : dot);
        break;
      }
    }
    if (!chosen) jump = this.#walk(node.otherwise, dot);
    variables.cut(mark);
    return jump;
  }

  #range(node: RangeNode, dot: Slot): Jump {
    const { variables } = this.#pipelines;
    const mark = variables.mark();
    const value = this.#pipelines.pipe(node.pipe, dot);
    const ran = this.#iterate(node, value);
    const jump = ran ? undefined : this.#walk(node.otherwise, dot);
    variables.cut(mark);
    return jump;
  }

  /** Runs the body for each item; false where there was none. */
  #iterate(node: RangeNode, value: Slot): boolean {
    if (value === undefined || value === null) return false;
    if (typeof value === "bigint") {
      if (node.pipe.variables.length > 1) throw executeFault("a range over a number has one variable only");
      for (let i = 0n; i < value; i += 1n) if (this.#iteration(node, undefined, i)) break;
      return value > 0n;
    }
    if (isList(value)) {
      for (let i = 0; i < value.length; i += 1) {
        if (this.#iteration(node, BigInt(i), value[i] ?? null)) break;
      }
      return value.length > 0;
    }
    if (value instanceof TemplateMap) {
      this.budget.step(value.work);
      const keys = value.keys();
      for (const key of keys) if (this.#iteration(node, key, value.get(key) ?? null)) break;
      return keys.length > 0;
    }
    this.#pipelines.offset = node.pipe.offset;
    throw executeFault(`range cannot iterate over a ${kindName(value)}`);
  }

  /** One turn of a loop; true after `break`. The pipeline has declared the variables: innermost is the last of them. */
  #iteration(node: RangeNode, key: Slot, item: TemplateValue): boolean {
    const { variables } = this.#pipelines;
    const mark = variables.mark();
    this.budget.step();
    bindLoopVariables(node.pipe, variables, key, item);
    const jump = this.#walk(node.body, item);
    variables.cut(mark);
    return jump === "break";
  }

  #template(node: CallNode, dot: Slot): void {
    this.#pipelines.offset = node.offset;
    const body = this.bodies.get(node.name);
    if (body === undefined) throw executeFault(`template ${JSON.stringify(node.name)} is not defined`);
    const data = node.pipe === undefined ? undefined : this.#pipelines.pipe(node.pipe, dot);
    this.#templates += 1;
    if (this.#templates > this.budget.depth) {
      this.#pipelines.offset = node.offset;
      throw new Fault("LIMIT", `more than ${this.budget.depth} templates are open inside each other`);
    }
    const outer = this.#pipelines.variables.enter(data);
    this.#walk(body, data);
    this.#pipelines.variables.leave(outer);
    this.#templates -= 1;
  }
}

interface LoopVariables {
  assign(name: string, value: Slot): void;
  setTop(depth: number, value: Slot): void;
}

/** One variable takes the item, two take key and item. */
function bindLoopVariables(pipe: Pipe, variables: LoopVariables, key: Slot, item: TemplateValue): void {
  const [first, second] = pipe.variables;
  if (first === undefined) return;
  if (pipe.assigns) {
    variables.assign(first, second === undefined ? item : key);
    if (second !== undefined) variables.assign(second, item);
    return;
  }
  variables.setTop(1, item);
  if (second !== undefined) variables.setTop(2, key);
}
