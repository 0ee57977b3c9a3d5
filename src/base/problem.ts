/** Something wrong in what a user wrote: where it stands, what is wrong, and what to do about it. */
export interface Problem {
  /** Path inside the document, for example `versions[1].resources[0].gvrShort`. Empty for the document itself. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
  /** One-based, where the position is known. */
  readonly line?: number;
  readonly column?: number;
}

/**
 * What a check says in one text, taken apart: what is wrong and, behind a semicolon, what to do. `otherwise` is what to do
 * where the text does not say it.
 */
export function withFix(text: string, otherwise: string): Pick<Problem, "message" | "fix"> {
  const at = text.indexOf("; ");
  return at < 0 ? { message: text, fix: otherwise } : { message: text.slice(0, at), fix: text.slice(at + 2) };
}

/** One line of text: path, position, message and fix. */
export function formatProblem(problem: Problem): string {
  return `${describeProblem(problem)}; ${problem.fix}`;
}

/** One line of text: path, position and message. */
export function describeProblem(problem: Omit<Problem, "fix">): string {
  const position =
    problem.line === undefined
      ? ""
      : ` (line ${problem.line}${problem.column === undefined ? "" : `:${problem.column}`})`;
  return `${problem.path === "" ? "document" : problem.path}${position}: ${problem.message}`;
}

/** Steps as one path text: `["versions", 1, "name"]` is `versions[1].name`; keys that are no plain words are quoted. */
export function formatPath(steps: readonly (string | number)[]): string {
  let text = "";
  for (const step of steps) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!/^[\w-]+$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}
