import type { LoadSummary } from "../load/record.js";

/** What became of a step. */
export interface StepResult {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  /** Requests that ended during the step, and those among them that were lost. */
  readonly requests: number;
  readonly lost: number;
  /** What did not come as it should; absent where everything did. */
  readonly missing?: string;
}

/** What became of the story with one controller. */
export interface RunResult {
  readonly controller: string;
  readonly requests: number;
  readonly lost: number;
  readonly lostByReason: LoadSummary["lostByReason"];
  readonly seconds: number;
  readonly steps: readonly StepResult[];
}

/** Whether nothing was lost and nothing is missing. */
export function isPerfect({ lost, steps }: RunResult): boolean {
  return lost === 0 && steps.every(({ missing }) => missing === undefined);
}
