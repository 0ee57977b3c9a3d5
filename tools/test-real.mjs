/** Runs the tests that need a real control plane. Arguments are passed on to jest. */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { auditFolder, dropAuditFolder, isWholeRun, reportAudit } from "./audit.mjs";
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

await import("./ensure-build.mjs");
const binaries = await servers();
const audit = auditFolder();
const args = process.argv.slice(2);
const jest = spawn(
  process.execPath,
  [
    "--experimental-vm-modules",
    "--no-warnings=ExperimentalWarning",
    join(root, "node_modules/jest/bin/jest.js"),
    "--selectProjects=real",
    ...(args.some((word) => /^(--runInBand|-i|--maxWorkers|-w)\b/.test(word)) ? [] : ["--maxWorkers=2"]),
    "--testTimeout=60000",
    ...args,
  ],
  { cwd: root, stdio: "inherit", env: { ...process.env, POINTSMAN_SERVERS: binaries, POINTSMAN_AUDIT: audit } },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => jest.kill(signal));
jest.on("exit", (code) => {
  const sound = reportAudit(audit, root, code === 0 && isWholeRun(args));
  dropAuditFolder(audit);
  process.exitCode = sound ? (code ?? 1) : 1;
});
