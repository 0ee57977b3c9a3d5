import type { TreeNode, Values } from "./tree.js";

/**
 * The completion of bash. It needs nothing but bash 4 (what is printed to `compgen` is words without blanks), knows
 * `--option=value`, which readline splits at the "=", and is done without starting the program.
 */
export function bashCompletion(tree: readonly TreeNode[], program: string): string {
  const name = `_${program.replace(/\W/g, "_")}`;
  const groups = tree.filter(({ path, commands }) => path !== "" && commands.length > 0).map(({ path }) => path);
  return `# bash completion of ${program}: source <(${program} completion bash)
${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} place="" kind=""
  COMPREPLY=()
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  if ((COMP_CWORD > 1)); then place=\${COMP_WORDS[1]}; fi
  case "$place" in
    ${groups.length === 0 ? '""' : groups.join("|")}) if ((COMP_CWORD > 2)); then place="$place \${COMP_WORDS[2]}"; fi ;;
  esac
  local word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word == "--" ]]; then return; fi
  done
  case "$place $prev" in
${cases(tree.flatMap(optionCases))}
  esac
  if [[ -z $kind ]]; then
    case "$place $cur" in
${cases(tree.flatMap(dashCases))}
    esac
  fi
  if [[ -z $kind ]]; then
    case "$place" in
${cases(tree.map(operandCase))}
      *) kind=none ;;
    esac
  fi
  case "$kind" in
    none) ;;
    files) compopt -o default 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$kind" -- "$cur") ;;
  esac
}
complete -F ${name} ${program}
`;
}

type Case = readonly [patterns: readonly string[], values: Values];

function optionCases({ path, options }: TreeNode): readonly Case[] {
  return options.flatMap(({ names, values }): readonly Case[] =>
    values.kind === "none" ? [] : [[names.map((name) => `${path} ${name}`), values]],
  );
}

function dashCases({ path, options }: TreeNode): readonly Case[] {
  return [[[`${path} -`], { kind: "words", words: options.map(({ word }) => word) }]];
}

function operandCase({ path, commands, operands }: TreeNode): Case {
  const values: Values = commands.length > 0 ? { kind: "words", words: commands.map(({ word }) => word) } : operands;
  return [[path], values];
}

function cases(all: readonly Case[]): string {
  return all
    .map(([patterns, values]) => {
      const matched = patterns.map((pattern) => (pattern.endsWith(" -") ? `"${pattern}"*` : `"${pattern}"`));
      return `      ${matched.join("|")}) kind="${kindOf(values)}" ;;`;
    })
    .join("\n");
}

function kindOf(values: Values): string {
  switch (values.kind) {
    case "none":
    case "any":
      return "none";
    case "files":
      return "files";
    case "words":
      return values.words.join(" ");
  }
}
