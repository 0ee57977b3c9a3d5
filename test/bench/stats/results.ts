import type { Curve, Row, Scenario } from "./scenario.js";

/** What one cell came to. */
export interface CellResult {
  readonly name: string;
  readonly repetitions: number;
  readonly rows: readonly Row[];
  readonly curves: readonly Curve[];
}

/** What one scenario came to. */
export interface ScenarioResult {
  readonly scenario: Pick<Scenario, "id" | "title" | "text" | "columns">;
  readonly cells: readonly CellResult[];
}

/** The rows that missed their target, as one text each. */
export function misses(results: readonly ScenarioResult[]): string[] {
  return marked(results, "miss");
}

/** The rows of one mark, as one text each. */
export function marked(results: readonly ScenarioResult[], mark: Row["mark"]): string[] {
  return results.flatMap(({ scenario, cells }) =>
    cells.flatMap(({ name, rows }) =>
      rows
        .filter((row) => row.mark === mark)
        .map((row) => {
          const figures = row.values.map((value, i) => `${scenario.columns[i] ?? ""} ${value}`);
          return `scenario ${scenario.id}, ${name}, ${row.method}: ${figures.join(", ")} (target ${row.target ?? ""})`;
        }),
    ),
  );
}
