/** Builds benchmarks of test/bench with the programs that they start, and runs them. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
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

/**
 * Runs the first of `sources` (test/bench/SOURCE.ts) with the words of `wordsOf` and those of the command line. `wordsOf`
 * is told the files that the sources were built to, in their order.
 */
export async function runPrograms(sources, wordsOf) {
  await import("./ensure-build.mjs");
  const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-programs-"));
  await build({
    entryPoints: Object.fromEntries(
      sources.map((source) => [basename(source), join(root, "test/bench", `${source}.ts`)]),
    ),
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "warning",
  });
  const [program, ...others] = sources.map((source) => join(folder, `${basename(source)}.cjs`));
  const words = ["--root", root, ...wordsOf(...others), ...process.argv.slice(2)];
  const bench = spawn(process.execPath, [program, ...words], { cwd: root, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => bench.kill(signal));
  bench.on("exit", (code) => {
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = code ?? 1;
  });
}

/** Runs test/bench/PROGRAM.ts with the floor test/bench/FLOOR.ts; with `--embedded` no real control plane is needed. */
export async function runBench(program, floor) {
  const binaries = process.argv.includes("--embedded") ? "" : await servers();
  await runPrograms([program, floor], (file) => ["--binaries", binaries, "--floor", file]);
}
