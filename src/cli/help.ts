import { optionsOf } from "./arguments.js";
import type { CommandSpec, OptionSpec } from "./command.js";
import { plainLook, table } from "./table.js";

const usual = "pointsman";

/** The help of one command: examples first, then what may be written. */
export function commandHelp(spec: CommandSpec, program = usual): string {
  const rows = optionsOf(spec).map(([name, option]) => [optionUsage(name, option), describe(option)] as const);
  return [
    `${program} ${spec.name}: ${spec.summary}`,
    "",
    "Examples:",
    ...spec.examples.flatMap(({ line, does }) => [`  ${called(line, program)}`, `      ${does}`]),
    "",
    "Usage:",
    `  ${program} ${[spec.name, "[OPTIONS]", spec.operands?.usage].filter((part) => part !== undefined).join(" ")}`,
    "",
    "Options:",
    ...columns(rows),
    "",
  ].join("\n");
}

/** The help of a group of commands: the first example of each, then all of them. */
export function groupHelp(
  { name, summary }: Pick<CommandSpec, "name" | "summary">,
  specs: readonly CommandSpec[],
  program = usual,
): string {
  return [
    `${program} ${name}: ${summary}`,
    "",
    "Examples:",
    ...firstExamples(specs, program),
    "",
    "Commands:",
    ...columns(specs.map((spec) => [spec.name, spec.summary] as const)),
    "",
    `\`${program} ${name} COMMAND --help\` shows a command's examples and options.`,
    "",
  ].join("\n");
}

function firstExamples(specs: readonly CommandSpec[], program: string): readonly string[] {
  return specs.flatMap(({ examples }) =>
    examples.slice(0, 1).map(({ line, does }) => `  ${called(line, program)}\n      ${does}`),
  );
}

/** An example for a user who calls the program by another name. */
function called(line: string, program: string): string {
  return line.replace(/(^|\| )pointsman /g, `$1${program} `);
}

/** The help of the program: what it can do, and how to go on. */
export function programHelp(specs: readonly CommandSpec[], program = usual): string {
  return [
    "Pointsman decides when a version may receive traffic on Kubernetes, writes the routes, and brings all traffic",
    "back before a version goes.",
    "",
    "Examples:",
    ...firstExamples(specs, program),
    "",
    "Commands:",
    ...columns(specs.map(({ name, summary }) => [name, summary] as const)),
    "",
    `\`${program} COMMAND --help\` shows a command's examples and options, \`${program} --version\` the version.`,
    "",
  ].join("\n");
}

function optionUsage(name: string, { type, short, value }: OptionSpec): string {
  const written = type === "flag" ? `--${name}` : `--${name} ${value ?? "VALUE"}`;
  return short === undefined ? `    ${written}` : `-${short}, ${written}`;
}

function describe({ description, type, oneOf }: OptionSpec): string {
  const values = oneOf === undefined ? "" : ` (${oneOf.join(", ")})`;
  return `${description}${values}${type === "list" ? "; may be repeated" : ""}`;
}

function columns(rows: readonly (readonly [left: string, right: string])[]): readonly string[] {
  return table([{}, {}], rows, { ...plainLook, indent: 2 });
}
