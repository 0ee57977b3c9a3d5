import type { LineCounter, Node, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { isAlias, isMap, isPair, isScalar, isSeq, isNode } from "yaml";

import type { Json } from "./json.js";
import type { Problem } from "./problem.js";
import { formatPath } from "./problem.js";

type Path = readonly (string | number)[];

/** What may still be spent: aliases, and nodes with every alias counted at its full size. Shared by a stream. */
export interface YamlBudget {
  nodes: number;
  aliases: number;
}

const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Turns the syntax tree of one document into JSON and collects what is wrong with it. */
export class YamlReader {
  readonly problems: Problem[] = [];
  /** All values of each key that was there several times, by its path as text. */
  readonly repeated = new Map<string, Json[]>();
  private readonly anchors = new Map<string, { readonly value: Json; readonly size: number; readonly depth: number }>();
  private deepest = 0;

  constructor(
    private readonly lines: LineCounter,
    /** Levels that are read, and problems that are kept. */
    private readonly limits: { readonly depth: number; readonly problems: number },
    private readonly budget: YamlBudget,
    private readonly lastKeyWins = false,
  ) {}

  /** The value of a tree; meaningless once there are problems. */
  read(node: Node | null): Json {
    return this.value(node, [], 1);
  }

  /** Position of the key or item at `path`, or of the nearest ancestor that exists. */
  locate(root: Node | null, path: Path): { line: number; column: number } | undefined {
    let found: Node | null = root;
    let here: unknown = root;
    for (const step of path) {
      let next: unknown;
      if (isMap(here)) {
        const pair = here.items.find((item) => keyOf(item) === String(step));
        if (isNode(pair?.key)) found = pair.key;
        next = pair?.value;
      } else if (isSeq(here) && typeof step === "number") {
        next = here.items[step];
        if (isNode(next)) found = next;
      }
      if (!isNode(next)) break;
      here = next;
    }
    return found?.range ? this.position(found.range[0]) : undefined;
  }

  private value(node: unknown, path: Path, depth: number): Json {
    this.deepest = Math.max(this.deepest, depth);
    if (depth > this.limits.depth) return this.tooDeep(node, path);
    if (--this.budget.nodes < 0) return this.refuse(node, path, "the document is too large", "write a shorter one");
    if (isAlias(node)) return this.alias(node, path, depth);
    const before = this.budget.nodes;
    const outer = this.deepest;
    this.deepest = depth;
    let value: Json = null;
    if (isScalar(node)) value = this.scalar(node, path);
    else if (isSeq(node)) value = this.sequence(node, path, depth);
    else if (isMap(node)) value = this.mapping(node, path, depth);
    const anchor = anchorOf(node);
    if (anchor !== undefined)
      this.anchors.set(anchor, { value, size: before - this.budget.nodes + 1, depth: this.deepest - depth });
    this.deepest = Math.max(this.deepest, outer);
    return value;
  }

  private alias(node: Node & { readonly source: string }, path: Path, depth: number): Json {
    const anchor = this.anchors.get(node.source);
    if (anchor === undefined)
      return this.refuse(node, path, `the alias *${node.source} refers to itself or to nothing`, "write the value out");
    if (--this.budget.aliases < 0)
      return this.refuse(node, path, "there are too many aliases", "write some values out");
    this.budget.nodes -= anchor.size;
    if (this.budget.nodes < 0)
      return this.refuse(node, path, "the document is too large with its aliases expanded", "use fewer aliases");
    if (depth + anchor.depth > this.limits.depth) return this.tooDeep(node, path);
    this.deepest = Math.max(this.deepest, depth + anchor.depth);
    return anchor.value;
  }

  private scalar(node: Scalar, path: Path): Json {
    const { value, source } = node;
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value !== "number") return this.refuse(node, path, "this value cannot be expressed as JSON", "quote it");
    if (!Number.isFinite(value))
      return this.refuse(node, path, `${String(source)} is no number that JSON knows`, "quote it");
    if (!isExact(value, source ?? ""))
      return this.refuse(node, path, `${String(source)} is too large to be exact`, "quote it");
    // JSON writes -0 as 0.
    return value === 0 ? 0 : value;
  }

  private sequence(node: YAMLSeq, path: Path, depth: number): Json {
    return node.items.map((item, index) => this.value(item, [...path, index], depth + 1));
  }

  private mapping(node: YAMLMap, path: Path, depth: number): Json {
    const members: Record<string, Json> = {};
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = keyOf(pair);
      if (key === undefined) {
        this.refuse(pair.key, path, "a key must be text", "quote it");
        continue;
      }
      const here = [...path, key];
      if (forbiddenKeys.has(key)) this.refuse(pair.key, here, "this key is not allowed", "write another one");
      else if (key === "<<") this.refuse(pair.key, here, "merge keys are not supported", "write the members out");
      else if (seen.has(key) && !this.lastKeyWins)
        this.refuse(pair.key, here, "this key is there twice", "remove one of them");
      else members[key] = this.repeat(seen.has(key), here, members[key], this.value(pair.value, here, depth + 1));
      seen.add(key);
    }
    return members;
  }

  private repeat(isRepeated: boolean, path: Path, before: Json | undefined, value: Json): Json {
    if (!isRepeated) return value;
    const key = formatPath(path);
    const known = this.repeated.get(key);
    if (known === undefined) this.repeated.set(key, [before ?? null, value]);
    else known.push(value);
    return value;
  }

  private tooDeep(node: unknown, path: Path): null {
    return this.refuse(node, path, `nested deeper than ${this.limits.depth} levels`, "write it with fewer levels");
  }

  private refuse(node: unknown, path: Path, message: string, fix: string): null {
    if (this.problems.length >= this.limits.problems) return null;
    const position = isNode(node) && node.range ? this.position(node.range[0]) : {};
    this.problems.push({ path: formatPath(path), message, fix, ...position });
    return null;
  }

  private position(offset: number): { line: number; column: number } {
    const { line, col } = this.lines.linePos(offset);
    return { line, column: col };
  }
}

function keyOf(pair: unknown): string | undefined {
  return isPair(pair) && isScalar(pair.key) && typeof pair.key.value === "string" ? pair.key.value : undefined;
}

function anchorOf(node: unknown): string | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
}

/** False for an integer whose digits a JSON number cannot hold. */
function isExact(value: number, source: string): boolean {
  return !/^[-+]?\d+$/.test(source) || String(value) === source || BigInt(value) === BigInt(source.replace("+", ""));
}
