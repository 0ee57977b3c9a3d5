import type { Problem } from "../base/problem.js";
import { formatProblem } from "../base/problem.js";

/** One line that editors can jump to: FILE:LINE:COLUMN, then path, message and fix. */
export function placed(file: string, { line, column, ...problem }: Problem, kind = ""): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place}: ${kind}${formatProblem(problem)}\n`;
}
