import type { ParseResult } from "@marcbachmann/cel-js";
import { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from "@marcbachmann/cel-js";

import { describeError } from "../base/errors.js";
import type { Json } from "../base/json.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import { celLimits } from "./celLimits.js";
import { CelSurvey } from "./celSurvey.js";
import { readPaths } from "./celValue.js";

/** What an expression says of one object. Only `true` is ready; an error, a foreign type or too much data is not. */
export interface CelAnswer {
  readonly answer: "ready" | "notReady";
  readonly reason: "True" | "False" | "NotBoolean" | "Error" | "Truncated";
  readonly message: string;
}

/** A checked expression over `object`. It has no state: the same object always gets the same answer. */
export interface CelGate {
  readonly source: string;
  /** Estimated steps of one evaluation, at most `celLimits.cost`. */
  readonly cost: number;
  /** Judges an object (or its projection); never throws. */
  evaluate(object: Json): CelAnswer;
}

/**
 * Compiles an expression that may read `object.metadata.*`, `object.status.*` and the listed spec paths (dotted, without
 * `spec.`). The error is one sentence for whoever wrote the expression: syntax, type, a path that is not kept, a function
 * that is not offered, or a limit of `celLimits`. Left out of CEL: `matches`, as its patterns can run for minutes, and
 * `cel.bind`, as it lets lists grow without bound.
 */
export function compileGate(source: string, specPaths: readonly string[]): Result<CelGate, string> {
  if (source.trim() === "") return fail("the expression is empty; leave `ready` out or write a condition");
  if (source.length > celLimits.source)
    return fail(`the expression is longer than ${celLimits.source} characters; shorten it`);
  const parsed = parse(source);
  if (!parsed.ok) return parsed;
  const survey = new CelSurvey(specPaths);
  const cost = survey.read(parsed.value.ast);
  if (survey.problems.length > 0) return fail(survey.problems.join("; "));
  const { valid, type, error } = parsed.value.check();
  if (!valid) return fail(summary(error));
  if (type !== "bool" && type !== "dyn")
    return fail(`the expression gives a ${type ?? "value"}, not a bool; compare it with something`);
  const paths = [...survey.paths.values()];
  return ok({ source, cost, evaluate: (object) => evaluate(parsed.value, paths, object) });
}

function parse(source: string): Result<ParseResult, string> {
  const limits = {
    maxAstNodes: celLimits.nodes,
    maxDepth: celLimits.nesting,
    maxListElements: celLimits.list,
    maxMapEntries: celLimits.list,
    maxCallArguments: 8,
  };
  try {
    return ok(new Environment({ limits }).registerVariable("object", "dyn").parse(source));
  } catch (thrown) {
    return fail(summary(thrown));
  }
}

function evaluate(run: ParseResult, paths: readonly (readonly string[])[], object: Json): CelAnswer {
  const view = readPaths(object, paths);
  if (!view.ok) return { answer: "notReady", reason: "Truncated", message: `object.${view.error}` };
  let value: unknown;
  try {
    value = run({ object: view.value });
  } catch (thrown) {
    return { answer: "notReady", reason: "Error", message: summary(thrown) };
  }
  if (value === true) return { answer: "ready", reason: "True", message: "the expression is true" };
  if (value === false) return { answer: "notReady", reason: "False", message: "the expression is false" };
  return {
    answer: "notReady",
    reason: "NotBoolean",
    message: `the expression gave ${nameOf(value)} instead of a bool`,
  };
}

/** First line of an error; the library's own message goes on with a drawing of the source. */
function summary(thrown: unknown): string {
  if (thrown instanceof ParseError || thrown instanceof EvaluationError || thrown instanceof CelTypeError)
    return thrown.summary;
  return describeError(thrown);
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "bigint" || typeof value === "number") return "a number";
  if (typeof value === "string") return "a string";
  return Array.isArray(value) ? "a list" : "something else";
}
