import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, describe, expect, test } from "@jest/globals";

import { removeKubeconfig, writeKubeconfig } from "../../../../src/sandbox/cluster/kubeconfigFile.js";

let file: string;

beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), "pointsman-kubeconfig-")), "deeper", "kubeconfig");
});

describe("a sandbox's kubeconfig", () => {
  test("is for its user alone, replaces that of an earlier sandbox, and goes with its own", async () => {
    await writeKubeconfig(file, "first: 1\n");
    await writeKubeconfig(file, "second: 2\n");
    expect(await readFile(file, "utf8")).toMatch(/^# .*\nsecond: 2\n$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await removeKubeconfig(file);
    await expect(readFile(file)).rejects.toThrow("ENOENT");
  });

  test("never takes the place of another file, nor away what came instead", async () => {
    await writeKubeconfig(file, "ours: 1\n");
    await writeFile(file, "apiVersion: v1\n");
    await expect(writeKubeconfig(file, "ours: 2\n")).rejects.toThrow("choose another file");
    await removeKubeconfig(file);
    expect(await readFile(file, "utf8")).toBe("apiVersion: v1\n");
  });
});
