/**
 * Runs test/bench/latency.ts against a real control plane and writes docs/benchmarks.md. Options, all with defaults:
 * --sizes 1,20,200 --rounds 200 --starts 10 --idle 60 --bundle FILE --out FILE (empty: print only)
 * --profiles FOLDER.
 */
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

const binaries = await servers();
await import("./ensure-build.mjs");
const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-programs-"));
await build({
  entryPoints: { latency: join(root, "test/bench/latency.ts"), floor: join(root, "test/bench/floor.ts") },
  outdir: folder,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  logLevel: "warning",
});
const known = ["--root", root, "--binaries", binaries, "--floor", join(folder, "floor.cjs")];
const bench = spawn(process.execPath, [join(folder, "latency.cjs"), ...known, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => bench.kill(signal));
bench.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});
