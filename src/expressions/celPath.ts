import type { ASTNode } from "@marcbachmann/cel-js";

/** A selection such as `object.status.items[0].name`, taken apart. */
export interface Selection {
  /** The node that the selection starts from. */
  readonly root: ASTNode;
  /** Keys up to the first index that is computed or a number: `["status", "items"]`. */
  readonly keys: readonly string[];
  /** Indices that have to be evaluated. */
  readonly indices: readonly ASTNode[];
}

/** Takes apart a chain of `.name` and `[index]`; a node that is none of these is its own root. */
export function selectionOf(node: ASTNode): Selection {
  const steps: (string | undefined)[] = [];
  const indices: ASTNode[] = [];
  let root = node;
  for (;;) {
    if (root.op === ".") {
      steps.unshift(root.args[1]);
      root = root.args[0];
    } else if (root.op === "[]") {
      const [left, index] = root.args;
      const literal = index.op === "value" && typeof index.args === "string" ? index.args : undefined;
      if (literal === undefined) indices.push(index);
      steps.unshift(literal);
      root = left;
    } else break;
  }
  const end = steps.indexOf(undefined);
  const keys = (end === -1 ? steps : steps.slice(0, end)).filter((step) => step !== undefined);
  return { root, keys, indices };
}

/**
 * Why a path of `object` may not be read, or undefined where it may. Stores keep only projections, so that a tenant's
 * expression cannot make the controller keep more of every object of a kind. `specPaths` are dotted, without `spec.`.
 */
export function refusePath(keys: readonly string[], specPaths: readonly string[]): string | undefined {
  const [first, ...rest] = keys;
  const allowed = `allowed are ${["metadata.*", "status.*", ...specPaths.map((path) => `spec.${path}`)].join(", ")}`;
  if (first === undefined) return `object can only be read by a path; ${allowed}`;
  if (first === "status") return undefined;
  if (first === "metadata" && rest[0] !== "managedFields") return undefined;
  const within = (path: string): boolean => path.split(".").every((step, index) => rest[index] === step);
  if (first === "spec" && specPaths.some(within)) return undefined;
  return `object.${keys.join(".")} is not kept of this kind; ${allowed}`;
}
