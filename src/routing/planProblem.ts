import type { Problem } from "./problem.js";

/** A problem and the condition it is told by. */
export interface PlanProblem {
  readonly condition: "TemplateFailed" | "RouteFailed" | "InvalidWeight" | "Clamped" | "Unprovable";
  readonly problem: Problem;
}

/** Problems that are told by one condition. */
export function tagged(condition: PlanProblem["condition"], problems: readonly Problem[]): readonly PlanProblem[] {
  return problems.map((problem) => ({ condition, problem }));
}
