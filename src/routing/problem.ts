export type { Problem } from "../base/problem.js";
export { formatProblem } from "../base/problem.js";
