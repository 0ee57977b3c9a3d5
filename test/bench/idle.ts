import { sleep, systemClock } from "../../src/base/clock.js";
import type { AdminClient } from "../support/plane/adminClient.js";
import { configMaps, deployments, events, routes, services, slices } from "./app.js";
import type { ControllerStart } from "./controller.js";
import { BenchController } from "./controller.js";

/** What a controller costs that has nothing to do. */
export interface IdleFigures {
  /** Milliseconds from process start to ready, of every start. */
  readonly startMs: readonly number[];
  /** Processor milliseconds of the same. */
  readonly startCpuMs: readonly number[];
  /** Resident bytes after ten seconds without work. */
  readonly residentBytes: number;
  /** The same at the end of the window. */
  readonly residentBytesLater: number;
  /** Mutating requests in the window, by the controller's own count. */
  readonly writes: number;
  /** Objects of the namespace that were created, changed or deleted in the window. */
  readonly changed: number;
  readonly windowMs: number;
  /** Processor milliseconds in the window. */
  readonly cpuMs: number;
}

const settling = 10_000;

/**
 * Starts the controller again and again over routemaps that are at rest, then leaves the last one alone for `idleMs`.
 * Throws once `signal` aborts.
 */
export async function measureIdle(
  start: ControllerStart,
  admin: AdminClient,
  { starts, idleMs: windowMs }: { readonly starts: number; readonly idleMs: number },
  signal: AbortSignal,
): Promise<IdleFigures> {
  const startMs: number[] = [];
  const startCpuMs: number[] = [];
  for (let turn = 1; ; turn += 1) {
    signal.throwIfAborted();
    const controller = await BenchController.start(start);
    startMs.push(controller.readyMs);
    startCpuMs.push(controller.readyCpuMs);
    try {
      if (turn < starts) continue;
      await sleep(systemClock, settling, signal);
      const residentBytes = controller.child.residentBytes();
      const before = { writes: await controller.writes(), cpu: controller.child.cpuMs() };
      const versions = await versionsIn(admin, start.namespace);
      await sleep(systemClock, windowMs, signal);
      signal.throwIfAborted();
      const writes = (await controller.writes()) - before.writes;
      const cpuMs = controller.child.cpuMs() - before.cpu;
      const changed = differences(versions, await versionsIn(admin, start.namespace));
      const residentBytesLater = controller.child.residentBytes();
      return { startMs, startCpuMs, residentBytes, residentBytesLater, writes, changed, windowMs, cpuMs };
    } finally {
      await controller.child.end();
    }
  }
}

async function versionsIn(admin: AdminClient, namespace: string): Promise<ReadonlyMap<string, string>> {
  const kinds = [configMaps, services, deployments, slices, routes, events];
  const lists = await Promise.all(kinds.map((gvr) => admin.list(gvr, namespace)));
  return new Map(lists.flat().map(({ metadata }) => [metadata.uid, metadata.resourceVersion]));
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): number {
  const uids = new Set([...before.keys(), ...after.keys()]);
  return [...uids].filter((uid) => before.get(uid) !== after.get(uid)).length;
}
