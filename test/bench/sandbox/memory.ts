import type { Work } from "./applies.js";
import { working } from "./applies.js";
import type { Apply } from "./client.js";
import { ApplyClient } from "./client.js";
import { appApplies } from "./objects.js";
import type { ServerProcess } from "./serverProcess.js";

/** What many apps cost. */
export interface MemoryFigures {
  readonly routemaps: number;
  readonly work: Work;
  /** Before the first app, and with all of them. */
  readonly emptyBytes: number;
  readonly residentBytes: number;
}

/** Fills a server with routemaps and two versions each, without Pods. */
export async function measureMemory(
  server: ServerProcess,
  routemaps: number,
  signal: AbortSignal,
): Promise<MemoryFigures> {
  const client = new ApplyClient(server);
  try {
    const emptyBytes = server.child.residentBytes();
    const work = await working(server, () => client.applyAll(apps(routemaps), [201], signal));
    return { routemaps, work, emptyBytes, residentBytes: server.child.residentBytes() };
  } finally {
    client.close();
  }
}

function* apps(count: number): Generator<Apply> {
  for (let index = 0; index < count; index += 1) yield* appApplies(`app-${index}`);
}
