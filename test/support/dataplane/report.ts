import { figure, percentile } from "../../bench/percentiles.js";
import type { Delete } from "./deletes.js";
import type { LoadSummary } from "../../../src/sandbox/load/record.js";

/** One line of the report. */
export interface CaseResult {
  readonly name: string;
  readonly deletes: readonly Delete[];
  readonly load: LoadSummary;
}

const headings = [
  "case",
  "deletes",
  "requests",
  "lost",
  "hold p50/p99 ms",
  "lag p50/p99 ms",
  "lag after confirmation p99 ms",
  "least margin ms",
];

/** A Markdown table of what was measured. */
export function report(results: readonly CaseResult[]): string {
  const rows = [headings, headings.map(() => "---"), ...results.map(cellsOf)];
  return rows.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function cellsOf({ name, deletes, load }: CaseResult): string[] {
  const share = (rank: number, of: (one: Delete) => number): string =>
    deletes.length === 0 ? "" : figure(percentile(deletes.map(of), rank));
  const spread = (of: (one: Delete) => number): string => `${share(0.5, of)} / ${share(0.99, of)}`;
  return [
    name,
    String(deletes.length),
    String(load.total),
    String(load.lost),
    spread(({ hold }) => hold),
    spread(({ lag }) => lag),
    share(0.99, ({ lagAfterConfirmation }) => lagAfterConfirmation),
    share(0, ({ margin }) => margin),
  ];
}
