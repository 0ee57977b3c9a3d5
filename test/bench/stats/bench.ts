import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { scenarioSections } from "./report/markdown.js";
import { reportFiles } from "./report/document.js";
import type { Options } from "./options.js";
import { parseOptions, usage } from "./options.js";
import { recordedRamp, replay, replayTable } from "./replay.js";
import type { CellResult, ScenarioResult } from "./results.js";
import { marked, misses } from "./results.js";
import type { Scenario } from "./scenario.js";
import { scenariosOf } from "./scenarios/index.js";
import { speed } from "./speed.js";
import { repetitionsOf, simulate } from "./simulate.js";
import { folderStore, noStore } from "./store.js";

/** Only the words on standard error speak of time; the report and the files are the same on every machine. */
const tell = (text: string): boolean => process.stderr.write(`${text}\n`);

async function scenarioResult(scenario: Scenario, options: Options, signal: AbortSignal): Promise<ScenarioResult> {
  const { mode, seed, program, repetitions } = options;
  const store = options.state === undefined ? noStore : folderStore(join(options.state, mode), { seed, program });
  const cells: CellResult[] = [];
  for (const cell of scenario.cells(mode)) {
    const start = performance.now();
    const tallies = await simulate(cell, scenario.id, { seed, repetitions, store, signal });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    tell(`scenario ${scenario.id}, ${cell.name}: ${repetitionsOf(cell, repetitions)} repetitions, ${seconds} s`);
    cells.push({
      name: cell.name,
      repetitions: repetitionsOf(cell, repetitions),
      rows: cell.rows(tallies),
      curves: cell.curves?.(tallies) ?? [],
    });
  }
  return { scenario, cells };
}

/** Scenario 13 in processor time of this machine, so never on standard output; the texts of what missed its target. */
function slow(): string[] {
  const most = 5;
  const measured = speed(() => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  });
  for (const { name, median } of measured) tell(`scenario 13, one tick, ${name}: ${median.toFixed(2)} ms`);
  return measured
    .filter(({ median }) => median > most)
    .map(({ name, median }) => `scenario 13, ${name}: ${median.toFixed(2)} ms (target ≤ ${most} ms)`);
}

/** Puts the replay of a recorded ramp between its marks in the page that tells of it, where there is such a page. */
async function refreshReplay(page: string, seed: number): Promise<void> {
  const text = await readFile(page, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const table = replayTable(replay(recordedRamp(seed)), 20);
  await writeFile(page, text.replace(/(<!-- replay -->\n)[^]*?(<!-- end -->)/, `$1\n${table}\n\n$2`));
}

async function main(signal: AbortSignal): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  const results: ScenarioResult[] = [];
  for (const scenario of scenariosOf(options.mode, options.scenarios))
    results.push(await scenarioResult(scenario, options, signal));
  const { seed, repetitions, write } = options;
  process.stdout.write(`Seed ${seed}, ${repetitions} repetitions.\n\n${scenarioSections(results, repetitions)}\n`);
  if (write !== undefined) {
    await mkdir(write, { recursive: true });
    for (const [file, text] of reportFiles(results, options)) await writeFile(join(write, file), text);
    await refreshReplay(join(write, "statistics.md"), seed);
    tell(`written to ${write}`);
  }
  for (const text of marked(results, "chance")) tell(`within chance: ${text}`);
  const missed = [...misses(results), ...(options.scenarios === undefined ? slow() : [])];
  for (const text of missed) tell(`MISSED: ${text}`);
  return missed.length === 0 ? 0 : 1;
}

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interruption.abort());
try {
  process.exitCode = await main(interruption.signal);
} catch (error) {
  if (interruption.signal.aborted) tell("interrupted; with a state folder the same command goes on from here");
  else tell(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = interruption.signal.aborted ? 130 : 2;
}
