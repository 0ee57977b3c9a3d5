import { PointsmanError } from "../base/errors.js";
import type { AnyCommand, CommandSpec } from "./command.js";
import { bashCompletion } from "./completion/bash.js";
import { complete } from "./completion/complete.js";
import { fishCompletion } from "./completion/fish.js";
import type { TreeNode } from "./completion/tree.js";
import { completionTree } from "./completion/tree.js";
import { zshCompletion } from "./completion/zsh.js";
import { command } from "./main.js";

const shells: Readonly<Record<string, (tree: readonly TreeNode[], program: string) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const names = Object.keys(shells);

const spec = {
  name: "completion",
  summary: "print a script by which a shell completes commands, options and their values",
  examples: [
    { line: "pointsman completion bash > ~/.local/share/bash-completion/completions/pointsman", does: "For bash." },
    { line: 'pointsman completion zsh > "${fpath[1]}/_pointsman"', does: "For zsh." },
    { line: "pointsman completion fish > ~/.config/fish/completions/pointsman.fish", does: "For fish." },
  ],
  options: {},
  operands: { usage: names.join("|"), most: 1 },
} as const satisfies CommandSpec;

/** The command `completion`, over all commands of the program, itself included. */
export function completionCommand(commands: () => readonly AnyCommand[]): AnyCommand {
  return command<never>({
    spec,
    async run(args, io) {
      const [wanted] = args.operands;
      const script = wanted === undefined || !Object.hasOwn(shells, wanted) ? undefined : shells[wanted];
      if (script === undefined) {
        const found = wanted === undefined ? "" : `, found ${JSON.stringify(wanted)}`;
        throw new PointsmanError("PM_USAGE", { problem: `write one of ${names.join(", ")}${found}` });
      }
      io.stdout.write(script(await completionTree(commands()), "pointsman"));
      return 0;
    },
  });
}

/**
 * What kubectl asks the program `kubectl_complete-pointsman` for: candidates for the last of `words`, one a line, with a
 * tab before what each does, and at the end a directive (cobra's: 0 names of files as well, 4 none).
 */
export async function kubectlCompletion(commands: readonly AnyCommand[], words: readonly string[]): Promise<string> {
  const { candidates, files } = complete(await completionTree(commands), words);
  const lines = candidates.map(({ word, does }) => (does === "" ? word : `${word}\t${does}`));
  return [...lines, files ? ":0" : ":4", ""].join("\n");
}
