/**
 * One run of the fuzzer, in a process of its own, because libFuzzer ends the process on a finding:
 * `fuzzRun.mjs BUNDLE OPTIONS ARGUMENT...`. OPTIONS is a JSON object of the fuzzer's own options; the arguments are those
 * of libFuzzer: files, folders and options. The exit code is 0 where nothing was found.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

import { forOlderLibraries, isNewEnough } from "./fuzzAddon.mjs";

if (process.platform === "linux" && !isNewEnough()) {
  const open = process.dlopen.bind(process);
  process.dlopen = (module, file, ...flags) => {
    if (!basename(file).startsWith("fuzzer-linux-")) return open(module, file, ...flags);
    const folder = mkdtempSync(join(tmpdir(), "pointsman-fuzzer-"));
    const copy = join(folder, "fuzzer.node");
    writeFileSync(copy, forOlderLibraries(readFileSync(file)));
    try {
      return open(module, copy, ...flags);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

const [bundle = "", options = "{}", ...args] = process.argv.slice(2);
// On demand, so that the addon is looked for after what stands above.
const { OptionSource, OptionsManager, startFuzzing } = createRequire(import.meta.url)("@jazzer.js/core");
const wanted = { fuzzTarget: bundle, includes: [dirname(bundle)], fuzzerOptions: args, ...JSON.parse(options) };
const all = new OptionsManager(OptionSource.DefaultCLIOptions).merge(wanted, OptionSource.CommandLineArguments);
const { returnCode } = await startFuzzing(all);
// A target may have left a server open.
process.exit(returnCode);
