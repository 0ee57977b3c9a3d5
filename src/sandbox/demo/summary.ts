import type { JsonObject } from "../../base/json.js";
import type { RunResult, StepResult } from "./result.js";

/** The summary for people: what each step cost, with every controller that played the story side by side. */
export function summaryText(runs: readonly RunResult[]): string {
  const [first, ...others] = runs;
  if (first === undefined) return "";
  const header = ["", ...runs.map(({ controller }) => `${controller}: lost`), "requests"];
  const rows = first.steps.map((step, index) => [
    step.title,
    ...runs.map(({ steps }) => costOf(steps[index])),
    String(step.requests),
  ]);
  const sum = ["all", ...runs.map(({ lost }) => String(lost)), String(first.requests)];
  const verdicts = [first, ...others].map(verdict);
  return [...columns([header, ...rows, sum]), "", ...verdicts, ""].join("\n");
}

/** The summary for programs, one line of JSON: the first run, and the others under `compared`. */
export function summaryJson([first, ...others]: readonly RunResult[]): string {
  if (first === undefined) return "{}";
  return JSON.stringify({ ...jsonOf(first), ...(others.length === 0 ? {} : { compared: others.map(jsonOf) }) });
}

function jsonOf({ controller, lost, requests, seconds, lostByReason, steps }: RunResult): JsonObject {
  return {
    lost,
    requests,
    controller,
    seconds: rounded(seconds),
    ...(lost === 0 ? {} : { lostByReason: { ...lostByReason } }),
    steps: steps.map(({ name, title, seconds: took, requests: count, lost: gone, missing }) => ({
      name,
      title,
      seconds: rounded(took),
      requests: count,
      lost: gone,
      ...(missing === undefined ? {} : { missing }),
    })),
  };
}

function costOf(step: StepResult | undefined): string {
  if (step === undefined) return "";
  return step.missing === undefined ? String(step.lost) : `${step.lost} (${step.missing})`;
}

function verdict({ controller, lost, requests, seconds, lostByReason }: RunResult): string {
  const reasons = Object.entries(lostByReason).map(([reason, count]) => `${count} × ${reason}`);
  const why = reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
  return `${controller} lost ${lost} of ${requests} requests${why} in ${seconds.toFixed(0)} s.`;
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
