import { systemClock } from "../../../src/base/clock.js";
import { ApplyClient } from "./client.js";
import { defineRoutes } from "./definitions.js";
import type { AppliedKind } from "./objects.js";
import { appliedKinds, applyKind } from "./objects.js";
import type { SandboxBenchOptions } from "./options.js";
import type { ServerProcess } from "./serverProcess.js";
import { Watchers } from "./watchers.js";

/** So much was done in this time, and cost the server's process so much processor time. */
export interface Work {
  readonly count: number;
  readonly ms: number;
  readonly cpuMs: number;
}

export const phases = ["create", "change", "unchanged"] as const;
export type Phase = (typeof phases)[number];

/** What the applies of one kind took. */
export interface KindFigures {
  readonly kind: string;
  readonly work: Readonly<Record<Phase, Work>>;
  /** From the last reply to the moment the last watcher had been told of the last change, ms; absent without watchers. */
  readonly watchersBehindMs?: number;
}

/** Both together. */
export function sum(works: readonly Work[]): Work {
  const total = (read: (work: Work) => number): number => works.reduce((all, work) => all + read(work), 0);
  return { count: total(({ count }) => count), ms: total(({ ms }) => ms), cpuMs: total(({ cpuMs }) => cpuMs) };
}

/** Applies objects of each kind: new ones, changed ones, and the same again, with so many watches of the collection. */
export async function measureApplies(
  server: ServerProcess,
  { root, objects }: SandboxBenchOptions,
  watchers: number,
  signal: AbortSignal,
): Promise<readonly KindFigures[]> {
  const client = new ApplyClient(server);
  try {
    await defineRoutes(client, root, signal);
    // The first requests of a process are those of an interpreter.
    for (const kind of appliedKinds) await run(client, kind, { prefix: "warm", objects: 200, turn: 1 }, signal);
    const figures: KindFigures[] = [];
    for (const kind of appliedKinds) figures.push(await measureKind(server, client, kind, objects, watchers, signal));
    return figures;
  } finally {
    client.close();
  }
}

async function measureKind(
  server: ServerProcess,
  client: ApplyClient,
  kind: AppliedKind,
  objects: number,
  count: number,
  signal: AbortSignal,
): Promise<KindFigures> {
  const watchers = count === 0 ? undefined : await Watchers.open(server, kind.collection, count);
  const prefix = `watched-by-${count}`;
  try {
    const timed = (turn: number): Promise<Work> =>
      working(server, () => run(client, kind, { prefix, objects, turn }, signal));
    const create = await timed(1);
    const change = await timed(2);
    const replied = systemClock.monotonic();
    await watchers?.seen(2 * objects, signal);
    const watchersBehindMs = systemClock.monotonic() - replied;
    const work = { create, change, unchanged: await timed(2) };
    return { kind: kind.kind, work, ...(watchers === undefined ? {} : { watchersBehindMs }) };
  } finally {
    watchers?.close();
  }
}

interface Batch {
  readonly prefix: string;
  readonly objects: number;
  readonly turn: number;
}

function run(client: ApplyClient, kind: AppliedKind, batch: Batch, signal: AbortSignal): Promise<number> {
  const { prefix, objects, turn } = batch;
  const applies = Array.from({ length: objects }, (_, index) => applyKind(kind, `${prefix}-${index}`, turn));
  return client.applyAll(applies, [turn === 1 ? 201 : 200], signal);
}

/** Runs something that counts what it does, and takes its times. */
export async function working({ child }: Pick<ServerProcess, "child">, run: () => Promise<number>): Promise<Work> {
  const [begun, cpuBefore] = [systemClock.monotonic(), child.cpuMs()];
  const count = await run();
  return { count, ms: systemClock.monotonic() - begun, cpuMs: child.cpuMs() - cpuBefore };
}
