import { join } from "node:path";

import { systemClock } from "../../../src/base/clock.js";
import { Child } from "../processes.js";
import type { SandboxBenchOptions } from "./options.js";
import { startServer } from "./serverProcess.js";

/** What starts took, milliseconds each. */
export interface ReadyFigures {
  /** From the start of the process `pointsman sandbox` to its word that it is ready, and its processor time until then. */
  readonly sandboxMs: readonly number[];
  readonly sandboxCpuMs: readonly number[];
  /** `startApiServer` in a process that has loaded it. */
  readonly serverMs: readonly number[];
  /** From the start of that process. */
  readonly serverProcessMs: readonly number[];
}

/** Starts both, one after the other, so many times. */
export async function measureReady(
  options: SandboxBenchOptions,
  folder: string,
  signal: AbortSignal,
): Promise<ReadyFigures> {
  const sandboxMs: number[] = [];
  const sandboxCpuMs: number[] = [];
  const serverMs: number[] = [];
  const serverProcessMs: number[] = [];
  for (let start = 0; start < options.starts; start += 1) {
    signal.throwIfAborted();
    const begun = systemClock.monotonic();
    const sandbox = Child.start(options.bundle, ["sandbox", "--kubeconfig-out", join(folder, "sandbox.kubeconfig")]);
    await sandbox.begin("the sandbox", () => sandbox.output.includes("The sandbox is ready."));
    sandboxMs.push(systemClock.monotonic() - begun);
    sandboxCpuMs.push(sandbox.cpuMs());
    await sandbox.end();
    const again = systemClock.monotonic();
    const server = await startServer(options.serverProgram, folder, undefined);
    serverProcessMs.push(systemClock.monotonic() - again);
    serverMs.push(server.readyMs);
    await server.child.end();
  }
  return { sandboxMs, sandboxCpuMs, serverMs, serverProcessMs };
}
