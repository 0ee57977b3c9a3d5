import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readDefinitions } from "../../../../src/sandbox/cluster/definitions.js";

describe("the definitions of the sandbox's kinds", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pointsman-definitions-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const definition = (name: string) => ({ apiVersion: "v1", kind: "CustomResourceDefinition", metadata: { name } });

  test("are all objects of all files of the folder, by the files' names", async () => {
    writeFileSync(join(folder, "b.json"), JSON.stringify([definition("c")]));
    writeFileSync(join(folder, "a.json"), JSON.stringify([definition("a"), definition("b")]));
    writeFileSync(join(folder, "README.md"), "no definition");
    const names = (await readDefinitions(folder)).map(({ name, source }) => [name, source]);
    expect(names).toEqual([
      ["a", "a.json, document 1"],
      ["b", "a.json, document 2"],
      ["c", "b.json, document 1"],
    ]);
  });

  test("that were cut off are told by their file", async () => {
    writeFileSync(join(folder, "a.json"), "[{");
    await expect(readDefinitions(folder)).rejects.toThrow("a.json: this is no JSON array");
  });

  test("that are not there make one ask whether the package is complete", async () => {
    await expect(readDefinitions(join(folder, "gone"))).rejects.toThrow("is the package complete?");
    writeFileSync(join(folder, "a.yaml"), "[]");
    await expect(readDefinitions(folder)).rejects.toThrow("is the package complete?");
  });
});
