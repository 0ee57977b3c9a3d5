import "./runtime/heap.js";

import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { runController } from "./app.js";
import type { AnyCommand } from "./cli/command.js";
import { completionCommand, kubectlCompletion } from "./cli/completion.js";
import { controllerCommand } from "./cli/controller.js";
import { demoCommand } from "./cli/demo.js";
import { doctorCommand } from "./cli/doctor.js";
import { lintCommand } from "./cli/lint.js";
import { main } from "./cli/main.js";
import { planCommand } from "./cli/plan.js";
import { sandboxCommand } from "./cli/sandbox.js";
import { schemaCommand } from "./cli/schema.js";
import { statsCommand } from "./cli/stats.js";
import { openCluster } from "./cli/cluster.js";
import { statusCommand } from "./cli/status.js";
import { uninstallCommand } from "./cli/uninstall.js";
import { runUninstall } from "./cli/uninstallRun.js";
import { whyCommand } from "./cli/why.js";

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

/** Built, this file is dist/pointsman.mjs, and the definitions are beside it. */
const sandboxParts = {
  definitions: fileURLToPath(new URL("crds", import.meta.url)),
  program: fileURLToPath(import.meta.url),
  readInput: readStandardInput,
};

const dashboardFolder = fileURLToPath(new URL("dashboard", import.meta.url));

// What only these need stays out of the controller's memory.
const commands: readonly AnyCommand[] = [
  controllerCommand((run) => runController(run, dashboardFolder)),
  demoCommand(async (run, io) => (await import("./cli/demoRun.js")).runDemo(run, io, sandboxParts)),
  doctorCommand(async (...args) => (await import("./cli/doctorRun.js")).runDoctor(...args)),
  sandboxCommand(async (run, io) => (await import("./cli/sandboxRun.js")).runSandbox(run, io, sandboxParts)),
  lintCommand(readStandardInput),
  planCommand({ openCluster, readInput: readStandardInput }),
  schemaCommand(),
  statsCommand(readStandardInput),
  statusCommand({ openCluster, readInput: readStandardInput }),
  uninstallCommand(runUninstall),
  whyCommand({ openCluster, readInput: readStandardInput }),
  completionCommand(() => commands),
];
const words = process.argv.slice(2);
/** kubectl finds plugins by the name of the file, which may be a link to this one. */
const name = basename(process.argv[1] ?? "").replace(/\.[cm]?js$/, "");
const { env, stdout, stderr } = process;
const io = name === "kubectl-pointsman" ? { env, stdout, stderr, program: "kubectl pointsman" } : process;
if (name === "kubectl_complete-pointsman") process.stdout.write(await kubectlCompletion(commands, words));
else process.exitCode = await main(words, io, commands);
