import type { AnyCommand, CommandSpec, Io } from "./command.js";
import { groupHelp } from "./help.js";
import { complain, unknownWord } from "./main.js";

/** What a group of commands is before they are loaded. */
export interface GroupSpec extends Pick<CommandSpec, "summary" | "examples"> {
  readonly name: string;
}

/**
 * A command that is a group of commands (`pointsman GROUP COMMAND`), which are loaded when they are needed. Their specs
 * are named with the group in front.
 */
export function group(spec: GroupSpec, load: () => Promise<readonly AnyCommand[]>): AnyCommand {
  return {
    spec: { ...spec, options: {}, operands: { usage: "COMMAND", most: 1 } },
    children: load,
    async start(words: readonly string[], io: Io): Promise<number> {
      const commands = await load();
      const [first, ...rest] = words;
      if (first === undefined || first === "--help" || first === "-h") {
        io.stdout.write(
          groupHelp(
            spec,
            commands.map((command) => command.spec),
            io.program,
          ),
        );
        return 0;
      }
      const found = commands.find((command) => command.spec.name === `${spec.name} ${first}`);
      if (found !== undefined) return found.start(rest, io);
      const names = commands.map((command) => command.spec.name.slice(spec.name.length + 1));
      return complain(io, unknownWord(first, names), `${spec.name} --help`);
    },
  };
}
