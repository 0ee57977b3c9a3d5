import { formatProblem } from "../../base/problem.js";
import type { Decision } from "../decide.js";
import type { Observed } from "../observed.js";
import { outputKey } from "../observed.js";
import type { Holding } from "../holding.js";
import type { Plan } from "../plan.js";
import type { Survey } from "../survey.js";
import { percents } from "../weights.js";

/**
 * How far a routemap's traffic has come back.
 *
 * - `back`: its routes lead to the fallback alone, which is proven, and the other versions are released.
 * - `left`: its routes stay as they are, because they may not or cannot be written.
 * - `waiting`: not yet.
 */
export type Return = {
  readonly state: "back" | "left" | "waiting";
  /** One line for people. */
  readonly message: string;
};

/** Decisions that only somebody else can change: to wait for them would be to wait for ever. */
const final: ReadonlySet<string> = new Set([
  "NotOurs",
  "OutputTaken",
  "Iter8Running",
  "KindAbsent",
  "FieldConflict",
  "Fighting",
  "Paused",
  "NoVersion",
  "NamespaceTerminating",
]);

/** Judges the plan of a routemap of which everything is forced to the primary. */
export function returnOf(observed: Observed, plan: Plan): Return {
  const s = plan.survey;
  if (s === undefined) return { state: "left", message: `it cannot be decoded: ${problemsOf(observed)}` };
  if (s.own.length === 0) return { state: "left", message: "it has no routes" };
  const waiting = plan.decisions.flatMap(waitsFor)[0] ?? plan.holdings.flatMap((holding) => goingOf(s, holding))[0];
  if (waiting !== undefined) return { state: "waiting", message: waiting };
  const stuck = plan.decisions.flatMap(stuckOn)[0] ?? plan.problems.map(({ problem }) => formatProblem(problem))[0];
  if (stuck !== undefined) return { state: "left", message: stuck };
  if (plan.stage.length > 0) return { state: "waiting", message: "it is being written" };
  const astray = s.facts.find(({ index }) => (s.raw[index] ?? 0) > 0 && (s.desire.weights[index] ?? 0) === 0);
  if (astray !== undefined) return strayOf(observed, astray.name);
  return { state: "back", message: `everything goes to ${sharesOf(s, s.desire.weights)}` };
}

/** What a routemap's routes do now, and what they are to do. */
export function intentOf(plan: Plan): string {
  const s = plan.survey;
  if (s === undefined || s.own.length === 0) return "";
  return `${sharesOf(s, s.raw)} now, then ${sharesOf(s, s.desire.weights)}`;
}

/** What no decision is about although it carries: nothing can render its route, or the next look will. */
function strayOf(observed: Observed, version: string): Return {
  const message = `a route still leads to ${version}`;
  if (observed.spec.state === "valid") return { state: "waiting", message };
  return { state: "left", message: `${message}, and the spec cannot be decoded: ${problemsOf(observed)}` };
}

function waitsFor(decision: Decision): readonly string[] {
  const name = outputKey(decision.rendered.id);
  switch (decision.kind) {
    case "current":
      return [];
    case "write":
      return [`${name} is still to be written`];
    case "wait":
      return final.has(decision.reason) ? [] : [`${name}: ${decision.message}`];
    case "blocked":
      return final.has(decision.condition) ? [] : [`${name}: ${decision.message}`];
  }
}

function stuckOn(decision: Decision): readonly string[] {
  if (decision.kind !== "wait" && decision.kind !== "blocked") return [];
  return [`${outputKey(decision.rendered.id)}: ${decision.message}`];
}

/** A held object of a version that is to get nothing: its release is the proof that it gets nothing. */
function goingOf(s: Survey, { version, vote }: Holding): readonly string[] {
  const index = s.facts.findIndex((facts) => facts.name === version);
  if ((s.desire.weights[index] ?? 0) > 0 || s.paused) return [];
  return [`${version}: ${vote.release ? "it is about to be released" : vote.message}`];
}

function problemsOf(observed: Observed): string {
  return observed.spec.state === "invalid" ? observed.spec.problems.map(formatProblem).join("; ") : "";
}

function sharesOf(s: Survey, weights: readonly number[]): string {
  const shares = percents(weights);
  const parts = s.facts.flatMap(({ name, index }) => {
    const share = shares[index] ?? 0;
    return share === 0 ? [] : [share === 100 ? name : `${share} % ${name}`];
  });
  return parts.length === 0 ? "nothing" : parts.join(", ");
}
