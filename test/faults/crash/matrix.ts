import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

import type { Random } from "../../../src/base/random.js";
import type { Json } from "../../../src/base/json.js";
import { stringAt } from "../../../src/base/json.js";
import type { Crash, CrashResult, Reference } from "./crashRun.js";
import { crashesOf, crashRun, referenceRun } from "./crashRun.js";
import type { Scenario } from "./scenario.js";

type Place = Pick<Crash, "key" | "point">;

/** One run that is to be made. */
export interface PlannedRun {
  readonly reference: Reference;
  readonly crash: Crash;
}

/** A run that did not come to the write it was to be killed at is made again, so often in all. */
const attempts = 3;

/** Runs every scenario without faults. */
export function references(scenarios: readonly Scenario[], workers: number): Promise<readonly Reference[]> {
  return inParallel(scenarios, workers, referenceRun);
}

/** Every point of every write. */
export function everyRun(all: readonly Reference[]): readonly PlannedRun[] {
  return all.flatMap((reference) => crashesOf(reference).map((crash) => ({ reference, crash })));
}

/** `count` different ones, drawn by `random`. */
export function sample<T>(all: readonly T[], count: number, random: Random): readonly T[] {
  const left = [...all];
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0)
    drawn.push(...left.splice(Math.floor(random.next() * left.length), 1));
  return drawn;
}

/** Makes the runs, `workers` at a time; what `results` has already is not made again. */
export function makeRuns(
  planned: readonly PlannedRun[],
  workers: number,
  results: Results,
): Promise<readonly CrashResult[]> {
  return inParallel(planned, workers, async ({ reference, crash }) => {
    const known = results.find(reference.scenario.name, crash);
    if (known !== undefined) return known;
    let result = await crashRun(reference, crash, "key");
    for (let more = 1; more < attempts && !result.reached && result.problems.length === 0; more++)
      result = await crashRun(reference, crash, "number");
    results.add(result);
    return result;
  });
}

/** Results of runs, kept in a file of JSON lines where one is given. Only what went well counts as made. */
export class Results {
  private readonly made = new Map<string, CrashResult>();

  constructor(private readonly file: string | undefined) {
    if (file === undefined || !existsSync(file)) return;
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const result = decodeResult(line);
      if (result?.problems.length === 0) this.made.set(idOf(result.scenario, result), result);
    }
  }

  find(scenario: string, crash: Place): CrashResult | undefined {
    return this.made.get(idOf(scenario, crash));
  }

  add(result: CrashResult): void {
    this.made.set(idOf(result.scenario, result), result);
    if (this.file === undefined) return;
    mkdirSync(dirname(this.file), { recursive: true });
    appendFileSync(this.file, `${JSON.stringify(result)}\n`);
  }
}

function idOf(scenario: string, { key, point }: Place): string {
  return `${scenario}: ${point} ${key}`;
}

/** A run that was ended in the middle may have left half a line. */
function decodeResult(line: string): CrashResult | undefined {
  try {
    const value = JSON.parse(line) as Json;
    return stringAt(value, "scenario") === undefined ? undefined : (value as unknown as CrashResult);
  } catch {
    return undefined;
  }
}

async function inParallel<T, R>(items: readonly T[], workers: number, run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return results;
}
