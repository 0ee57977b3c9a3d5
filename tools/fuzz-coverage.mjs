/**
 * Fuzzing that is guided by coverage: `npm run fuzz:coverage -- --target yaml --seconds 600`. Each target of
 * test/fuzz/guided is bundled, instrumented and given inputs for some seconds, one target after the other. Inputs that
 * reached something new are kept in the folder of the corpus and are where the next run begins. `--input FILE` tries one
 * input only. Exit code 1: something was found.
 */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const sources = join(root, "test/fuzz/guided/targets");
const seeds = join(root, "test/fuzz/guided/seeds");
const work = join(root, ".fuzz");

/** What one input may take: milliseconds, and megabytes of the whole process. The code is instrumented, so it is slow. */
const limits = { timeout: 20_000, megabytes: 1_536 };
/** Seconds that a run may take beyond those it was given. */
const patience = 120;
/** The target that connects to its own server: asynchronous, and its connections are no finding. */
const special = { http: { sync: false, disableBugDetectors: ["ssrf"] } };

const stopped = new AbortController();
const ending = { signal: stopped.signal, killSignal: "SIGKILL" };
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    stopped.abort();
    process.exit(1);
  });

const known = (await readdir(sources)).map((file) => basename(file, ".ts")).sort();
const values = readArguments();

await bundle();
await mkdir(join(work, "findings"), { recursive: true });
for (const name of values.target) {
  const fine = await (values.input === undefined ? fuzz(name) : repeat(name));
  if (!fine) process.exitCode = 1;
}

function readArguments() {
  const text = { type: "string" };
  const options = { target: { ...text, multiple: true }, seconds: text, corpus: text, input: text, seed: text };
  try {
    const { values } = parseArgs({ options });
    const { target = known, seconds = "30", corpus = join(work, "corpus"), input, seed = "0" } = values;
    const unknown = target.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new Error(`there is no target ${unknown}; there are ${known.join(", ")}`);
    if (!/^[1-9]\d{0,6}$/.test(seconds)) throw new Error("--seconds is to be a whole number above 0");
    if (!/^\d{1,9}$/.test(seed)) throw new Error("--seed is to be a whole number");
    if (input !== undefined && target.length !== 1) throw new Error("--input needs the one --target it is for");
    if (input !== undefined && !existsSync(input)) throw new Error(`there is no file ${input}`);
    return { target, seconds, corpus, input, seed };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

/** CommonJS, because the fuzzer instruments what is required; with all packages in it, so these are instrumented too. */
async function bundle() {
  await build({
    entryPoints: values.target.map((name) => join(sources, `${name}.ts`)),
    outdir: join(work, "targets"),
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    external: ["@jazzer.js/core"],
    sourcemap: "inline",
    logLevel: "warning",
  });
}

/** Fuzzes one target and prints a line about it; false where something was found. */
async function fuzz(name) {
  const corpus = join(resolve(values.corpus), name);
  const log = join(work, `${name}.log`);
  await mkdir(corpus, { recursive: true });
  const begun = performance.now();
  const code = await run(name, log, [
    corpus,
    join(seeds, name),
    `-max_total_time=${values.seconds}`,
    "-print_final_stats=1",
    // 0: any.
    `-seed=${values.seed}`,
  ]);
  const text = await readFile(log, "latin1");
  const [, inputs = "0", edges = "0", features = "0", kept = "0"] =
    [...text.matchAll(/^#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)/gm)].at(-1) ?? [];
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(`${name}: ${inputs} inputs in ${seconds} s, ${edges} edges, ${features} features, corpus of ${kept}`);
  if (code === 0 && /^Done \d+ runs/m.test(text)) return true;
  await report(name, log, text);
  return false;
}

/** Tries one input and shows everything. */
async function repeat(name) {
  const log = join(work, `${name}.log`);
  const code = await run(name, log, [resolve(values.input)]);
  process.stdout.write(await readFile(log, "latin1"));
  return code === 0;
}

async function report(name, log, text) {
  const beginning = text.search(/^==\d+==/m);
  console.error(text.slice(beginning < 0 ? -3000 : beginning).slice(0, 3000));
  const input = /Test unit written to (\S+)/.exec(text)?.[1];
  if (input === undefined) console.error(`${name}: the fuzzer failed; see ${relative(root, log)}`);
  else
    console.error(
      `${name}: found something. Try it again:\n  npm run fuzz:coverage -- --target ${name} --input ${relative(root, input)}`,
    );
}

/** Runs the fuzzer with libFuzzer's arguments; everything it says goes to a file. Resolves with its exit code. */
function run(name, log, args) {
  const { timeout, megabytes } = limits;
  const options = JSON.stringify({ sync: true, timeout, ...special[name] });
  // Not a pipe: of what is written to a full one, libFuzzer loses some.
  const file = openSync(log, "w");
  const fuzzer = spawn(
    process.execPath,
    [
      join(root, "tools/fuzzRun.mjs"),
      join(work, "targets", `${name}.cjs`),
      options,
      ...args,
      `-rss_limit_mb=${megabytes}`,
      `-artifact_prefix=${join(work, "findings", `${name}-`)}`,
    ],
    { cwd: root, stdio: ["ignore", file, file], timeout: (Number(values.seconds) + patience) * 1000, ...ending },
  );
  return new Promise((done) => {
    fuzzer.on("exit", (code) => {
      closeSync(file);
      done(code ?? 1);
    });
  });
}
