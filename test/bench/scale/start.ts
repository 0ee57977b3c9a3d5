import { sleep, systemClock } from "../../../src/base/clock.js";
import { say } from "../run.js";
import { usualWeight } from "./fleet.js";
import type { FleetRun } from "./fleetRun.js";
import { applyAllBare } from "./floors.js";
import { sameWeights } from "./ledger.js";
import type { Replica } from "./replica.js";

/** Resident bytes of a replica at rest, and the most it ever had. */
export interface Memory {
  readonly now: number;
  readonly peak: number;
}

/** The first replica, which writes all routes. */
export interface Adoption {
  /** From process start to synced caches. */
  readonly readyMs: number;
  /** From the start of leadership until the last route was stored. */
  readonly storedMs: number;
  /** The same until it was at rest. */
  readonly restMs: number;
  /** Requests and writes until then. */
  readonly requests: number;
  readonly writes: number;
  readonly cpuMs: number;
  readonly memory: Memory;
}

/** A replica that starts when all is written. */
export interface Standby {
  readonly readyMs: number;
  readonly readyCpuMs: number;
  readonly memory: Memory;
}

/** The same replica when the leader has gone. */
export interface Takeover {
  /** Until it leads, and until it was at rest. */
  readonly leadMs: number;
  readonly restMs: number;
  readonly requests: number;
  readonly writes: number;
  readonly memory: Memory;
}

/** How a fleet is taken up. */
export interface StartFigures {
  readonly routemaps: number;
  readonly seedMs: number;
  /** Bare applies that create a route, and later ones that change it, a second. */
  readonly bareCreates: number;
  readonly bareUpdates: number;
  readonly adoption: Adoption;
  readonly standby: Standby | undefined;
  readonly takeover: Takeover | undefined;
}

/** From quiet to the look at its memory: a calm process first gives back what it can. */
const rest = 30_000;

/** Creates the fleet, lets a controller write its routes and, if `all`, a second one take over. The leader is left running. */
export async function measureStart(
  run: FleetRun,
  all: boolean,
): Promise<{ readonly figures: StartFigures; readonly leader: Replica }> {
  const { routemaps } = run.options;
  say(`creating ${routemaps} apps`);
  const seedMs = await run.seed();
  say(`  ${(seedMs / 1000).toFixed(1)} s`);
  const samples = Math.max(1, run.shifted);
  const bareCreates = rate(samples, await applyAllBare(run, samples, 1));
  const bareUpdates = rate(samples, await applyAllBare(run, samples, 2));
  say(
    `  bare applies a second: ${bareCreates.toFixed(0)} create, ${bareUpdates.toFixed(0)} update; a controller begins`,
  );
  const first = await run.replica("leader");
  const adoption = await adopt(run, first);
  if (!all) {
    const figures = { routemaps, seedMs, bareCreates, bareUpdates, adoption, standby: undefined, takeover: undefined };
    return { figures, leader: first };
  }
  say("a standby begins");
  const second = await run.replica("standby");
  const readyCpuMs = second.cpuMs();
  await sleep(systemClock, rest, run.signal);
  const standby = { readyMs: second.readyMs, readyCpuMs, memory: second.memory() };
  say(`  ready after ${standby.readyMs.toFixed(0)} ms with ${mega(standby.memory.now)}; it takes over`);
  const takeover = await takeOver(run, first, second);
  return { figures: { routemaps, seedMs, bareCreates, bareUpdates, adoption, standby, takeover }, leader: second };
}

async function adopt(run: FleetRun, replica: Replica): Promise<Adoption> {
  const { routemaps } = run.options;
  await replica.untilLeading(30_000);
  const started = systemClock.monotonic();
  const weights = [80, usualWeight];
  const stored = await run.ledger.untilEach(
    run.keys(0, routemaps),
    (sight) => sameWeights(sight.weights, weights),
    900_000,
    run.signal,
  );
  say(`  all routes stored after ${((stored - started) / 1000).toFixed(1)} s`);
  const quiet = await run.untilQuiet(replica);
  const metrics = await replica.metrics();
  const cpuMs = replica.cpuMs();
  await sleep(systemClock, rest, run.signal);
  const memory = replica.memory();
  say(
    `  at rest after ${((quiet - started) / 1000).toFixed(1)} s with ${mega(memory.now)}, ${mega(memory.peak)} at most`,
  );
  return {
    readyMs: replica.readyMs,
    storedMs: stored - started,
    restMs: quiet - started,
    requests: metrics.requests(),
    writes: metrics.writes(),
    cpuMs,
    memory,
  };
}

async function takeOver(run: FleetRun, first: Replica, second: Replica): Promise<Takeover> {
  const before = await second.metrics();
  const started = systemClock.monotonic();
  await first.end();
  await second.untilLeading(30_000);
  const led = systemClock.monotonic();
  // The wait for the last writes of the one before is 5 s; nothing of it is work.
  await sleep(systemClock, 6000, run.signal);
  const quiet = await run.untilQuiet(second);
  const after = await second.metrics();
  await sleep(systemClock, rest, run.signal);
  const memory = second.memory();
  const writes = after.writes() - before.writes();
  say(`  at rest after ${((quiet - started) / 1000).toFixed(1)} s, ${writes} writes, ${mega(memory.now)}`);
  return {
    leadMs: led - started,
    restMs: quiet - started,
    requests: after.requests() - before.requests(),
    writes,
    memory,
  };
}

function rate(count: number, ms: number): number {
  return (count / ms) * 1000;
}

/** Bytes as megabytes. */
export function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
