import { readFile } from "node:fs/promises";

import { describeError } from "../base/errors.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { ControllerConfig } from "../config/config.js";
import { defaultConfig } from "../config/defaults.js";
import { loadConfig } from "../config/load.js";
import type { LintedFile, LintInput } from "../routing/lint.js";
import { lintFiles } from "../routing/lint.js";
import type { AnyCommand, CommandSpec, Io } from "./command.js";
import { lintJson } from "./lintJson.js";
import { describeLinted } from "./lintReport.js";
import { command } from "./main.js";
import { placed } from "./placed.js";
import { resolveScope } from "./scope.js";

const spec = {
  name: "lint",
  summary: "check routemaps, templates and configurations without a cluster and say what was understood",
  examples: [
    { line: "pointsman lint -f config/samples/blue-green.yaml", does: "Checks one file." },
    { line: "helm template my-release | pointsman lint -f -", does: "Checks what a chart renders." },
    {
      line: "kubectl get cm -A -l iter8.tools/kind=routemap -o yaml | pointsman lint -f -",
      does: "Checks every routemap of a cluster.",
    },
    {
      line: "pointsman lint -f routemap.yaml -f templates.yaml -n shop",
      does: "Renders a routemap with the route templates it refers to, all in the namespace shop.",
    },
    { line: "pointsman lint -f controller.yaml", does: "Checks a configuration of the controller." },
  ],
  options: {
    file: {
      type: "list",
      short: "f",
      value: "FILE",
      description: "file of YAML documents, - for standard input; may be repeated",
    },
    namespace: {
      type: "text",
      short: "n",
      value: "NAMESPACE",
      description: "where documents will be that name no namespace; default default",
    },
    config: { type: "text", value: "FILE", description: "the controller's configuration, for its kinds and limits" },
    output: { type: "text", short: "o", value: "FORMAT", description: "default text", oneOf: ["text", "json"] },
  },
  operands: { usage: "[FILE…]", most: 1000 },
} as const satisfies CommandSpec;

/** The command `lint`: exit 1 with path, line and fix where something is wrong. `readInput` reads standard input. */
export function lintCommand(readInput: () => Promise<string>): AnyCommand {
  return command<keyof typeof spec.options>({
    spec,
    async run(args, io) {
      const names = [...args.list("file"), ...args.operands];
      if (names.length === 0) return complain(io, "name a file: pointsman lint -f FILE");
      const namespace = args.text("namespace") ?? "default";
      const scope = resolveScope({ namespace });
      if (!scope.ok) return complain(io, scope.error.message);
      const configFile = args.text("config");
      const config = configFile === undefined ? defaultConfig() : await readConfig(configFile, io);
      if (config === undefined) return 1;
      const files: LintInput[] = [];
      for (const name of names) {
        const text = await readText(name, readInput);
        if (text.ok) files.push({ name, text: text.value });
        else complain(io, text.error);
      }
      const linted = lintFiles(files, { config, namespace });
      if (args.text("output") === "json") io.stdout.write(lintJson(linted));
      else for (const file of linted) report(file, io);
      return files.length === names.length && linted.every(({ result }) => result.ok) ? 0 : 1;
    },
  });
}

async function readConfig(file: string, io: Io): Promise<ControllerConfig | undefined> {
  const loaded = await loadConfig(file);
  if (loaded.ok) return loaded.value;
  for (const problem of loaded.error) io.stderr.write(placed(file, problem));
  return undefined;
}

async function readText(file: string, readInput: () => Promise<string>): Promise<Result<string, string>> {
  try {
    return ok(file === "-" ? await readInput() : await readFile(file, "utf8"));
  } catch (error) {
    return fail(`cannot read ${file}: ${describeError(error)}`);
  }
}

function report({ name, result }: LintedFile, io: Io): void {
  if (!result.ok) {
    for (const problem of result.error) io.stderr.write(placed(name, problem));
    return;
  }
  for (const document of result.value) {
    io.stdout.write(`${name}: ${describeLinted(document).join("\n")}\n`);
    if (document.kind === "routemap")
      for (const warning of document.warnings) io.stderr.write(placed(name, warning, "warning: "));
  }
}

function complain(io: Io, problem: string): number {
  io.stderr.write(`pointsman: ${problem}\n`);
  return 1;
}
