import type { Mark } from "../marks.js";
import type { CellResult, ScenarioResult } from "../results.js";

const words: Readonly<Record<Mark, string>> = { pass: "pass", chance: "within chance", miss: "**MISS**" };

/** The table of a scenario: one line per cell and method. */
export function scenarioTable({ scenario, cells }: ScenarioResult, repetitions: number): string {
  const titles = ["setting", "method", ...scenario.columns, "target", ""];
  const rule = titles.map((_, i) => (i >= 2 && i < 2 + scenario.columns.length ? "---:" : "---"));
  const lines = cells.flatMap((cell) =>
    cell.rows.map(({ method, values, target = "", mark }, i) => {
      const setting = i === 0 ? settingOf(cell, repetitions) : "";
      const padded = scenario.columns.map((_, k) => values[k] ?? "");
      return [setting, method, ...padded, target, mark === undefined ? "" : words[mark]];
    }),
  );
  return [titles, rule, ...lines].map((cellsOfLine) => `| ${cellsOfLine.join(" | ")} |`).join("\n");
}

/** A cell that was run less often than asked says so. */
function settingOf({ name, repetitions }: CellResult, asked: number): string {
  return repetitions === asked ? name : `${name} (${repetitions} repetitions)`;
}

/** All scenarios with their texts, tables and charts (Markdown images, by scenario). */
export function scenarioSections(
  results: readonly ScenarioResult[],
  repetitions: number,
  images: ReadonlyMap<number, readonly string[]> = new Map(),
): string {
  return results
    .map((result) => {
      const { id, title, text } = result.scenario;
      const pictures = images.get(id) ?? [];
      return [`## ${id}. ${title}`, text, ...pictures, scenarioTable(result, repetitions)].join("\n\n");
    })
    .join("\n\n");
}
