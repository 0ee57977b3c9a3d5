import { seededRng } from "../../../src/stats/random.js";
import type { Xoshiro128 } from "../../../src/stats/random.js";
import type { Cell, Tallies } from "./scenario.js";
import type { Progress, Store } from "./store.js";
import { Tally } from "./tally.js";

/** What a cell is run with. */
export interface Simulation {
  readonly seed: number;
  readonly repetitions: number;
  readonly store: Store;
  readonly signal: AbortSignal;
  /** Called after every chunk with the repetitions done; may save or only report. */
  readonly onChunk?: (done: number, of: number) => void;
}

/** Repetitions between two saves. */
const chunk = 50;

/** A part of the repetitions is never fewer than these, unless fewer were asked for. */
const leastPart = 20;

/** The repetitions that a cell is to have. */
export function repetitionsOf(cell: Cell, asked: number): number {
  return Math.min(asked, Math.max(leastPart, Math.round(asked * (cell.part ?? 1))));
}

/**
 * Runs the repetitions of a cell that are still missing and returns the figures of all. Repetition r of scenario s draws
 * from the seed's stream after s long jumps and r jumps, so what it comes to does not depend on where a run began, was
 * interrupted, or ends. More repetitions than asked for in the store count as none: the figures must be those asked for.
 * Rejects when the signal aborts; what was done until then is kept.
 */
export async function simulate(cell: Cell, scenario: number, simulation: Simulation): Promise<Tallies> {
  const { seed, store, signal, onChunk } = simulation;
  const wanted = repetitionsOf(cell, simulation.repetitions);
  const key = `${scenario}/${cell.key}`;
  const kept = await store.load(key);
  const usable = kept !== undefined && kept.done <= wanted;
  let done = usable ? kept.done : 0;
  const tallies: Record<string, Tally> = usable ? kept.tallies : {};
  const streams = streamAt(seed, scenario, done);
  while (done < wanted) {
    signal.throwIfAborted();
    for (const end = Math.min(wanted, done + chunk); done < end; done++) {
      for (const [figure, value] of Object.entries(cell.simulate(streams.copy())))
        (tallies[figure] ??= new Tally()).add(value);
      streams.jump();
    }
    const progress: Progress = { done, tallies };
    await store.save(key, progress);
    onChunk?.(done, wanted);
    // Lets a signal through between chunks.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return tallies;
}

function streamAt(seed: number, scenario: number, repetition: number): Xoshiro128 {
  const stream = seededRng(seed);
  for (let i = 0; i < scenario; i++) stream.longJump();
  for (let i = 0; i < repetition; i++) stream.jump();
  return stream;
}
