import type { ASTNode, BinaryOperator } from "@marcbachmann/cel-js";

import { celLimits } from "./celLimits.js";
import { refusePath, selectionOf } from "./celPath.js";

/** How long a list (or, in units of 80 characters, a text) can be; `element` is absent where elements are data again. */
interface Shape {
  readonly length: number;
  readonly element?: Shape;
}

interface Estimate {
  readonly cost: number;
  readonly shape: Shape;
}

interface Scope {
  readonly depth: number;
  readonly variables: ReadonlyMap<string, Shape>;
}

const data: Shape = { length: celLimits.list };
const plain: Shape = { length: 0 };
const macros: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "filter", "map"]);
const functions: ReadonlySet<string> = new Set([
  ...["has", "size", "bool", "int", "uint", "double", "string", "type", "dyn", "timestamp", "duration"],
]);
const methods: ReadonlySet<string> = new Set([
  ...["size", "startsWith", "endsWith", "contains", "lowerAscii", "upperAscii", "trim"],
  ...["indexOf", "lastIndexOf", "substring"],
]);

/** What an expression reads and what is wrong with it, found without running it. */
export class CelSurvey {
  readonly problems: string[] = [];
  /** Paths below `object`, by their text. */
  readonly paths = new Map<string, readonly string[]>();

  constructor(private readonly specPaths: readonly string[]) {}

  /** Reads the whole expression and returns its estimated steps; `problems` and `paths` are complete afterwards. */
  read(root: ASTNode): number {
    const { cost } = this.visit(root, { depth: 0, variables: new Map() });
    if (cost > celLimits.cost)
      this.problems.push("it may take too long: fewer macros inside macros, or fewer lists added to one another");
    return cost;
  }

  private visit(node: ASTNode, scope: Scope): Estimate {
    switch (node.op) {
      case "value":
        return { cost: 1, shape: plain };
      case "id":
        return this.identifier(node.args, scope);
      case ".":
      case "[]":
      case ".?":
      case "[?]":
        return this.selection(node, scope);
      case "list":
        return this.collect(node.args, scope);
      case "map":
        return this.collect(node.args.flat(), scope);
      case "call":
        return this.call(node.args[0], node.args[1], scope);
      case "rcall":
        return macros.has(node.args[0]) ? this.macro(node.args, scope) : this.method(node.args, scope);
      case "!_":
      case "-_":
        return { cost: 1 + this.visit(node.args, scope).cost, shape: plain };
      case "?:":
      case "&&":
      case "||": {
        const { cost, shape } = this.collect(node.args, scope);
        return { cost, shape: shape.element ?? data };
      }
      default:
        return this.binary(node.op, node.args, scope);
    }
  }

  private identifier(name: string, scope: Scope): Estimate {
    const shape = scope.variables.get(name);
    if (shape === undefined && name === "object") this.see([]);
    return { cost: 1, shape: shape ?? plain };
  }

  private selection(node: ASTNode, scope: Scope): Estimate {
    const { root, keys, indices } = selectionOf(node);
    const inner = indices.reduce((sum, index) => sum + this.visit(index, scope).cost, keys.length + 1);
    if (root.op === "id" && root.args === "object" && !scope.variables.has("object")) {
      this.see(keys);
      return { cost: inner, shape: data };
    }
    const left = root === node ? { cost: 1, shape: data } : this.visit(root, scope);
    return { cost: inner + left.cost, shape: left.shape.element ?? data };
  }

  private collect(nodes: readonly ASTNode[], scope: Scope): Estimate {
    const parts = nodes.map((part) => this.visit(part, scope));
    const element = parts.map((part) => part.shape).reduce(larger, plain);
    return { cost: 1 + total(parts), shape: { length: parts.length, element } };
  }

  private call(name: string, args: readonly ASTNode[], scope: Scope): Estimate {
    if (!functions.has(name)) this.refuseFunction(name);
    const parts = args.map((part) => this.visit(part, scope));
    const passes = name === "dyn" || name === "string";
    return { cost: 1 + total(parts), shape: passes ? parts.map((part) => part.shape).reduce(larger, plain) : plain };
  }

  private method([name, receiver, args]: [string, ASTNode, ASTNode[]], scope: Scope): Estimate {
    if (!methods.has(name)) {
      this.refuseFunction(name);
      return { cost: 1, shape: plain };
    }
    const left = this.visit(receiver, scope);
    const rest = args.map((part) => this.visit(part, scope));
    return { cost: 1 + left.cost + total(rest) + left.shape.length / 5, shape: left.shape };
  }

  private macro([name, range, args]: [string, ASTNode, ASTNode[]], scope: Scope): Estimate {
    const depth = scope.depth + 1;
    if (depth > celLimits.macroDepth)
      this.problems.push(`macros are nested deeper than ${celLimits.macroDepth} levels at ${name}()`);
    const over = this.visit(range, scope);
    const [variable, ...bodies] = args;
    if (variable?.op !== "id" || variable.args === "object") {
      this.problems.push(`the first argument of ${name}() is to be a variable's name other than object`);
      return { cost: 1, shape: plain };
    }
    const element = over.shape.element ?? data;
    const inner = { depth, variables: new Map(scope.variables).set(variable.args, element) };
    const parts = depth > celLimits.macroDepth ? [] : bodies.map((body) => this.visit(body, inner));
    const cost = 1 + over.cost + over.shape.length * (1 + total(parts));
    if (name === "filter") return { cost, shape: over.shape };
    if (name !== "map") return { cost, shape: plain };
    return { cost, shape: { length: over.shape.length, element: parts.at(-1)?.shape ?? plain } };
  }

  private binary(op: BinaryOperator, [first, second]: [ASTNode, ASTNode], scope: Scope): Estimate {
    const left = this.visit(first, scope);
    const right = this.visit(second, scope);
    const cost = 1 + left.cost + right.cost;
    const [a, b] = [left.shape.length, right.shape.length];
    if (op === "in") return { cost: cost + b, shape: plain };
    if (op !== "+") return { cost: cost + Math.min(a, b) / 10, shape: plain };
    const element = larger(left.shape.element ?? data, right.shape.element ?? data);
    return { cost: cost + (a + b) / 20, shape: { length: a + b, element } };
  }

  private see(keys: readonly string[]): void {
    const refusal = refusePath(keys, this.specPaths);
    if (refusal === undefined) this.paths.set(JSON.stringify(keys), keys);
    else if (!this.problems.includes(refusal)) this.problems.push(refusal);
  }

  private refuseFunction(name: string): void {
    const offered = [...new Set([...macros, ...functions, ...methods])].sort().join(", ");
    this.problems.push(`${name}() is not supported; use ${offered}`);
  }
}

function total(parts: readonly Estimate[]): number {
  return parts.reduce((sum, part) => sum + part.cost, 0);
}

/** The shape that costs more to walk through. */
function larger(left: Shape, right: Shape): Shape {
  if (left.length !== right.length) return left.length > right.length ? left : right;
  const depth = (shape: Shape): number => (shape.element === undefined ? celLimits.list : shape.element.length);
  return depth(left) >= depth(right) ? left : right;
}
