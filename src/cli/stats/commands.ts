import type { AnyCommand } from "../command.js";
import { compareCommand } from "./compare.js";
import { powerCommand } from "./power.js";
import { simulateCommand } from "./simulate.js";
import { sloCommand } from "./slo.js";
import type { ReadInput } from "./source.js";
import { srmCommand } from "./srm.js";

/** All commands of `stats`. */
export function statsCommands(readInput: ReadInput): readonly AnyCommand[] {
  return [compareCommand(readInput), sloCommand(readInput), srmCommand(readInput), powerCommand(), simulateCommand()];
}
