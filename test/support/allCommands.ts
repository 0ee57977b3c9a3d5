import type { AnyCommand } from "../../src/cli/command.js";
import { completionCommand } from "../../src/cli/completion.js";
import { controllerCommand } from "../../src/cli/controller.js";
import { demoCommand } from "../../src/cli/demo.js";
import { doctorCommand } from "../../src/cli/doctor.js";
import { lintCommand } from "../../src/cli/lint.js";
import { planCommand } from "../../src/cli/plan.js";
import { sandboxCommand } from "../../src/cli/sandbox.js";
import { schemaCommand } from "../../src/cli/schema.js";
import { statsCommand } from "../../src/cli/stats.js";
import { statusCommand } from "../../src/cli/status.js";
import { uninstallCommand } from "../../src/cli/uninstall.js";
import { whyCommand } from "../../src/cli/why.js";

/** Every command of the program, for their specs: what takes a cluster or runs for long is not to be run. */
export function allCommands(): readonly AnyCommand[] {
  const never = (): Promise<never> => Promise.reject(new Error("this command is not run here"));
  const readNothing = (): Promise<string> => Promise.resolve("");
  const parts = { openCluster: never, readInput: readNothing };
  const commands: readonly AnyCommand[] = [
    controllerCommand(never),
    demoCommand(never),
    doctorCommand(never),
    sandboxCommand(never),
    lintCommand(readNothing),
    planCommand(parts),
    schemaCommand(),
    statsCommand(readNothing),
    statusCommand(parts),
    uninstallCommand(never),
    whyCommand(parts),
    completionCommand(() => commands),
  ];
  return commands;
}

/** Every command that can be run by its own words: groups in their stead. */
export async function leafCommands(): Promise<readonly AnyCommand[]> {
  const all = await Promise.all(
    allCommands().map(async (one) => (one.children === undefined ? [one] : one.children())),
  );
  return all.flat();
}
