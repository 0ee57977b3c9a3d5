/**
 * Runs test/bench/sandbox on the embedded API server and writes docs/benchmarks.md. Options, all with defaults:
 * --starts 10 --objects 1000 --watchers 50 --routemaps 10000 --seconds 10 (of the gateway); 0 leaves a part out.
 * --bundle FILE --out FILE (empty: print only) --profiles FOLDER.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
await import("./ensure-build.mjs");
const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-programs-"));
const source = (name) => join(root, "test/bench/sandbox", `${name}.ts`);
await build({
  entryPoints: { bench: source("bench"), server: source("server"), gateway: source("gateway") },
  outdir: folder,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  logLevel: "warning",
});
const program = (name) => join(folder, `${name}.cjs`);
const known = ["--root", root, "--server", program("server"), "--gateway", program("gateway")];
const bench = spawn(process.execPath, [program("bench"), ...known, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => bench.kill(signal));
bench.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});
