import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";

import { describeError } from "../../../src/base/errors.js";
import { writeSection } from "../page.js";
import { say } from "../run.js";
import { measureApplies } from "./applies.js";
import { measureGateway } from "./gatewayRate.js";
import { measureMemory } from "./memory.js";
import type { SandboxBenchOptions } from "./options.js";
import { sandboxBenchOptions } from "./options.js";
import { measureReady } from "./ready.js";
import type { SandboxFigures } from "./report.js";
import { sandboxSection } from "./report.js";
import type { ServerProcess } from "./serverProcess.js";
import { startServer } from "./serverProcess.js";

/** Each part has a server of its own; a part whose count is 0 is left out. */
async function measure(options: SandboxBenchOptions, folder: string, signal: AbortSignal): Promise<SandboxFigures> {
  const { starts, objects, watchers, routemaps, gatewayMs } = options;
  const part = async <R>(
    what: string,
    count: number,
    run: (server: ServerProcess) => Promise<R>,
  ): Promise<R | undefined> => {
    if (count === 0) return undefined;
    say(what);
    const server = await startServer(options.serverProgram, folder, options.profiles);
    try {
      return await run(server);
    } finally {
      await server.child.end();
    }
  };
  if (starts > 0) say(`${starts} starts`);
  const ready = starts > 0 ? await measureReady(options, folder, signal) : undefined;
  const applies = await part(`applies of ${objects} objects of each kind`, objects, (server) =>
    measureApplies(server, options, 0, signal),
  );
  const watched = await part(`the same with ${watchers} watches`, objects * watchers, async (server) => ({
    watchers,
    applies: await measureApplies(server, options, watchers, signal),
  }));
  const memory = await part(`${routemaps} routemaps`, routemaps, (server) => measureMemory(server, routemaps, signal));
  const gateway = await part(`the gateway for ${gatewayMs} ms`, gatewayMs, (server) =>
    measureGateway(server, options, signal),
  );
  return { ready, applies, watched, memory, gateway };
}

async function run(signal: AbortSignal): Promise<void> {
  const options = sandboxBenchOptions(process.argv.slice(2));
  const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
  try {
    const before = loadavg()[0] ?? 0;
    const figures = await measure(options, folder, signal);
    const section = sandboxSection(figures, [before, loadavg()[0] ?? 0]);
    if (options.page !== undefined) writeSection(options.page, section);
    process.stdout.write(`${section}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => stop.abort(new Error(name)));
run(stop.signal).catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : describeError(thrown)}\n`);
  process.exitCode = 1;
});
