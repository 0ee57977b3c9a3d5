import { readFile } from "node:fs/promises";

import { beforeAll, describe, expect, it } from "@jest/globals";

import { parseArguments } from "../../../src/cli/arguments.js";
import type { AnyCommand, CommandSpec } from "../../../src/cli/command.js";
import { allCommands, leafCommands } from "../../support/allCommands.js";

let leaves: readonly AnyCommand[];
beforeAll(async () => {
  leaves = await leafCommands();
});

/** The words of each call of the program in a line, as a shell would split them; what is redirected is not its own. */
function callsIn(line: string): readonly (readonly string[])[] {
  return line
    .split(/ (?:\||&&) /)
    .map((call) => call.replace(/ >.*$/, ""))
    .filter((call) => call.startsWith("pointsman"))
    .map((call) =>
      (call.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).slice(1).map((word) => word.replace(/['"]/g, "")),
    );
}

/** Why a call is none that the program would take; undefined where it is one. */
function problemOf(words: readonly string[]): string | undefined {
  const text = words.join(" ");
  const found = leaves.find(({ spec }) => text === spec.name || text.startsWith(`${spec.name} `));
  if (found === undefined) return `no command takes ${JSON.stringify(text)}`;
  const parsed = parseArguments(found.spec, words.slice(found.spec.name.split(" ").length));
  return parsed.ok ? undefined : `${text}: ${parsed.error}`;
}

const specsOf = (commands: readonly AnyCommand[]): readonly CommandSpec[] => commands.map(({ spec }) => spec);

it("every command of the program is looked at", async () => {
  const imported = (text: string): readonly string[] => [...new Set(text.match(/\b[a-z]+Command\b/g))].sort();
  const program = imported(await readFile("src/main.ts", "utf8"));
  expect(imported(await readFile("test/support/allCommands.ts", "utf8"))).toEqual(program);
  expect(allCommands()).toHaveLength(program.length);
});

describe("the examples of the help", () => {
  it("are there for every command and every group, each with what it does", () => {
    for (const { name, examples } of specsOf([...allCommands(), ...leaves])) {
      expect({ name, examples: examples.length }).not.toEqual({ name, examples: 0 });
      for (const { line, does } of examples) {
        expect({ name, line }).toEqual({ name, line: expect.stringMatching(/(^|\| )pointsman /) });
        expect(does).toMatch(/^[A-Z]/);
      }
    }
  });

  it("are calls that the program takes as they stand", () => {
    const lines = specsOf([...allCommands(), ...leaves]).flatMap(({ examples }) => examples.map(({ line }) => line));
    const calls = lines.flatMap(callsIn);
    expect(calls.length).toBeGreaterThanOrEqual(lines.length);
    expect(calls.flatMap((words) => problemOf(words) ?? [])).toEqual([]);
  });

  it("are of the command that shows them", () => {
    for (const { name, examples } of specsOf(leaves)) {
      const own = examples
        .flatMap(({ line }) => callsIn(line))
        .filter((words) => `${words.join(" ")} `.startsWith(`${name} `));
      expect({ name, own: own.length }).not.toEqual({ name, own: 0 });
    }
  });

  it("would be found out if they were wrong", () => {
    expect(problemOf(["lint", "--nothing"])).toContain("unknown option --nothing");
    expect(problemOf(["lnt"])).toContain("no command takes");
    expect(problemOf(["doctor", "more"])).toContain("unexpected argument");
    expect(callsIn(`cat a | pointsman lint -f - -n "b c" > d`)).toEqual([["lint", "-f", "-", "-n", "b c"]]);
  });
});
