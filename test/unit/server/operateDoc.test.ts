import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "@jest/globals";

import { conditionTypes as conditionTable, troubling } from "../../../src/routing/conditionTypes.js";
import { metricNames } from "../../support/prometheus/metricNames.js";

let text: string;
beforeAll(async () => {
  text = await readFile("docs/operate.md", "utf8");
});

/** First cells of the table rows in a section, code marks taken off. */
function firstCells(heading: string): readonly string[] {
  const begin = text.indexOf(`\n## ${heading}\n`);
  if (begin < 0) throw new Error(`docs/operate.md has no section ${heading}`);
  const end = text.indexOf("\n## ", begin + 1);
  const section = text.slice(begin, end < 0 ? undefined : end);
  return [...section.matchAll(/^\| `([^`|]+)`/gm)].map(([, cell]) => cell ?? "");
}

/** The types of all conditions, as the sources name them. */
async function conditionTypes(): Promise<readonly string[]> {
  const files = (await readdir("src/routing", { recursive: true })).filter((file) => file.endsWith(".ts"));
  const sources = await Promise.all(files.map((file) => readFile(join("src/routing", file), "utf8")));
  const told = /isTrue\(\s*("[A-Z]\w+")|\bcondition:((?:[\s|,]*"[A-Z]\w+")+)/g;
  const words = sources.flatMap((source) => [...source.matchAll(told)].map(([, one, list]) => one ?? list ?? ""));
  return [...new Set(words.flatMap((list) => [...list.matchAll(/\w+/g)].map(([word]) => word)))];
}

describe("docs/operate.md", () => {
  test("explains every metric of our own, and names none that is not there", async () => {
    const names = await metricNames();
    const own = names.filter((name) => !/^(process|nodejs)_/.test(name));
    expect([...firstCells("Metrics")].sort()).toEqual([...own].sort());
  });

  test("explains every reason of an Event that is written in the journal", async () => {
    const journal = await readFile("src/routing/controller/journal.ts", "utf8");
    const words = new Set([...journal.matchAll(/"([A-Z][a-z]+(?:[A-Z][a-z]+)*)"/g)].map(([, word]) => word ?? ""));
    const actions = ["Route", "Hold", "Delete", "Release", "Reconcile"];
    const others = ["Normal", "Warning", "True", "ConfigMap", "WriteFailed"];
    const reasons = [...words].filter((word) => ![...actions, ...others].includes(word));
    expect(reasons.length).toBeGreaterThan(12);
    expect(reasons.filter((reason) => !firstCells("Events").includes(reason))).toEqual([]);
  });

  test("explains every condition, as each is an Event as well", async () => {
    const types = new Set([...(await conditionTypes()), ...troubling, "MissingPermission"]);
    expect(types.size).toBeGreaterThan(18);
    expect([...firstCells("Conditions")].sort()).toEqual([...types].sort());
    expect(conditionTable.map(({ type }) => type).sort()).toEqual([...types].sort());
  });
});
