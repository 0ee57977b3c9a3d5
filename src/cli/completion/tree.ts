import { optionsOf } from "../arguments.js";
import type { AnyCommand, CommandSpec, OptionSpec } from "../command.js";

/** What may follow an option, or stand as an operand. */
export type Values =
  | { readonly kind: "none" }
  | { readonly kind: "any" }
  | { readonly kind: "files" }
  | { readonly kind: "words"; readonly words: readonly string[] };

/** A word that may be written, with what it does in one line. */
export interface Candidate {
  readonly word: string;
  readonly does: string;
}

/** An option as it is written. */
export interface TreeOption extends Candidate {
  /** `--name` first, then `-x` where there is one. */
  readonly names: readonly string[];
  readonly values: Values;
}

/** A place on the command line: the program, a group or a command. */
export interface TreeNode {
  /** Words after the program's name: "", "lint" or "stats compare". */
  readonly path: string;
  /** Commands that may follow. */
  readonly commands: readonly Candidate[];
  readonly options: readonly TreeOption[];
  readonly operands: Values;
}

/** Every place there is, the program itself first; groups are opened. */
export async function completionTree(commands: readonly AnyCommand[]): Promise<readonly TreeNode[]> {
  const candidates = commands.map(({ spec: { name, summary } }) => ({ word: name, does: summary }));
  const help = { word: "help", does: "show how a command is used" };
  const version: TreeOption = flag("--version", "show the version");
  const root: TreeNode = {
    path: "",
    commands: [...candidates, help],
    options: [{ ...flag("--help", "show this help"), names: ["--help", "-h"] }, version],
    operands: { kind: "none" },
  };
  const names = candidates.map(({ word }) => word);
  const helpNode: TreeNode = { path: "help", commands: [], options: [], operands: { kind: "words", words: names } };
  const below = await Promise.all(commands.map(nodesOf));
  return [root, ...below.flat(), helpNode];
}

async function nodesOf({ spec, children }: AnyCommand): Promise<readonly TreeNode[]> {
  if (children === undefined) return [nodeOf(spec)];
  const inside = await children();
  const commands = inside.map(({ spec: { name, summary } }) => {
    return { word: name.slice(spec.name.length + 1), does: summary };
  });
  const group: TreeNode = { ...nodeOf(spec), commands, operands: { kind: "none" } };
  return [group, ...inside.map((one) => nodeOf(one.spec))];
}

function nodeOf(spec: CommandSpec): TreeNode {
  const options = optionsOf(spec).map(([name, option]): TreeOption => {
    const short = option.short === undefined ? [] : [`-${option.short}`];
    return { word: `--${name}`, does: option.description, names: [`--${name}`, ...short], values: valuesOf(option) };
  });
  return { path: spec.name, commands: [], options, operands: operandsOf(spec.operands?.usage ?? "") };
}

function valuesOf({ type, value = "", oneOf }: OptionSpec): Values {
  if (type === "flag") return { kind: "none" };
  if (oneOf !== undefined) return { kind: "words", words: oneOf };
  return namesFiles(value) ? { kind: "files" } : { kind: "any" };
}

/** "[a|b]" are words; what says FILE or DIRECTORY is one; everything else cannot be guessed. */
function operandsOf(usage: string): Values {
  if (usage === "") return { kind: "none" };
  if (namesFiles(usage)) return { kind: "files" };
  const bare = usage.replace(/^\[(.*)\]$/, "$1");
  return /^[\w-]+(\|[\w-]+)+$/.test(bare) ? { kind: "words", words: bare.split("|") } : { kind: "any" };
}

function namesFiles(text: string): boolean {
  return /\b(FILES?|DIRECTORY|FOLDER)\b/.test(text);
}

function flag(name: string, does: string): TreeOption {
  return { word: name, does, names: [name], values: { kind: "none" } };
}
