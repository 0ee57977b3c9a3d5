import type { TreeNode, TreeOption } from "./tree.js";

/** The completion of fish. A command comes before its options, so the first words say where one is. */
export function fishCompletion(tree: readonly TreeNode[], program: string): string {
  const groups = tree.filter(({ path, commands }) => path !== "" && commands.length > 0).map(({ path }) => path);
  const at = `__${program.replace(/\W/g, "_")}_at`;
  return `# fish completion of ${program}: ${program} completion fish | source
function ${at} --description 'Whether the words before the cursor lead to this place'
  set -l words (commandline --tokenize --cut-at-cursor --current-process)
  set -l place $words[2]
  if contains -- "$place" ${groups.map(quoted).join(" ")}; and set -q words[3]
    set place "$place $words[3]"
  end
  test "$place" = "$argv[1]"
end
complete --command ${program} --no-files
${tree.flatMap((node) => linesOf(node, program, at)).join("\n")}
`;
}

function linesOf(node: TreeNode, program: string, at: string): readonly string[] {
  const here = `complete --command ${program} --condition ${quoted(`${at} ${quoted(node.path)}`)}`;
  const { operands } = node;
  return [
    ...node.commands.map(({ word, does }) => `${here} --arguments ${word} --description ${quoted(does)}`),
    ...node.options.map((option) => `${here} ${optionWords(option)}`),
    ...(operands.kind === "words" ? [`${here} --arguments ${quoted(operands.words.join(" "))}`] : []),
    ...(operands.kind === "files" ? [`${here} --force-files`] : []),
  ];
}

function optionWords({ names, does, values }: TreeOption): string {
  const written = names.map((name) =>
    name.startsWith("--") ? `--long-option ${name.slice(2)}` : `--short-option ${name.slice(1)}`,
  );
  const takes = {
    none: [],
    any: ["--exclusive"],
    files: ["--require-parameter", "--force-files"],
    words: ["--exclusive", "--arguments", quoted(values.kind === "words" ? values.words.join(" ") : "")],
  }[values.kind];
  return [...written, ...takes, "--description", quoted(does)].join(" ");
}

/** In single quotes fish knows two escapes. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
