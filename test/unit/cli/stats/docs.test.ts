import { readFile } from "node:fs/promises";

import { expect, test } from "@jest/globals";

import { stats } from "../../../support/statsCommand.js";

interface Shown {
  readonly command: string;
  readonly output: string;
}

/** Every `npx pointsman stats …` that the page shows with its output. */
async function shown(): Promise<readonly Shown[]> {
  const page = await readFile("docs/statistics.md", "utf8");
  const blocks = page.matchAll(/```sh\nnpx pointsman stats (.*)\n```\n\n```text\n([\s\S]*?)```/g);
  return [...blocks].map(([, command = "", output = ""]) => ({ command, output }));
}

test("every command that docs/statistics.md shows prints what is shown there", async () => {
  const all = await shown();
  expect(new Set(all.map(({ command }) => command.split(" ")[0]))).toEqual(
    new Set(["compare", "slo", "srm", "power", "simulate"]),
  );
  for (const { command, output } of all) {
    const { code, out, err } = await stats(command.split(" "));
    expect({ command, code, err, out }).toEqual({ command, code: 0, err: [], out: output });
  }
});

test("the README's command prints a verdict", async () => {
  const readme = await readFile("README.md", "utf8");
  const [, command = ""] = /`npx pointsman stats (.*?)`/.exec(readme) ?? [];
  expect((await stats(command.split(" "))).out).toMatch(/^new against stable: higher/);
});
