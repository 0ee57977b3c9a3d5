import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { build } from "esbuild";

declare global {
  /** What the setup leaves for the teardown; both run in jest's own process. */
  var pointsmanPlane: { stop(): Promise<void> } | undefined;
}

interface ProjectConfig {
  readonly rootDir: string;
  readonly displayName?: { readonly name: string };
}

/** Which program keeps the plane of a project, and what it is told before the folder. */
const keepers: Readonly<
  Record<string, (root: string) => { readonly source: string; readonly args: readonly string[] }>
> = {
  embedded: (root) => ({ source: "embeddedKeeper.ts", args: [root] }),
  real: (root) => ({ source: "keeper.ts", args: [root, serverBinaries()] }),
};

function serverBinaries(): string {
  const binaries = process.env["POINTSMAN_SERVERS"] ?? "";
  if (binaries !== "") return binaries;
  throw new Error("POINTSMAN_SERVERS is not set: run these tests with `npm run test:real -- [jest arguments]`");
}

/**
 * Starts one control plane for all test files of a project, `real` or `embedded`, and tells the workers, by
 * POINTSMAN_PLANE, which file describes it. Only one of these projects can run at a time.
 *
 * The plane lives in a process of its own: jest loads this file as CommonJS, where imports of other TypeScript files
 * do not work; and the keeper ends the servers when jest goes away in whatever manner, because its stdin closes.
 */
export default async function setup(_globalConfig: unknown, project: ProjectConfig): Promise<void> {
  const name = project.displayName?.name ?? "";
  const keeperOf = keepers[name];
  if (keeperOf === undefined) throw new Error(`no control plane is known for the tests of project "${name}"`);
  if (globalThis.pointsmanPlane !== undefined)
    throw new Error("the projects real and embedded cannot run together; select one");
  const { source, args } = keeperOf(project.rootDir);
  const folder = await mkdtemp(join(tmpdir(), "pointsman-plane-"));
  const program = join(folder, "keeper.cjs");
  await build({
    entryPoints: [join(project.rootDir, "test/support/plane", source)],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "warning",
  });
  const keeper = spawn(process.execPath, [program, ...args, folder], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const file = await new Promise<string>((resolve, reject) => {
    keeper.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
    keeper.once("error", reject);
    keeper.once("exit", (code) => reject(new Error(`the control plane did not start (code ${String(code)})`)));
  });
  process.env["POINTSMAN_PLANE"] = file;
  globalThis.pointsmanPlane = {
    stop: () =>
      new Promise((resolve) => {
        keeper.once("exit", () => resolve());
        keeper.stdin.end();
      }),
  };
}
