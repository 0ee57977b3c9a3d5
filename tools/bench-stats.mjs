// Simulates the statistics engine and its competitors: node tools/bench-stats.mjs [--full] …; see test/bench/stats/options.ts.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-stats-"));
const outfile = join(folder, "bench.mjs");
const { metafile } = await build({
  entryPoints: [join(root, "test/bench/stats/bench.ts")],
  absWorkingDir: root,
  outfile,
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  logLevel: "warning",
  metafile: true,
});

// Kept figures are those of what is simulated: how they are reported, and with what options, may change.
const reporting = /^test\/bench\/stats\/(report\/|bench\.ts|options\.ts|results\.ts|replay\.ts|format\.ts)/;
const hash = createHash("sha256");
for (const file of Object.keys(metafile.inputs).sort())
  if (!reporting.test(file))
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)));
const program = hash.digest("hex").slice(0, 16);

const bench = spawn(process.execPath, [outfile, "--program", program, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => bench.kill(signal));
bench.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});
