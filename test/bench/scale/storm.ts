import { sleep, systemClock } from "../../../src/base/clock.js";
import type { Json } from "../../../src/base/json.js";
import { numberAt } from "../../../src/base/json.js";
import { say } from "../run.js";
import { createBareService, deleteBare, deleteCandidate } from "./deletions.js";
import type { ZeroTime } from "./deletions.js";
import { usualWeight } from "./fleet.js";
import type { FleetRun } from "./fleetRun.js";
import { inParallel } from "./parallel.js";
import type { Replica } from "./replica.js";
import type { Granted } from "./revisions.js";
import { RevisionCount } from "./revisions.js";

/** What the load program did. */
export interface LoadFigures {
  readonly asked: number;
  /** Status writes a second that the API server took; each is an event of the controller's watch. */
  readonly taken: number;
  readonly refused: number;
  readonly p50: number;
  readonly p99: number;
}

/** Processor time as cores, and the 99th percentile of the time a key waited, in seconds, as a bucket's upper bound. */
export interface Pressure {
  readonly cores: number;
  readonly queueP99: number;
  readonly runs: number;
}

/** A controller under a storm of status writes. */
export interface StormFigures {
  readonly ms: number;
  readonly load: LoadFigures;
  /** While nothing changed that counts; `writes`: what the controller wrote then. */
  readonly calm: Pressure & { readonly ms: number; readonly writes: number };
  /** While candidates lost readiness, gained it, and were deleted, too. */
  readonly busy: Pressure & { readonly ms: number; readonly writes: number };
  readonly granted: Granted | undefined;
  readonly lost: readonly number[];
  readonly gained: readonly number[];
  readonly deletions: readonly ZeroTime[];
  readonly bareDeletions: readonly ZeroTime[];
  readonly memory: { readonly now: number; readonly peak: number };
}

const calmShare = 0.2;
const deletionPause = 2000;
const patience = 60_000;

/** Which apps do what: those that flap, those whose candidate is deleted, and the rest, whose status is written. */
interface Parts {
  readonly flapping: readonly [number, number];
  readonly deleted: readonly [number, number];
  readonly noisy: readonly [number, number];
}

function partsOf(run: FleetRun, busyMs: number): Parts {
  const { routemaps } = run.options;
  const first = 2 * run.shifted;
  const flapping = first + Math.min(20, Math.floor(routemaps / 20));
  const most = Math.floor(routemaps / 5);
  const deleted = flapping + Math.min(most, Math.floor(busyMs / deletionPause));
  return { flapping: [first, flapping], deleted: [flapping, deleted], noisy: [deleted, routemaps] };
}

/** Writes statuses for `stormMs`, the first fifth of it without anything that counts. */
export async function measureStorm(run: FleetRun, leader: Replica): Promise<StormFigures> {
  const { stormMs, rate, seed } = run.options;
  const calmMs = stormMs * calmShare;
  const parts = partsOf(run, stormMs - calmMs - 5000);
  const [from, to] = parts.deleted;
  await inParallel(run.apps(from, to), 16, run.signal, (app) =>
    createBareService(run, Number(app.name.slice(3)) - from),
  );
  await run.untilQuiet(leader);
  const count = await RevisionCount.begin(run.arena.plane.admin, run.ledger);
  const [first, end] = parts.noisy;
  const load = run.load("storm", first, end - first, rate, stormMs, seed);
  const started = systemClock.monotonic();
  const calm = await pressured(run, leader, () => sleep(systemClock, calmMs, run.signal));
  say(`  calm: ${calm.cores.toFixed(2)} cores, ${calm.writes} writes, ${calm.runs} runs`);
  const samples = { lost: [] as number[], gained: [] as number[] };
  const deletions: ZeroTime[] = [];
  const bareDeletions: ZeroTime[] = [];
  const busy = await pressured(run, leader, async () => {
    const over = started + stormMs - 3000;
    const flapping = [...run.apps(...parts.flapping)].map((app, index) => flap(run, app, index * 500, over, samples));
    const deleting = async (): Promise<void> => {
      for (let index = from; index < to && systemClock.monotonic() < over; index += 1) {
        const next = systemClock.monotonic() + deletionPause;
        deletions.push(await deleteCandidate(run, run.app(index)));
        bareDeletions.push(await deleteBare(run, index - from, 1000 + 2 * index));
        await sleep(systemClock, next - systemClock.monotonic(), run.signal);
      }
    };
    await Promise.all([deleting(), ...flapping]);
    await load.until("the end of the storm", () => load.output.includes("}"));
  });
  const ms = systemClock.monotonic() - started;
  const memory = leader.memory();
  say(`  busy: ${busy.cores.toFixed(2)} cores, queue ${busy.queueP99} s; waiting for the releases`);
  await run.untilQuiet(leader, 5000);
  const granted = await count.end();
  return {
    ms,
    load: loadFigures(JSON.parse(load.output) as Json, rate),
    calm,
    busy,
    granted,
    ...samples,
    deletions,
    bareDeletions,
    memory,
  };
}

function loadFigures(told: Json, asked: number): LoadFigures {
  const read = (key: string): number => numberAt(told, key) ?? NaN;
  const taken = (read("taken") / read("ms")) * 1000;
  return { asked, taken, refused: read("refused"), p50: read("p50"), p99: read("p99") };
}

async function pressured(
  run: FleetRun,
  leader: Replica,
  work: () => Promise<void>,
): Promise<Pressure & { readonly ms: number; readonly writes: number }> {
  const before = { metrics: await leader.metrics(), cpu: leader.cpuMs(), at: systemClock.monotonic() };
  await work();
  run.signal.throwIfAborted();
  const metrics = await leader.metrics();
  const ms = systemClock.monotonic() - before.at;
  return {
    ms,
    cores: (leader.cpuMs() - before.cpu) / ms,
    queueP99: metrics.quantile("workqueue_queue_duration_seconds", 0.99, before.metrics),
    runs:
      metrics.sum("workqueue_queue_duration_seconds_count") -
      before.metrics.sum("workqueue_queue_duration_seconds_count"),
    writes: metrics.writes() - before.metrics.writes(),
  };
}

/** Takes an app's readiness and gives it back, over and over until `over`, and times the route. */
async function flap(
  run: FleetRun,
  app: ReturnType<FleetRun["app"]>,
  afterMs: number,
  over: number,
  samples: { readonly lost: number[]; readonly gained: number[] },
): Promise<void> {
  const key = `${app.namespace}/${app.name}`;
  const change = async (ready: boolean): Promise<number> => {
    const sent = systemClock.monotonic();
    await run.setReady(app, undefined, ready);
    const seen = await run.ledger.untilWeights(key, [80, ready ? usualWeight : 0], patience, run.signal);
    return seen - sent;
  };
  await sleep(systemClock, afterMs, run.signal);
  while (systemClock.monotonic() < over - 8000) {
    run.signal.throwIfAborted();
    samples.lost.push(await change(false));
    await sleep(systemClock, 4000, run.signal);
    samples.gained.push(await change(true));
    await sleep(systemClock, 4000, run.signal);
  }
}
