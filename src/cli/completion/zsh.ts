import type { TreeNode, TreeOption, Values } from "./tree.js";

/** The completion of zsh, by its own `_arguments` and `_describe`, so that every word is shown with what it does. */
export function zshCompletion(tree: readonly TreeNode[], program: string): string {
  const name = `_${program.replace(/\W/g, "_")}`;
  return `#compdef ${program}
# zsh completion of ${program}: source <(${program} completion zsh), or as a file _${program} in a folder of $fpath
${tree.map((node) => functionOf(node, name)).join("\n")}
if [[ \${zsh_eval_context[-1]} == loadautofunc ]]; then
  ${name} "$@"
else
  compdef ${name} ${program}
fi
`;
}

function functionOf(node: TreeNode, program: string): string {
  const lines = [...node.options.map(optionLine), ...operandLines(node)];
  const body = `  _arguments -s -S \\\n${lines.map((line) => `    ${line}`).join(" \\\n")}`;
  return `${functionName(node.path, program)}() {\n${choice(node, program, body)}\n}\n`;
}

/** A place with commands goes on to the function of the one that is written. */
function choice({ path, commands }: TreeNode, program: string, body: string): string {
  if (commands.length === 0) return body;
  const described = commands.map(({ word, does }) => quoted(`${word}:${escaped(does, ":")}`));
  const arms = commands.map(({ word }) => `      ${word}) ${functionName(`${path} ${word}`.trim(), program)} ;;`);
  return `  local state line
  local -a commands=(${described.join(" ")})
${body.replace("_arguments -s -S", "_arguments -C -s -S")}
  case $state in
    command) _describe -t commands command commands ;;
    argument)
      case $line[1] in
${arms.join("\n")}
      esac ;;
  esac`;
}

function functionName(path: string, program: string): string {
  return path === "" ? program : `${program}_${path.replace(/\W/g, "_")}`;
}

function optionLine({ names, does, values }: TreeOption): string {
  const [long = "", short] = names;
  const explained = `[${escaped(does, "[]:")}]`;
  const takes = values.kind === "none" ? "" : `:value:${action(values)}`;
  const equals = values.kind === "none" ? "" : "=";
  if (short === undefined) return quoted(`*${long}${equals}${explained}${takes}`);
  const plus = values.kind === "none" ? "" : "+";
  return `'*'{${short}${plus},${long}${equals}}${quoted(`${explained}${takes}`)}`;
}

function operandLines({ commands, operands }: TreeNode): readonly string[] {
  if (commands.length > 0) return ["'1: :->command'", "'*:: :->argument'"];
  return operands.kind === "none" ? [] : [quoted(`*:operand:${action(operands)}`)];
}

function action(values: Values): string {
  switch (values.kind) {
    case "none":
    case "any":
      return " ";
    case "files":
      return "_files";
    case "words":
      return `(${values.words.join(" ")})`;
  }
}

function escaped(text: string, what: string): string {
  return Array.from(text, (letter) => (what.includes(letter) || letter === "\\" ? `\\${letter}` : letter)).join("");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
