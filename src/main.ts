import "./runtime/heap.js";

import { runController } from "./app.js";
import { controllerCommand } from "./cli/controller.js";
import { lintCommand } from "./cli/lint.js";
import { main } from "./cli/main.js";
import { schemaCommand } from "./cli/schema.js";
import { statsCommand } from "./cli/stats.js";
import { uninstallCommand } from "./cli/uninstall.js";
import { runUninstall } from "./cli/uninstallRun.js";

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const commands = [
  controllerCommand(runController),
  lintCommand(readStandardInput),
  schemaCommand(),
  statsCommand(readStandardInput),
  uninstallCommand(runUninstall),
];
process.exitCode = await main(process.argv.slice(2), process, commands);
