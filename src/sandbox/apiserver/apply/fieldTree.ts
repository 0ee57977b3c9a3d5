/**
 * A set of fields as a tree of steps. A step is written as in FieldsV1: `f:name`, `k:{"name":"a"}`, `v:"a"`. `member`
 * says that the field at this node is itself in the set; its parents and children may or may not be.
 */
export interface FieldTree {
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldTree>;
}

/** The way to a field, from the object's root. */
export type FieldPath = readonly string[];

/** The set of nothing. */
export const noFields: FieldTree = { member: false, children: new Map() };

/** True if no field is in the set. */
export function isEmpty(tree: FieldTree | undefined): boolean {
  if (tree === undefined) return true;
  return !tree.member && [...tree.children.values()].every(isEmpty);
}

/** The fields of either set. */
export function union(a: FieldTree, b: FieldTree): FieldTree {
  const children = new Map(a.children);
  for (const [step, child] of b.children) {
    const other = a.children.get(step);
    children.set(step, other === undefined ? child : union(other, child));
  }
  return { member: a.member || b.member, children };
}

/** The fields of both sets. */
export function intersection(a: FieldTree, b: FieldTree): FieldTree {
  return combine(a, b, (inA, inB) => inA && inB);
}

/** The fields of `a` that are not in `b`. */
export function difference(a: FieldTree, b: FieldTree): FieldTree {
  return combine(a, b, (inA, inB) => inA && !inB);
}

/** The fields of `a` that are neither in `b` nor below a field in `b`. */
export function withoutSubtrees(a: FieldTree, b: FieldTree): FieldTree {
  const children = new Map<string, FieldTree>();
  for (const [step, child] of a.children) {
    const other = b.children.get(step);
    if (other?.member === true) continue;
    const kept = other === undefined ? child : withoutSubtrees(child, other);
    if (!isEmpty(kept)) children.set(step, kept);
  }
  return { member: a.member, children };
}

/** Every field of the set, a field before those below it, steps in ascending order. */
export function pathsOf(tree: FieldTree): readonly FieldPath[] {
  const paths: FieldPath[] = [];
  const walk = (node: FieldTree, path: FieldPath): void => {
    const steps = [...node.children].sort(([a], [b]) => compareText(a, b));
    for (const [step, child] of steps) if (child.member) paths.push([...path, step]);
    for (const [step, child] of steps) walk(child, [...path, step]);
  };
  walk(tree, []);
  return paths;
}

/** Whether the field at `path` is in the set. */
export function has(tree: FieldTree, path: FieldPath): boolean {
  let here: FieldTree | undefined = tree;
  for (const step of path) here = here?.children.get(step);
  return here?.member === true;
}

/** Order of texts by code unit, for sort. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function combine(a: FieldTree, b: FieldTree, keep: (inA: boolean, inB: boolean) => boolean): FieldTree {
  const children = new Map<string, FieldTree>();
  for (const [step, child] of a.children) {
    const kept = combine(child, b.children.get(step) ?? noFields, keep);
    if (!isEmpty(kept)) children.set(step, kept);
  }
  return { member: keep(a.member, b.member), children };
}

interface Growing {
  member: boolean;
  readonly children: Map<string, Growing>;
}

/** Collects fields into a set. */
export class FieldTreeBuilder {
  private readonly root: Growing = { member: false, children: new Map() };

  /** Adds the field at `path`; the root itself is no field. */
  add(path: FieldPath): void {
    let here = this.root;
    for (const step of path) {
      let next = here.children.get(step);
      if (next === undefined) {
        next = { member: false, children: new Map() };
        here.children.set(step, next);
      }
      here = next;
    }
    if (path.length > 0) here.member = true;
  }

  build(): FieldTree {
    return this.root;
  }
}

/** The set of the fields at these paths. */
export function treeOf(paths: Iterable<FieldPath>): FieldTree {
  const builder = new FieldTreeBuilder();
  for (const path of paths) builder.add(path);
  return builder.build();
}
