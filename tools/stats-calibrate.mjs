// Measures the statistics engine against its targets: node tools/stats-calibrate.mjs [--reps N] [--seed N] [--write FILE]
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { build } from "esbuild";

const folder = await mkdtemp(join(tmpdir(), "pointsman-stats-"));
const outfile = join(folder, "calibrate.mjs");
try {
  await build({
    entryPoints: ["test/bench/stats/calibrate.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    logLevel: "warning",
  });
  process.exitCode = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1;
} finally {
  await rm(folder, { recursive: true });
}
