import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";

import type { SandboxRun } from "../../../src/cli/sandbox.js";
import { runSandbox } from "../../../src/cli/sandboxRun.js";
import { captured } from "../../support/captured.js";
import { waitFor } from "../../support/plane/waitFor.js";

jest.setTimeout(60_000);

let folder: string;
let kubeconfigOut: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-run-"));
  kubeconfigOut = join(folder, "kubeconfig");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (over: Partial<SandboxRun>): SandboxRun => ({
  port: 0,
  gatewayPort: 0,
  withController: false,
  files: [],
  kubeconfigOut,
  ...over,
});

/** Runs the sandbox with a program in place of the controller, and with a text on standard input. */
function sandbox(over: Partial<SandboxRun>, { program = "none", input = "" } = {}) {
  const output = captured({});
  const parts = { definitions: "dist/crds", program, readInput: () => Promise.resolve(input) };
  return { ended: runSandbox(run(over), output.io, parts), ...output };
}

async function programOf(text: string): Promise<string> {
  const file = join(folder, "program.mjs");
  await writeFile(file, text);
  return file;
}

describe("a sandbox with a controller", () => {
  test("ends with code 1 and the end of its log when the controller does, and leaves nothing", async () => {
    const program = await programOf(`
      import { createServer } from "node:http";
      const server = createServer((request, response) => {
        response.end("ok", () => {
          process.stderr.write("out of order\\n", () => process.exit(3));
        });
      });
      server.listen(0, "127.0.0.1", () => {
        process.stderr.write(JSON.stringify({ address: { host: "127.0.0.1", port: server.address().port } }) + "\\n");
      });
    `);
    const { ended, err } = sandbox({ withController: true }, { program });
    expect(await ended).toBe(1);
    expect(err()).toMatch(/^pointsman: the controller ended; its log ends: [^]*out of order\n$/);
    expect(await readdir(folder)).toEqual(["program.mjs"]);
  });

  test("that does not even start says so, with the end of its log", async () => {
    const program = await programOf('throw new Error("no such luck");');
    const { ended, out } = sandbox({ withController: true }, { program });
    await expect(ended).rejects.toThrow(/^the controller did not become ready; its log ends: [^]*no such luck/);
    expect(out()).toBe("");
    expect(await readdir(folder)).toEqual(["program.mjs"]);
  });
});

describe("a sandbox with files", () => {
  test("reads standard input for -, and tells what it applied", async () => {
    const input = "{apiVersion: v1, kind: ConfigMap, metadata: {name: typed}}";
    const { ended, out } = sandbox({ files: ["-"] }, { input });
    await waitFor(() => out().includes("Ctrl-C ends it"), { describe: "the directions" });
    expect(out()).toContain("  applied      ConfigMap typed\n");
    process.emit("SIGTERM", "SIGTERM");
    expect(await ended).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  test("names standard input where that is wrong", async () => {
    const { ended, err } = sandbox({ files: ["-"] }, { input: "[1]" });
    expect([await ended, err()]).toEqual([
      1,
      "pointsman: standard input, document 1: this is no object; write apiVersion, kind and metadata\n",
    ]);
  });

  test("tells of a ready-after that is no duration, and goes on", async () => {
    const input = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com, annotations: {sandbox.pointsman.dev/ready-after: soon}}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, listKind: WidgetList, plural: widgets, singular: widget}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
`;
    const { ended, err, out } = sandbox({ files: ["-"] }, { input });
    await waitFor(() => out().includes("Ctrl-C ends it") && err() !== "", { describe: "the problem" });
    process.emit("SIGINT", "SIGINT");
    expect(await ended).toBe(0);
    const [problem] = err().split("\n");
    expect(problem).toMatch(
      /^pointsman: CustomResourceDefinition widgets\.example\.com: annotation .*ready-after: .*"soon"/,
    );
  });
});
