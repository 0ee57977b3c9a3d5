import type { AnyCommand } from "./command.js";
import { group } from "./group.js";
import type { ReadInput } from "./stats/source.js";

/** The commands `stats …`: verdicts of the statistics engine on numbers at hand. */
export function statsCommand(readInput: ReadInput): AnyCommand {
  return group(
    {
      name: "stats",
      summary: "verdicts on numbers at hand: do versions differ, is a limit kept, how long will it take",
      examples: [
        {
          line: "pointsman stats compare stable=120/2400 new=171/2390",
          does: "Says whether two rates differ, and by how much.",
        },
      ],
    },
    async () => (await import("./stats/commands.js")).statsCommands(readInput),
  );
}
