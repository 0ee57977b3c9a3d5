import type { Xoshiro128 } from "../../../src/stats/random.js";
import type { Mark } from "./marks.js";
import type { Tally } from "./tally.js";

/** What one repetition came to, figure by figure. */
export type Outcome = Readonly<Record<string, number>>;

/** The figures of all repetitions of a cell. */
export type Tallies = Readonly<Record<string, Tally>>;

/** How much is simulated: `ci` our engine alone, `full` the competitors too. */
export type Mode = "ci" | "full";

/** A line of a scenario's table, one text per column. */
export interface Row {
  readonly method: string;
  readonly values: readonly string[];
  /** What ours is to reach, and how it did. */
  readonly target?: string;
  readonly mark?: Mark;
}

/** A curve in one of the charts. */
export interface Curve {
  readonly chart: string;
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly error: number }[];
}

/** One setting of a scenario; all methods see the same draws. */
export interface Cell {
  /** Unique within the scenario, and fit for a file's name. */
  readonly key: string;
  readonly name: string;
  /** The part of the asked repetitions that is run; 1 unless given. */
  readonly part?: number;
  /** One repetition, from the stream that belongs to it alone. Must return the same figures each time. */
  readonly simulate: (stream: Xoshiro128) => Outcome;
  readonly rows: (tallies: Tallies) => Row[];
  readonly curves?: (tallies: Tallies) => Curve[];
}

/** A numbered scenario of the benchmark plan. */
export interface Scenario {
  readonly id: number;
  readonly title: string;
  /** What is simulated, in a sentence or two. */
  readonly text: string;
  /** Titles of the columns of values. */
  readonly columns: readonly string[];
  /** Whether it runs in `ci` too. */
  readonly ci: boolean;
  readonly cells: (mode: Mode) => readonly Cell[];
}

/** The tally of a figure. Throws RangeError on a figure that no repetition returned. */
export function tallyOf(tallies: Tallies, figure: string): Tally {
  const tally = tallies[figure];
  if (tally === undefined) throw new RangeError(`no figure ${figure} among ${Object.keys(tallies).join(", ")}`);
  return tally;
}
