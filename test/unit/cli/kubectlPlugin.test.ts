import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Json } from "../../../src/base/json.js";
import { objectAt, stringAt } from "../../../src/base/json.js";
import { hasKubectl } from "../../support/kubectl.js";
import { versionsOf } from "../../support/routemaps.js";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-plugin-"));
  const bins = objectAt(JSON.parse(await readFile("package.json", "utf8")) as Json, "bin");
  // As npm does it: a link of each name to the one file.
  for (const name of Object.keys(bins)) await symlink(resolve(stringAt(bins, name) ?? ""), join(folder, name));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function kubectl(...words: readonly string[]): Promise<Ran> {
  const path = `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
  const env = { ...process.env, PATH: path, NODE_OPTIONS: "", HOME: folder, KUBECONFIG: join(folder, "none") };
  return new Promise((done) => {
    execFile("kubectl", words, { env, timeout: 20_000 }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      done({ code, out, err });
    });
  });
}

/** What kubectl offers after these words; the last of them is begun. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { out } = await kubectl("__complete", "pointsman", ...words);
  return out.trim().split("\n");
}

(hasKubectl() ? describe : describe.skip)("kubectl pointsman", () => {
  it("is found by kubectl", async () => {
    expect((await kubectl("plugin", "list")).out).toContain(join(folder, "kubectl-pointsman"));
  });

  it("runs a command with its options and its exit code", async () => {
    const file = join(folder, "routemap.yaml");
    await writeFile(file, versionsOf(["web"]));
    expect(await kubectl("pointsman", "lint", "-f", file)).toMatchObject({ code: 0, err: "" });
    await writeFile(file, "versions: [{resources: [{gvrShort: deplo, name: web}]}]\n");
    const { code, err } = await kubectl("pointsman", "lint", "-f", file);
    expect(code).toBe(1);
    expect(err).toContain(`${file}:1:26: versions[0].resources[0].gvrShort: unknown kind "deplo"`);
  });

  it("calls itself so in its help, and the program calls itself by its own name", async () => {
    const help = (await kubectl("pointsman", "--help")).out;
    expect(help).toContain("\n  kubectl pointsman lint -f ");
    expect(help).toContain("`kubectl pointsman COMMAND --help`");
    expect((await kubectl("pointsman", "lint", "--help")).out).toContain("\n  kubectl pointsman lint [OPTIONS] ");
    expect((await kubectl("pointsman", "stats", "--help")).out).toContain("`kubectl pointsman stats COMMAND --help`");
    expect((await kubectl("pointsman", "lnt")).err).toContain("\nSee kubectl pointsman --help\n");
  });

  it("has its commands and their values completed by kubectl", async () => {
    expect(await offered("doc")).toEqual([expect.stringMatching(/^doctor\tlook for /), ":4"]);
    expect(await offered("lint", "--output", "")).toEqual(["text", "json", ":4"]);
    expect(await offered("lint", "-f", "")).toEqual([":0"]);
  });
});
