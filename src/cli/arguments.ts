import { parseArgs } from "node:util";

import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import { nearest } from "../base/suggest.js";
import type { CommandSpec, OptionSpec } from "./command.js";

/** The options and operands a command was given. */
export class Arguments<N extends string> {
  constructor(
    private readonly values: ReadonlyMap<string, readonly string[]>,
    readonly operands: readonly string[],
  ) {}

  /** The value of a `text` option; an empty one counts as not given. */
  text(name: N): string | undefined {
    const value = this.values.get(name)?.at(-1);
    return value === "" ? undefined : value;
  }

  /** All values of a `list` option. */
  list(name: N): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /** A `flag` option, or undefined where it was not given. */
  flag(name: N): boolean | undefined {
    const value = this.values.get(name)?.at(-1);
    return value === undefined ? undefined : value === "true";
  }
}

const help: OptionSpec = { type: "flag", short: "h", description: "show this help" };

/** The options of a command and `--help`, which every command has. */
export function optionsOf(spec: CommandSpec): readonly (readonly [name: string, option: OptionSpec])[] {
  return [...Object.entries(spec.options), ["help", help]];
}

/** True if the words ask for help, wherever it stands before `--`. */
export function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end).some((word) => word === "--help" || word === "-h");
}

/** Reads the words after a command's name. The error is one line that says what to write instead. */
export function parseArguments<N extends string>(
  spec: CommandSpec<N>,
  words: readonly string[],
): Result<Arguments<N>, string> {
  const options = new Map(optionsOf(spec));
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries([...options].map(([name, option]) => [name, nodeOption(option)])),
  });
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const option = options.get(token.name);
    if (option === undefined) return fail(unknownOption(token.rawName, [...options.keys()]));
    const value = valueOf(token.rawName, option, token.value, token.inlineValue ?? false);
    if (!value.ok) return value;
    values.set(token.name, [...(values.get(token.name) ?? []), value.value]);
  }
  const surplus = operands[spec.operands?.most ?? 0];
  return surplus === undefined
    ? ok(new Arguments(values, operands))
    : fail(`unexpected argument ${JSON.stringify(surplus)}`);
}

function nodeOption({ type, short }: OptionSpec): { type: "string" | "boolean"; short?: string } {
  return { type: type === "flag" ? "boolean" : "string", ...(short === undefined ? {} : { short }) };
}

function unknownOption(written: string, known: readonly string[]): string {
  const meant = nearest(written.replace(/^-+/, ""), known);
  return `unknown option ${written}${meant === undefined ? "" : `; did you mean --${meant}?`}`;
}

function valueOf(name: string, option: OptionSpec, value: string | undefined, inline: boolean): Result<string, string> {
  if (option.type === "flag") {
    if (value === undefined) return ok("true");
    if (value === "true" || value === "false") return ok(value);
    return fail(`${name} is ${JSON.stringify(value)}; write ${name}, ${name}=true or ${name}=false`);
  }
  const what = option.value ?? "VALUE";
  if (value === undefined) return fail(`${name} needs a value: ${name} ${what}`);
  if (!inline && /^-./.test(value))
    return fail(`${name} needs a value, found ${value}; write ${name}=${what} for one that begins with a dash`);
  if (option.oneOf !== undefined && !option.oneOf.includes(value)) {
    const meant = nearest(value, option.oneOf);
    const hint = meant === undefined ? `write one of ${option.oneOf.join(", ")}` : `did you mean ${meant}?`;
    return fail(`${name} ${JSON.stringify(value)} is unknown; ${hint}`);
  }
  return ok(value);
}
