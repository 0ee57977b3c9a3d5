/** Something wrong in what a user wrote: where it stands, what is wrong, and what to do about it. */
export interface Problem {
  /** Path inside the document, for example `versions[1].resources[0].gvrShort`. Empty for the document itself. */
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
  /** One-based, where the position is known. */
  readonly line?: number;
  readonly column?: number;
}

/** One line of text: path, position, message and fix. */
export function formatProblem(problem: Problem): string {
  const position =
    problem.line === undefined
      ? ""
      : ` (line ${problem.line}${problem.column === undefined ? "" : `:${problem.column}`})`;
  const fix = problem.fix === undefined ? "" : `; ${problem.fix}`;
  return `${problem.path === "" ? "document" : problem.path}${position}: ${problem.message}${fix}`;
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
