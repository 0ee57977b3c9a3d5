import { describeError, PointsmanError } from "../base/errors.js";
import { nearest } from "../base/suggest.js";
import { version } from "../base/version.js";
import { asksForHelp, parseArguments } from "./arguments.js";
import type { AnyCommand, Command, Io } from "./command.js";
import { commandHelp, programHelp } from "./help.js";

/** Makes a command fit for the dispatcher: help, then arguments, then the run. */
export function command<N extends string>({ spec, run }: Command<N>): AnyCommand {
  return {
    spec,
    async start(words, io) {
      if (asksForHelp(words)) {
        io.stdout.write(commandHelp(spec, io.program));
        return 0;
      }
      const args = parseArguments(spec, words);
      if (args.ok) return run(args.value, io);
      return complain(io, args.error, `${spec.name} --help`);
    },
  };
}

/**
 * Runs the command that `words` name and returns the exit code. What a user got wrong is one line on standard error
 * and code 1; so is a failure, and only a bug shows a stack.
 */
export async function main(words: readonly string[], io: Io, commands: readonly AnyCommand[]): Promise<number> {
  const [first, ...rest] = words;
  if (first === "--version") {
    io.stdout.write(`${version}\n`);
    return 0;
  }
  if (first === undefined || first === "--help" || first === "-h" || (first === "help" && rest.length === 0)) {
    io.stdout.write(
      programHelp(
        commands.map(({ spec }) => spec),
        io.program,
      ),
    );
    return 0;
  }
  if (first === "help") return main([...rest, "--help"], io, commands);
  const found = commands.find(({ spec }) => spec.name === first);
  if (found === undefined) {
    const names = commands.map(({ spec }) => spec.name);
    return complain(io, unknownWord(first, names), "--help");
  }
  try {
    return await found.start(rest, io);
  } catch (error) {
    const text = error instanceof PointsmanError ? error.message : stackOf(error);
    io.stderr.write(`pointsman: ${text}\n`);
    return 1;
  }
}

/** What is wrong with a word that should have been a command. */
export function unknownWord(word: string, names: readonly string[]): string {
  const meant = nearest(word, names);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return `unknown ${word.startsWith("-") ? "option" : "command"} ${JSON.stringify(word)}${hint}`;
}

/** Tells what a user got wrong and by which words help is shown; returns the exit code. */
export function complain(io: Io, problem: string, help: string): number {
  io.stderr.write(`pointsman: ${problem}\nSee ${io.program ?? "pointsman"} ${help}\n`);
  return 1;
}

function stackOf(error: unknown): string {
  const bug = new PointsmanError("PM_BUG", { problem: describeError(error) });
  return error instanceof Error && error.stack !== undefined ? `${bug.message}\n${error.stack}` : bug.message;
}
