/**
 * Runs the fuzz tests: `npm run fuzz -- --runs 20000 --seed 7`. Other arguments are passed on to jest, for example
 * `--testPathPatterns=test/fuzz/yaml`. Without a seed one is drawn and printed.
 */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values, tokens } = parseArgs({
  options: { runs: { type: "string", default: "5000" }, seed: { type: "string" } },
  strict: false,
  tokens: true,
});
const seed = values.seed ?? String(randomInt(1, 2 ** 31));
for (const [name, value] of [
  ["runs", values.runs],
  ["seed", seed],
]) {
  if (/^[1-9]\d{0,9}$/.test(String(value))) continue;
  console.error(`--${name} is to be a whole number above 0`);
  process.exit(2);
}
const ours = new Set(["runs", "seed"]);
const rest = tokens.flatMap((token) => {
  if (token.kind === "positional") return [token.value];
  if (token.kind !== "option" || ours.has(token.name)) return [];
  return [token.value === undefined ? token.rawName : `${token.rawName}=${token.value}`];
});
const paths = rest.some((word) => word.startsWith("--testPathPatterns")) ? [] : ["--testPathPatterns=test/fuzz/"];

console.error(`${values.runs} runs of each property, seed ${seed}`);
const tests = spawn(
  process.execPath,
  [
    "--experimental-vm-modules",
    "--no-warnings=ExperimentalWarning",
    join(root, "node_modules/jest/bin/jest.js"),
    "--selectProjects=unit",
    "--runInBand",
    ...paths,
    ...rest,
  ],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, POINTSMAN_FUZZ_RUNS: values.runs, POINTSMAN_FUZZ_SEED: seed },
  },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => tests.kill(signal));
tests.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
