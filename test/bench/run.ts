import { setMaxListeners } from "node:events";
import { mkdtempSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";

import { describeError } from "../../src/base/errors.js";
import { crdFiles, ourDefinitions } from "../support/plane/crds.js";
import { Arena } from "./arena.js";
import type { BenchOptions } from "./options.js";
import { writeSection } from "./page.js";
import type { BenchPlane } from "./plane.js";
import { startRealPlane } from "./plane.js";
import type { Load } from "./table.js";

/** A benchmark on a control plane of its own. */
export interface BenchProgram<O extends BenchOptions, R> {
  /** Reads the command line; a wrong one throws. */
  options(words: readonly string[]): O;
  /** Starts what it runs on; absent: etcd and the real API server. */
  plane?(options: O, folder: string, crdFiles: readonly string[]): Promise<BenchPlane>;
  /** Text of the controller's configuration. */
  readonly config: string;
  measure(arena: Arena, options: O, signal: AbortSignal): Promise<R>;
  /** Its section of the page, as Markdown. */
  section(measured: R, load: Load): string;
}

/** Tells the person at the terminal what is done. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs a benchmark: prints its section, writes it into the page, and stops the plane. On SIGINT and SIGTERM it stops
 * early and fails.
 */
export function runBench<O extends BenchOptions, R>(program: BenchProgram<O, R>): void {
  const stop = new AbortController();
  // Whatever runs beside others listens.
  setMaxListeners(0, stop.signal);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop.abort(new Error(signal)));
  run(program, stop.signal).catch((thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : describeError(thrown)}\n`);
    process.exitCode = 1;
  });
}

async function run<O extends BenchOptions, R>(program: BenchProgram<O, R>, signal: AbortSignal): Promise<void> {
  const options = program.options(process.argv.slice(2));
  const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
  const files = crdFiles(ourDefinitions(options.root), process.env["POINTSMAN_TEST_CRDS"]);
  say("starting a control plane");
  const plane = await (program.plane?.(options, folder, files) ?? startRealPlane(options.binaries, folder, files));
  try {
    signal.throwIfAborted();
    const arena = new Arena(options, plane, folder, program.config);
    const before = loadavg()[0] ?? 0;
    const measured = await program.measure(arena, options, signal);
    const section = program.section(measured, [before, loadavg()[0] ?? 0]);
    if (options.page !== undefined) writeSection(options.page, section);
    process.stdout.write(`${section}\n`);
  } finally {
    await plane.stop();
  }
}
