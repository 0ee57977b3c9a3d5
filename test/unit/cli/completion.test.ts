import { beforeAll, describe, expect, it } from "@jest/globals";

import { completionCommand, kubectlCompletion } from "../../../src/cli/completion.js";
import { complete, nodeAt } from "../../../src/cli/completion/complete.js";
import type { TreeNode } from "../../../src/cli/completion/tree.js";
import { completionTree } from "../../../src/cli/completion/tree.js";
import { main } from "../../../src/cli/main.js";
import { allCommands } from "../../support/allCommands.js";
import { captured } from "../../support/captured.js";
import type { Offer } from "../../support/completionShells.js";
import { bashOffers, fishOffers, hasShell, zshOffers } from "../../support/completionShells.js";

let tree: readonly TreeNode[];
beforeAll(async () => {
  tree = await completionTree(allCommands());
});

async function completion(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { io, out, err } = captured();
  const code = await main(["completion", ...words], io, [completionCommand(allCommands)]);
  return { code, out: out(), err: err() };
}

function words(line: string): readonly string[] {
  return complete(tree, line.split(" ")).candidates.map(({ word }) => word);
}

describe("what may be written next", () => {
  it("are commands first, then those of a group", () => {
    expect(words("")).toEqual([...allCommands().map(({ spec }) => spec.name), "help"]);
    expect(words("st")).toEqual(["stats", "status"]);
    expect(words("stats s")).toEqual(["slo", "srm", "simulate"]);
    expect(words("help doc")).toEqual(["doctor"]);
    expect(words("nothing ")).toEqual([]);
  });

  it("are options once a dash is written, in every command help among them", () => {
    expect(words("lint --o")).toEqual(["--output"]);
    expect(words("stats compare --h")).toEqual(["--help"]);
    expect(words("--v")).toEqual(["--version"]);
    expect(words("lint ")).toEqual([]);
  });

  it("are the values of an option, by its long and its short name and behind an equals sign", () => {
    expect(words("lint --output ")).toEqual(["text", "json"]);
    expect(words("doctor -o y")).toEqual(["yaml"]);
    expect(words("doctor --output=j")).toEqual(["--output=json"]);
    expect(words("lint --namespace ")).toEqual([]);
    expect(words("uninstall --dry-run --ro")).toEqual(["--routes"]);
  });

  it("are files where a file is asked for, and no words then", () => {
    expect(complete(tree, ["lint", "-f", ""])).toEqual({ candidates: [], files: true });
    expect(complete(tree, ["lint", ""])).toEqual({ candidates: [], files: true });
    expect(complete(tree, ["lint", "--output", ""]).files).toBe(false);
  });

  it("are operands that are known", () => {
    expect(words("completion ")).toEqual(["bash", "zsh", "fish"]);
    expect(words("schema route")).toEqual(["routemap", "routetemplate"]);
  });

  it("are nothing after two dashes", () => {
    expect(words("lint -- --o")).toEqual([]);
  });
});

describe("kubectl's completion of the plugin", () => {
  it("is a candidate a line with what it does, and a directive", async () => {
    expect(await kubectlCompletion(allCommands(), ["sch"])).toMatch(/^schema\tprint the JSON schema[^\n]*\n:4\n$/);
    expect(await kubectlCompletion(allCommands(), ["lint", "-f", ""])).toBe(":0\n");
    expect(await kubectlCompletion(allCommands(), ["lint", "-o", ""])).toBe("text\njson\n:4\n");
  });
});

/** Every place with nothing, with dashes, and with each of its options and the beginnings of their values. */
function everyLine(): readonly (readonly string[])[] {
  return tree.flatMap(({ path, options, commands }) => {
    const place = path === "" ? [] : path.split(" ");
    const values = options.flatMap((option) => {
      if (option.values.kind === "none" || option.values.kind === "any") return [];
      const first = option.values.kind === "words" ? (option.values.words[0] ?? "").slice(0, 1) : "f";
      return option.names.flatMap((name) => [
        [...place, name, ""],
        [...place, name, first],
        ...(name.startsWith("--") && option.values.kind === "words"
          ? [
              [...place, `${name}=`],
              [...place, `${name}=${first}`],
            ]
          : []),
      ]);
    });
    const begun = commands.map(({ word }) => [...place, word.slice(0, 2)]);
    return [[...place, ""], [...place, "--"], ...begun, ...values];
  });
}

/**
 * What `complete` says, as shells show it: sorted, and without what is written already before an equals sign. Where
 * nothing but options can follow, zsh shows them before a dash is written.
 */
function expected(line: readonly string[], files: readonly string[], shell: string): readonly string[] {
  const begun = line.at(-1) ?? "";
  const node = nodeAt(tree, line.slice(0, -1));
  const isBare =
    line.slice(0, -1).join(" ") === node?.path && node.operands.kind === "none" && node.commands.length === 0;
  const found = complete(tree, shell === "zsh" && begun === "" && isBare ? [...line.slice(0, -1), "--"] : line);
  const names = found.files ? files.filter((file) => file.startsWith(begun)) : [];
  return [...found.candidates.map(({ word }) => word.replace(/^--[^=]+=/, "")), ...names].sort();
}

/** Short options are shown by some shells only, and what one has just written is no news. */
function normalised(offered: readonly string[]): readonly string[] {
  return offered
    .map((word) => word.replace(/^--[^=]+=(?=.)/, "").replace(/^(--[^=]+)=$/, "$1"))
    .filter((word) => !/^-\w$/.test(word))
    .sort();
}

describe.each<[shell: string, offers: Offer]>([
  ["bash", bashOffers],
  ["zsh", zshOffers],
  ["fish", fishOffers],
])("the completion of %s", (shell, offers) => {
  (hasShell(shell) ? it : it.skip)(
    "offers in the real shell what may be written next, wherever one is",
    async () => {
      const { code, out, err } = await completion(shell);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const files = ["first.yaml", "fourth.yaml", "second.yaml"];
      const lines = everyLine();
      const offered = await offers(out, lines, files);
      const told = lines.map((line, index) => [line.join(" "), normalised(offered[index] ?? ["nothing was told"])]);
      expect(told).toEqual(lines.map((line) => [line.join(" "), expected(line, files, shell)]));
      expect(lines.length).toBeGreaterThan(100);
    },
    90_000,
  );
});

describe("the command completion", () => {
  it("refuses a shell it does not know, and none, with those it knows", async () => {
    expect(await completion()).toEqual({ code: 1, out: "", err: "pointsman: write one of bash, zsh, fish\n" });
    expect((await completion("tcsh")).err).toBe('pointsman: write one of bash, zsh, fish, found "tcsh"\n');
    expect((await completion("constructor")).code).toBe(1);
  });
});
