import type { Candidate, TreeNode, Values } from "./tree.js";

/** What may be written next; `files`: names of files as well. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly files: boolean;
}

const nothing: Completion = { candidates: [], files: false };

/**
 * What may stand in place of the last of `words`, which is begun or empty. `words` are those after the program's name.
 * Options come only once their dash is written, as in other programs.
 */
export function complete(tree: readonly TreeNode[], words: readonly string[]): Completion {
  const before = words.slice(0, -1);
  const begun = words.at(-1) ?? "";
  const node = nodeAt(tree, before);
  if (node === undefined || before.includes("--")) return nothing;
  const [, name, inline] = /^(--[^=]+)=(.*)$/.exec(begun) ?? [];
  if (name !== undefined && inline !== undefined) return prefixed(`${name}=`, from(valuesAfter(node, name), inline));
  const wanted = valuesAfter(node, before.at(-1) ?? "");
  if (wanted !== undefined && wanted.kind !== "none") return from(wanted, begun);
  if (begun.startsWith("-")) return matching(node.options, begun);
  if (node.commands.length > 0) return matching(node.commands, begun);
  return from(node.operands, begun);
}

/** The place that the words before the last lead to; undefined where they name nothing. */
export function nodeAt(tree: readonly TreeNode[], before: readonly string[]): TreeNode | undefined {
  const find = (path: string): TreeNode | undefined => tree.find((node) => node.path === path);
  const [first, second] = before;
  const root = find("");
  if (first === undefined) return root;
  const node = find(first);
  if (node === undefined || node.commands.length === 0 || second === undefined) return node;
  return find(`${first} ${second}`);
}

function valuesAfter({ options }: TreeNode, word: string): Values | undefined {
  return options.find(({ names }) => names.includes(word))?.values;
}

function from(values: Values | undefined, begun: string): Completion {
  switch (values?.kind) {
    case undefined:
    case "none":
    case "any":
      return nothing;
    case "files":
      return { candidates: [], files: true };
    case "words":
      return matching(
        values.words.map((word) => ({ word, does: "" })),
        begun,
      );
  }
}

function matching(candidates: readonly Candidate[], begun: string): Completion {
  const found = candidates.filter(({ word }) => word.startsWith(begun));
  return { candidates: found.map(({ word, does }) => ({ word, does })), files: false };
}

function prefixed(prefix: string, { candidates, files }: Completion): Completion {
  return { candidates: candidates.map(({ word, does }) => ({ word: `${prefix}${word}`, does })), files };
}
