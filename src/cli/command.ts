import type { Arguments } from "./arguments.js";

/** One option of a command, written `--name`. */
export interface OptionSpec {
  /**
   * - `text`: takes a value, the last one wins.
   * - `list`: takes a value, may be repeated.
   * - `flag`: `--name`, `--name=true` or `--name=false`.
   */
  readonly type: "text" | "list" | "flag";
  /** What the value is called in the help, in capitals. */
  readonly value?: string;
  /** One letter, for `-x`. */
  readonly short?: string;
  readonly description: string;
  /** The only values there are. */
  readonly oneOf?: readonly string[];
}

/** A command as its help shows it. */
export interface CommandSpec<N extends string = string> {
  readonly name: string;
  /** One line without a full stop. */
  readonly summary: string;
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  readonly options: Readonly<Record<N, OptionSpec>>;
  /** What may follow the options, for example "[NAME]"; absent: nothing. `most` counts them. */
  readonly operands?: { readonly usage: string; readonly most: number };
}

/** Where text goes. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of a terminal. */
  readonly columns?: number;
}

/** A command's world. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** How the user calls the program, for help; default `pointsman`. */
  readonly program?: string;
}

/** A command: it returns the exit code (0 fine, 1 wrong or failed, 2 there would be changes). */
export interface Command<N extends string = string> {
  readonly spec: CommandSpec<N>;
  readonly run: (args: Arguments<N>, io: Io) => Promise<number>;
}

/** A command of any options, as the dispatcher keeps it. */
export interface AnyCommand {
  readonly spec: CommandSpec;
  /** Reads the words after the command's name and runs it. */
  readonly start: (words: readonly string[], io: Io) => Promise<number>;
  /** The commands of a group, their specs named with the group in front; absent: it is none. */
  readonly children?: () => Promise<readonly AnyCommand[]>;
}
