import { readFile } from "node:fs/promises";

import { describeError } from "../base/errors.js";
import type { Problem } from "../base/problem.js";
import { formatProblem } from "../base/problem.js";
import type { ControllerConfig } from "../config/config.js";
import { defaultConfig } from "../config/defaults.js";
import { loadConfig } from "../config/load.js";
import { lintFile } from "../routing/lint.js";
import type { AnyCommand, CommandSpec, Io } from "./command.js";
import { describeLinted } from "./lintReport.js";
import { command } from "./main.js";

const spec = {
  name: "lint",
  summary: "check routemaps without a cluster and say what was understood",
  examples: [
    { line: "pointsman lint -f config/samples/blue-green.yaml", does: "Checks one file." },
    { line: "helm template my-release | pointsman lint -f -", does: "Checks what a chart renders." },
    {
      line: "kubectl get cm -A -l iter8.tools/kind=routemap -o yaml | pointsman lint -f -",
      does: "Checks every routemap of a cluster.",
    },
  ],
  options: {
    file: {
      type: "list",
      short: "f",
      value: "FILE",
      description: "file of YAML documents, - for standard input; may be repeated",
    },
    config: { type: "text", value: "FILE", description: "the controller's configuration, for its kinds and limits" },
  },
  operands: { usage: "[FILE…]", most: 1000 },
} as const satisfies CommandSpec;

/** The command `lint`: exit 1 with path, line and fix where something is wrong. `readInput` reads standard input. */
export function lintCommand(readInput: () => Promise<string>): AnyCommand {
  return command<keyof typeof spec.options>({
    spec,
    async run(args, io) {
      const files = [...args.list("file"), ...args.operands];
      if (files.length === 0) return complain(io, "name a file: pointsman lint -f FILE");
      const configFile = args.text("config");
      const config = configFile === undefined ? defaultConfig() : await readConfig(configFile, io);
      if (config === undefined) return 1;
      let code = 0;
      for (const file of files) if (!(await lintOne(file, config, io, readInput))) code = 1;
      return code;
    },
  });
}

async function readConfig(file: string, io: Io): Promise<ControllerConfig | undefined> {
  const loaded = await loadConfig(file);
  if (loaded.ok) return loaded.value;
  for (const problem of loaded.error) io.stderr.write(placed(file, problem));
  return undefined;
}

async function lintOne(
  file: string,
  config: ControllerConfig,
  io: Io,
  readInput: () => Promise<string>,
): Promise<boolean> {
  let text: string;
  try {
    text = file === "-" ? await readInput() : await readFile(file, "utf8");
  } catch (error) {
    io.stderr.write(`pointsman: cannot read ${file}: ${describeError(error)}\n`);
    return false;
  }
  const linted = lintFile(text, config);
  if (!linted.ok) {
    for (const problem of linted.error) io.stderr.write(placed(file, problem));
    return false;
  }
  for (const document of linted.value) {
    io.stdout.write(`${file}: ${describeLinted(document).join("\n")}\n`);
    if (document.kind === "routemap")
      for (const warning of document.warnings) io.stderr.write(placed(file, warning, "warning: "));
  }
  return true;
}

/** One line that editors can jump to: FILE:LINE:COLUMN, then path, message and fix. */
function placed(file: string, { line, column, ...problem }: Problem, kind = ""): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place}: ${kind}${formatProblem(problem)}\n`;
}

function complain(io: Io, problem: string): number {
  io.stderr.write(`pointsman: ${problem}\n`);
  return 1;
}
