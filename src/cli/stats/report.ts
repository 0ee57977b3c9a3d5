import { PointsmanError } from "../../base/errors.js";
import type { JsonObject } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { StatsError } from "../../stats/errors.js";
import type { Arguments } from "../arguments.js";
import type { AnyCommand, CommandSpec, OptionSpec } from "../command.js";
import { command } from "../main.js";
import { parseNumber } from "./table.js";

/** What a command found, for people and for programs. */
export interface Report {
  readonly lines: readonly string[];
  readonly json: JsonObject;
}

/** The option that every command here has. */
export const outputOption = {
  type: "text",
  short: "o",
  value: "FORMAT",
  description: "default text",
  oneOf: ["text", "json"],
} as const satisfies OptionSpec;

/** The options of commands that read rows. */
export const fileOption = {
  type: "text",
  short: "f",
  value: "FILE",
  description: "rows as CSV or JSON, - for standard input",
} as const satisfies OptionSpec;

/**
 * A command that prints a report: as text, or with `--output json` as JSON, in which fields may be added and none changes
 * its meaning. Lines of complaint go to standard error with exit code 1; what the engine refuses is told by the option's
 * name.
 */
export function reporting<N extends string>(
  spec: CommandSpec<N | "output">,
  find: (args: Arguments<N | "output">) => Promise<Result<Report, readonly string[]>>,
): AnyCommand {
  return command<N | "output">({
    spec,
    async run(args, io) {
      const found = await answer(spec, () => find(args));
      if (!found.ok) {
        for (const line of found.error) io.stderr.write(line);
        return 1;
      }
      const { lines, json } = found.value;
      io.stdout.write(args.text("output") === "json" ? `${JSON.stringify(json, null, 2)}\n` : `${lines.join("\n")}\n`);
      return 0;
    },
  });
}

async function answer<T>(spec: CommandSpec, find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    throw error instanceof StatsError ? usage(named(error, spec)) : error;
  }
}

/** The engine's complaint with the options' names in place of its fields'. */
function named({ field, message }: StatsError, { options }: CommandSpec): string {
  const option = field.replace(/[a-z]\w*/gi, (word) => {
    const name = word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return Object.hasOwn(options, name) ? `--${name}` : word;
  });
  return `${option}${message.slice(field.length)}`;
}

/** A number option, or undefined where it was not given. Throws PM_USAGE on anything else. */
export function numberOption<N extends string>(args: Arguments<N>, name: N): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const value = parseNumber(text);
  if (value === undefined) throw usage(`--${name} is ${JSON.stringify(text)}; write a number`);
  return value;
}

/** A misuse of the command line. */
export function usage(problem: string): PointsmanError {
  return new PointsmanError("PM_USAGE", { problem });
}
