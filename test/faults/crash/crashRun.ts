import { systemClock } from "../../../src/base/clock.js";
import { describeError } from "../../../src/base/errors.js";
import type { App } from "../../support/app.js";
import type { ControllerProcess } from "../../support/controllerProcess.js";
import { waitFor } from "../../support/plane/waitFor.js";
import type { RecordedWrite, Recording, WritePoint } from "../proxy/recording.js";
import { alone, Rig } from "../rig.js";
import type { EndState } from "./endState.js";
import { differences, endState } from "./endState.js";
import type { Scenario } from "./scenario.js";

/** What a run without faults came to. */
export interface Reference {
  readonly scenario: Scenario;
  readonly state: EndState;
  readonly writes: readonly RecordedWrite[];
}

/** Where the controller is killed. */
export interface Crash {
  readonly key: string;
  /** Of the write in the reference run. */
  readonly number: number;
  readonly point: WritePoint;
}

/** What a run with a crash came to. */
export interface CrashResult {
  readonly scenario: string;
  readonly key: string;
  readonly point: WritePoint;
  /** False where this run never came to that write. */
  readonly reached: boolean;
  readonly problems: readonly string[];
  /** From the start of the new process to its last write, milliseconds. */
  readonly convergedMs: number;
}

/** After this no write of an earlier process can land, so that raises and releases have been made up for, milliseconds. */
const fenced = 6000;
/** Longer than a status waits for its turn. */
const quiet = 1300;
const patience = 45_000;

/** Runs a scenario without faults. */
export async function referenceRun(scenario: Scenario): Promise<Reference> {
  const run = await CrashRun.open(scenario, undefined);
  try {
    await scenario.done(run.app);
    await run.rig.untilQuiet(2500, patience);
    const problems = await run.rig.violations();
    if (problems.length > 0) throw new Error(`${scenario.name} without faults: ${problems.join("; ")}`);
    return { scenario, state: await endState(run.rig.scene), writes: run.recording.writes };
  } finally {
    await run.close();
  }
}

/** The writes of a reference run at which its scenario wants the controller killed. */
export function crashesOf(reference: Reference): readonly Crash[] {
  const writes = reference.writes.filter((write) => reference.scenario.at?.(write) ?? true);
  return writes.flatMap(({ key, number }) =>
    (["before", "stored", "replied"] as const).map((point): Crash => ({ key, number, point })),
  );
}

/**
 * Runs a scenario, kills the controller at one point of one write, starts it again, and judges how it ends. The write is
 * known by its key, or by its number: Events and statuses depend on how long things take and may not come again.
 */
export async function crashRun(reference: Reference, crash: Crash, by: "key" | "number"): Promise<CrashResult> {
  const { scenario } = reference;
  const result = { scenario: scenario.name, key: crash.key, point: crash.point };
  let run: CrashRun | undefined;
  try {
    run = await CrashRun.open(scenario, { ...crash, by });
    const problems = await run.judge(reference);
    return { ...result, reached: run.killed, problems, convergedMs: run.convergedMs };
  } catch (thrown) {
    return { ...result, reached: run?.killed ?? false, problems: [describeError(thrown)], convergedMs: -1 };
  } finally {
    await run?.close();
  }
}

/** A crash, and what its write is known by. */
interface Target extends Crash {
  readonly by: "key" | "number";
}

class CrashRun {
  killed = false;
  convergedMs = 0;
  recording: Recording;
  private process: ControllerProcess | undefined;
  private restarting: Promise<unknown> = Promise.resolve();
  private startedAt = 0;
  private recordedSince = 0;

  private constructor(
    readonly rig: Rig,
    readonly app: App,
    private readonly scenario: Scenario,
    private readonly crash: Target | undefined,
  ) {
    this.recording = rig.proxy.record();
  }

  /** Opens a scene, prepares it and has users act; returns when they have. */
  static async open(scenario: Scenario, crash: Target | undefined): Promise<CrashRun> {
    const rig = await Rig.open("crash");
    try {
      const run = new CrashRun(rig, rig.app("app", ...(scenario.weights ?? [])), scenario, crash);
      await run.begin();
      return run;
    } catch (thrown) {
      await rig.close();
      throw thrown;
    }
  }

  /** What is wrong once it has come to rest. */
  async judge(reference: Reference): Promise<readonly string[]> {
    await this.restarting;
    let found: readonly string[] = [];
    const isSame = async (): Promise<boolean> => {
      found = differences(reference.state, await endState(this.rig.scene));
      return found.length === 0;
    };
    const isOver = async (): Promise<boolean> =>
      systemClock.monotonic() - this.startedAt > (this.killed ? fenced : 0) && this.isQuiet() && (await isSame());
    await waitFor(isOver, { describe: "the state of a run without faults", timeoutMs: patience }).catch(() => false);
    const writes = this.rig.writes(this.startedAt);
    this.convergedMs = Math.round((writes.at(-1)?.at ?? this.startedAt) - this.startedAt);
    const seconds = ((writes.at(-1)?.at ?? this.startedAt) - this.recordedSince) / 1000;
    const tooMany = tooManyWrites(reference.writes, this.recording.writes, seconds);
    return [...found, ...tooMany, ...(await this.rig.violations())];
  }

  async close(): Promise<void> {
    await this.restarting.catch(() => undefined);
    await this.rig.close();
  }

  private async begin(): Promise<void> {
    const record = (): void => {
      this.recordedSince = systemClock.monotonic();
      this.recording = this.rig.proxy.record((write, point) => this.at(write, point));
    };
    if (this.scenario.elected === true) record();
    await this.start().catch((thrown: unknown) => {
      if (!this.killed) throw thrown;
    });
    await this.scenario.prepare(this.app);
    if (this.scenario.elected !== true) {
      await this.rig.untilQuiet(quiet);
      record();
    }
    await this.scenario.act(this.app);
  }

  private async start(): Promise<void> {
    this.startedAt = systemClock.monotonic();
    const flags = this.scenario.elected === true ? ["--leader-elect=true"] : alone;
    await this.rig.controller({ flags, onSpawn: (process) => (this.process = process) });
  }

  private async at(write: RecordedWrite, point: WritePoint): Promise<"on" | "drop"> {
    const { crash } = this;
    if (this.killed || crash === undefined || write[crash.by] !== crash[crash.by] || point !== crash.point) return "on";
    this.killed = true;
    await this.process?.kill();
    this.restarting = this.start();
    return "drop";
  }

  private isQuiet(): boolean {
    const last = this.rig.writes(0).at(-1)?.at ?? 0;
    return systemClock.monotonic() - last > quiet;
  }
}

/**
 * Objects that were written more often than a crash explains in a run of so many seconds: the interrupted write may be
 * made again; the status, which tells of what is under way, is written at most once a second by each process.
 */
export function tooManyWrites(
  reference: readonly RecordedWrite[],
  actual: readonly RecordedWrite[],
  seconds: number,
): readonly string[] {
  const wanted = countStored(reference);
  return [...countStored(actual)].flatMap(([object, count]) => {
    const again = (wanted.get(object) ?? 0) + 1;
    const most = object.startsWith("configmaps/") ? Math.max(again, Math.ceil(seconds) + 2) : again;
    return count <= most ? [] : [`${object}: ${count} writes, at most ${most} were expected`];
  });
}

function countStored(writes: readonly RecordedWrite[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { resource, name, status = 0 } of writes) {
    if (resource === "events" || resource === "leases" || status < 200 || status >= 300) continue;
    const object = `${resource}/${name}`;
    counts.set(object, (counts.get(object) ?? 0) + 1);
  }
  return counts;
}
