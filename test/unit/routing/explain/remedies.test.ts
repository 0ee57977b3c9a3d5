import { readdir, readFile } from "node:fs/promises";

import { describe, expect, it } from "@jest/globals";

const source = new URL("../../../../src/routing/", import.meta.url);

/** Every reason that a gate or a cause is made with, as the source has it. */
async function reasonsMade(): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const folder of ["explain/", "gates/"])
    for (const name of await readdir(new URL(folder, source))) {
      const text = await readFile(new URL(`${folder}${name}`, source), "utf8");
      const made = [
        ...text.matchAll(/cause\(\s*"(?:error|waiting|info)",\s*"([A-Z]\w+)"/g),
        ...text.matchAll(/(?:notReady|unseen)\(\s*"([A-Z]\w+)"/g),
        ...text.matchAll(/^ {4}"?[\w-]+"?: "([A-Z]\w+)",$/gm),
      ];
      for (const [, reason = ""] of made) found.add(reason);
    }
  return found;
}

async function remedied(): Promise<readonly string[]> {
  const text = await readFile(new URL("explain/remedies.ts", source), "utf8");
  return [...text.matchAll(/^ {2}([A-Z]\w+):/gm)].map(([, reason = ""]) => reason);
}

describe("the reasons of causes", () => {
  it("are all in the table of docs/why.md, and so is everything that has a remedy", async () => {
    const page = await readFile(new URL("../../docs/why.md", source), "utf8");
    const made = await reasonsMade();
    expect(made.size).toBeGreaterThan(40);
    const missing = [...made, ...(await remedied())].filter((reason) => !page.includes(`\`${reason}\``));
    expect(missing).toEqual([]);
  });
});
