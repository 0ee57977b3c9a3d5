/** What is wrong with something, and what to do about it. */
export interface Complaint {
  readonly message: string;
  readonly fix: string;
}

/** Something wrong in what a user wrote, with where it stands. */
export interface Problem extends Complaint {
  /** Path inside the document, for example `versions[1].resources[0].gvrShort`. Empty for the document itself. */
  readonly path: string;
  /** One-based, where the position is known. */
  readonly line?: number;
  readonly column?: number;
}

/** In one text: what is wrong and, behind a semicolon, what to do. */
export function formatComplaint({ message, fix }: Complaint): string {
  return `${message}; ${fix}`;
}

/** One line of text: path, position, message and fix. */
export function formatProblem(problem: Problem): string {
  return formatComplaint({ message: describeProblem(problem), fix: problem.fix });
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
