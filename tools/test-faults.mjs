/**
 * Runs every fault and crash test: each write of each scenario interrupted at three points. What was run is kept in
 * ~/.cache/pointsman/faults-COMMIT.jsonl, so that a run that was ended goes on where it was. Arguments are passed on to
 * jest.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function git(...args) {
  return execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 }).trim();
}

/** Names what is tested: the commit, and what differs from it. */
function identity() {
  const changes = git("diff", "HEAD", "--", "src", "test/faults");
  const commit = git("rev-parse", "--short=12", "HEAD");
  return changes === "" ? commit : `${commit}-${createHash("sha256").update(changes).digest("hex").slice(0, 8)}`;
}

const results = join(homedir(), ".cache", "pointsman", `faults-${identity()}.jsonl`);
console.error(`results of crash runs: ${results}`);
const tests = spawn(
  process.execPath,
  [join(root, "tools/test-real.mjs"), "--testPathPatterns=test/faults/", ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, POINTSMAN_FAULTS: "all", POINTSMAN_FAULTS_RESULTS: results },
  },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => tests.kill(signal));
tests.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
