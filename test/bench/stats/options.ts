import { parseArgs } from "node:util";

import type { Mode } from "./scenario.js";

/** What a run is asked for. */
export interface Options {
  readonly mode: Mode;
  readonly seed: number;
  readonly repetitions: number;
  /** Numbers of the scenarios; undefined for all of the mode. */
  readonly scenarios: readonly number[] | undefined;
  /** Folder that keeps what cells have come to; undefined keeps nothing. */
  readonly state: string | undefined;
  /** Folder that the report and its charts are written to; undefined writes none. */
  readonly write: string | undefined;
  /** Hash of what is simulated; kept figures of another program are no progress. */
  readonly program: string;
}

/** How the command is used. */
export const usage = `Usage: npm run bench:stats -- [--full] [--scenario N]... [--repetitions N] [--seed N] [--state FOLDER] [--write FOLDER]
  (default)       our engine on scenarios 1 to 6, 9 and 10, 1000 repetitions; fails where a target is missed
  --full          all scenarios with the competitors, 10000 repetitions; writes docs/statistics-results.md;
                  an interrupted run goes on where it was
  --scenario      only this one; may be given several times; then the report is only printed
  --state         keeps the figures in this folder; --full uses .bench/stats unless told otherwise
  --write         writes the report to this folder; --full uses docs unless told otherwise`;

/** Reads the command line. Throws an Error that names the option and what it takes. */
export function parseOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      full: { type: "boolean", default: false },
      scenario: { type: "string", multiple: true },
      repetitions: { type: "string" },
      seed: { type: "string", default: "1" },
      state: { type: "string" },
      write: { type: "string" },
      program: { type: "string", default: "unknown" },
    },
  });
  const { full, scenario, repetitions, seed, state, write, program } = values;
  const scenarios = scenario?.flatMap((list) => list.split(",")).map((word) => whole("--scenario", word, 1));
  return {
    mode: full ? "full" : "ci",
    seed: whole("--seed", seed, 0),
    repetitions: repetitions === undefined ? (full ? 10_000 : 1000) : whole("--repetitions", repetitions, 2),
    scenarios,
    state: state ?? (full ? ".bench/stats" : undefined),
    write: write ?? (full && scenarios === undefined ? "docs" : undefined),
    program,
  };
}

function whole(option: string, word: string, least: number): number {
  const value = Number(word);
  if (word.trim() === "" || !Number.isInteger(value) || value < least || value > 0xffffffff)
    throw new Error(`${option} ${word}: give a whole number from ${least} to 4294967295`);
  return value;
}
