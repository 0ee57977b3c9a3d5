import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { asksForHelp, parseArguments } from "../../../src/cli/arguments.js";
import type { CommandSpec } from "../../../src/cli/command.js";

const spec = {
  name: "try",
  summary: "try it",
  examples: [],
  options: {
    file: { type: "list", value: "FILE", short: "f", description: "input" },
    output: { type: "text", value: "FORMAT", short: "o", description: "format", oneOf: ["text", "json", "yaml"] },
    "leader-elect": { type: "flag", description: "elect" },
    namespace: { type: "text", description: "where" },
  },
  operands: { usage: "[NAME]", most: 1 },
} as const satisfies CommandSpec;

function read(...words: string[]) {
  const parsed = parseArguments(spec, words);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function problem(...words: string[]): string {
  const parsed = parseArguments(spec, words);
  return parsed.ok ? "" : parsed.error;
}

describe("parseArguments", () => {
  test("reads values after a blank and after =, short options, lists, and operands anywhere", () => {
    const args = read("--namespace", "shop", "-f", "a.yaml", "app", "--file=b.yaml", "-ojson");
    expect(args.text("namespace")).toBe("shop");
    expect(args.list("file")).toEqual(["a.yaml", "b.yaml"]);
    expect(args.text("output")).toBe("json");
    expect(args.operands).toEqual(["app"]);
    expect(args.flag("leader-elect")).toBeUndefined();
  });

  test.each([
    [["--leader-elect"], true],
    [["--leader-elect=true"], true],
    [["--leader-elect=false"], false],
    [["--leader-elect", "--leader-elect=false"], false],
  ])("%j is %s", (words, expected) => {
    expect(read(...words).flag("leader-elect")).toBe(expected);
  });

  test("the last of several values wins, an empty one counts as not given", () => {
    expect(read("--namespace", "a", "--namespace", "b").text("namespace")).toBe("b");
    expect(read("--namespace=").text("namespace")).toBeUndefined();
  });

  test("takes - and what follows -- as it is", () => {
    expect(read("-f", "-").list("file")).toEqual(["-"]);
    expect(read("--", "--namespace").operands).toEqual(["--namespace"]);
    expect(read("--namespace=-x").text("namespace")).toBe("-x");
  });

  test.each([
    [["--namespce", "a"], "unknown option --namespce; did you mean --namespace?"],
    [["--banana"], "unknown option --banana"],
    [["-x"], "unknown option -x"],
    [["--namespace"], "--namespace needs a value: --namespace VALUE"],
    [["-f"], "-f needs a value: -f FILE"],
    [["--namespace", "--leader-elect"], "--namespace needs a value, found --leader-elect; write --namespace=VALUE"],
    [
      ["--leader-elect=yes"],
      '--leader-elect is "yes"; write --leader-elect, --leader-elect=true or --leader-elect=false',
    ],
    [["--leader-elect", "false", "app"], 'unexpected argument "app"'],
    [["-o", "jsn"], '-o "jsn" is unknown; did you mean json?'],
    [["-o", "table"], '-o "table" is unknown; write one of text, json, yaml'],
    [["a", "b"], 'unexpected argument "b"'],
    [["--__proto__"], "unknown option --__proto__"],
    [["--constructor=x"], "unknown option --constructor"],
  ])("%j is refused: %s", (words, expected) => {
    expect(problem(...words)).toContain(expected);
  });

  test("never throws, whatever the words", () => {
    const word = fc.oneof(
      fc.constantFrom(
        "-",
        "--",
        "-f",
        "-o",
        "--file",
        "--output=json",
        "--leader-elect",
        "--no-leader-elect",
        "-fo",
        "=",
        "--=",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const parsed = parseArguments(spec, words);
        expect(parsed.ok || parsed.error !== "").toBe(true);
      }),
    );
  });
});

describe("asksForHelp", () => {
  test.each([
    [["--help"], true],
    [["a", "-h"], true],
    [["--", "--help"], false],
    [[], false],
  ])("%j: %s", (words, expected) => {
    expect(asksForHelp(words)).toBe(expected);
  });
});
