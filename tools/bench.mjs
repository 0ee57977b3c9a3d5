/** Builds a benchmark of test/bench and its floor, and runs it against a real control plane. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { ServersUnavailable, serverBinaries } from "./servers.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

async function servers() {
  try {
    return await serverBinaries();
  } catch (error) {
    if (!(error instanceof ServersUnavailable)) throw error;
    console.error(error.message);
    return process.exit(1);
  }
}

/** Runs test/bench/PROGRAM.ts with the floor test/bench/FLOOR.ts and the words of the command line. */
export async function runBench(program, floor) {
  const binaries = await servers();
  await import("./ensure-build.mjs");
  const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-programs-"));
  const source = (name) => join(root, "test/bench", `${name}.ts`);
  await build({
    entryPoints: { [program]: source(program), [floor]: source(floor) },
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "warning",
  });
  const known = ["--root", root, "--binaries", binaries, "--floor", join(folder, `${floor}.cjs`)];
  const bench = spawn(process.execPath, [join(folder, `${program}.cjs`), ...known, ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => bench.kill(signal));
  bench.on("exit", (code) => {
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = code ?? 1;
  });
}
