import { describe, expect, test } from "@jest/globals";

import { readManifests } from "../../../../src/sandbox/cluster/manifests.js";

const configMap = (name: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`;

describe("files for the sandbox", () => {
  test("are read document by document, empty ones left out", () => {
    const read = readManifests("a.yaml", `${configMap("a")}\n---\n---\n${configMap("b")}\n`);
    expect(read.ok && read.value.map(({ name, source }) => [name, source])).toEqual([
      ["a", "a.yaml, document 1"],
      ["b", "a.yaml, document 2"],
    ]);
  });

  test("may hold Lists, which stand for their items", () => {
    const read = readManifests("a.yaml", `{apiVersion: v1, kind: List, items: [${configMap("a")}, ${configMap("b")}]}`);
    expect(read.ok && read.value.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("that are wrong name file, document and what is missing, all at once", () => {
    const read = readManifests("a.yaml", "[1]\n---\n{apiVersion: v1, kind: ConfigMap}\n---\n{kind: Pod}\n");
    expect(read.ok ? [] : read.error).toEqual([
      "a.yaml, document 1: this is no object; write apiVersion, kind and metadata",
      "a.yaml, document 2: metadata.name is missing",
      "a.yaml, document 3: apiVersion is missing",
    ]);
  });

  test("that are no YAML name the place", () => {
    const read = readManifests("a.yaml", "a: [1\n");
    expect(read.ok ? "" : read.error[0]).toMatch(/^a\.yaml: document \(line \d+:\d+\): /);
  });
});
