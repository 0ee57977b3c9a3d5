import { optionsOf } from "./arguments.js";
import type { CommandSpec, OptionSpec } from "./command.js";
import { plainLook, table } from "./table.js";

/** The help of one command: examples first, then what may be written. */
export function commandHelp(spec: CommandSpec): string {
  const rows = optionsOf(spec).map(([name, option]) => [optionUsage(name, option), describe(option)] as const);
  return [
    `pointsman ${spec.name}: ${spec.summary}`,
    "",
    "Examples:",
    ...spec.examples.flatMap(({ line, does }) => [`  ${line}`, `      ${does}`]),
    "",
    "Usage:",
    `  pointsman ${[spec.name, "[OPTIONS]", spec.operands?.usage].filter((part) => part !== undefined).join(" ")}`,
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
): string {
  return [
    `pointsman ${name}: ${summary}`,
    "",
    "Examples:",
    ...firstExamples(specs),
    "",
    "Commands:",
    ...columns(specs.map((spec) => [spec.name, spec.summary] as const)),
    "",
    `\`pointsman ${name} COMMAND --help\` shows a command's examples and options.`,
    "",
  ].join("\n");
}

function firstExamples(specs: readonly CommandSpec[]): readonly string[] {
  return specs.flatMap(({ examples }) => examples.slice(0, 1).map(({ line, does }) => `  ${line}\n      ${does}`));
}

/** The help of the program: what it can do, and how to go on. */
export function programHelp(specs: readonly CommandSpec[]): string {
  return [
    "Pointsman decides when a version may receive traffic on Kubernetes, writes the routes, and brings all traffic",
    "back before a version goes.",
    "",
    "Examples:",
    ...firstExamples(specs),
    "",
    "Commands:",
    ...columns(specs.map(({ name, summary }) => [name, summary] as const)),
    "",
    "`pointsman COMMAND --help` shows a command's examples and options, `pointsman --version` the version.",
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
