import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";

const run = promisify(execFile);

/** What Node is told in the image, in the words of the Node that runs here. */
function flags(): readonly string[] {
  const [, line = "[]"] = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync("Dockerfile", "utf8")) ?? [];
  const words = z.array(z.string()).parse(JSON.parse(line)).slice(1, -1);
  const older = process.versions.node.startsWith("20.");
  return words.map((word) => (older && word === "--permission" ? "--experimental-permission" : word));
}

/** What an intruder who runs code in the program would try; each prints what came of it. */
const tries = `
const attempt = async (name, act) => {
  try { await act(); console.log(name + ": done"); } catch (thrown) { console.log(name + ": " + thrown.constructor.name + " " + thrown.code); }
};
await attempt("read", async () => (await import("node:fs")).readFileSync(process.argv[1]));
await attempt("write", async () => (await import("node:fs")).writeFileSync(process.argv[1] + ".new", "x"));
await attempt("process", async () => (await import("node:child_process")).execFileSync(process.execPath, ["--version"]));
await attempt("thread", async () => new (await import("node:worker_threads")).Worker("1", { eval: true }));
await attempt("function", async () => new Function("return 1")());
await attempt("eval", async () => (0, eval)("1"));
await attempt("prototype", async () => { if ({}.__proto__ !== undefined) return; throw new Error("gone"); });
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-hardening-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("Node as the image starts it", () => {
  it("reads files, and refuses to write them, to start anything, and to make code out of text", async () => {
    const file = join(folder, "tries.mjs");
    await writeFile(file, tries);
    const { stdout } = await run(process.execPath, ["--no-warnings", ...flags(), file]);
    expect(stdout.trim().split("\n")).toEqual([
      "read: done",
      "write: Error ERR_ACCESS_DENIED",
      "process: Error ERR_ACCESS_DENIED",
      "thread: Error ERR_ACCESS_DENIED",
      "function: EvalError undefined",
      "eval: EvalError undefined",
      "prototype: Error undefined",
    ]);
  });
});
