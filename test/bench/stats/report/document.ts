import type { Options } from "../options.js";
import type { ScenarioResult } from "../results.js";
import { marked } from "../results.js";
import { drawCharts } from "./charts.js";
import { scenarioSections } from "./markdown.js";

/** Files of the report by name. */
export type ReportFiles = ReadonlyMap<string, string>;

/** The report as one Markdown page with its charts. Depends on nothing but the figures and what they were asked with. */
export function reportFiles(
  results: readonly ScenarioResult[],
  options: Pick<Options, "seed" | "repetitions">,
): ReportFiles {
  const charts = drawCharts(results);
  const images = new Map(
    results.map(({ scenario: { id } }) => [
      id,
      charts.filter(({ scenario }) => scenario === id).map(({ title, file }) => `![${title}](${file})`),
    ]),
  );
  const page = `${introduction(results, options)}\n\n${scenarioSections(results, options.repetitions, images)}\n`;
  return new Map([["statistics-results.md", page], ...charts.map(({ file, svg }): [string, string] => [file, svg])]);
}

function introduction(
  results: readonly ScenarioResult[],
  { seed, repetitions }: Pick<Options, "seed" | "repetitions">,
): string {
  return `# Measured: the statistics engine and others

Simulated with \`npm run bench:stats -- --full --repetitions ${repetitions} --seed ${seed}\`: seed ${seed}, ${repetitions}
repetitions where a line does not say otherwise. The same command gives the same bytes on any machine. What the verdicts
mean is told in [statistics.md](statistics.md).

- ± is the Monte-Carlo standard error of the figure.
- All methods of a setting see the same draws, as far as they let the traffic be; a method that divides the traffic itself
  starts from the same point of the same stream.
- Repetition r of scenario s draws from the seed's stream after s long jumps and r jumps of xoshiro128**.
- Targets are for our engine only. **pass**: the figure meets its target. **within chance**: it lies beyond, but no
  farther than a figure exactly on target does in one of a thousand runs of as many repetitions (for shares the binomial
  bound at 99.9 %, for averages the normal one). **MISS**: farther.
- The others are written from their published definitions (test/bench/stats/rivals); where they draw samples of a
  posterior, the exact integral stands instead. None of their programs was run, and products change: hold a figure
  against what you use before you rely on it.

${summary(results)}`;
}

function summary(results: readonly ScenarioResult[]): string {
  const missed = marked(results, "miss");
  const near = marked(results, "chance");
  const list = (texts: readonly string[]): string => texts.map((text) => `- ${text}`).join("\n");
  const passed = marked(results, "pass").length;
  return [
    `${passed} of ${passed + near.length + missed.length} targets are met outright.`,
    ...(near.length === 0 ? [] : [`Beyond their target, within chance:\n\n${list(near)}`]),
    ...(missed.length === 0 ? ["None is missed."] : [`Missed:\n\n${list(missed)}`]),
  ].join("\n\n");
}
