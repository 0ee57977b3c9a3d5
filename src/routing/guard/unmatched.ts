import type { Json } from "../../base/json.js";
import { at, isArray } from "../../base/json.js";
import type { Dialect } from "../reader/dialect.js";
import type { RouteRule } from "../route.js";
import type { Permit } from "./permit.js";
import { versionOf } from "./permit.js";

/**
 * The rules, by index, that were to match something and match everything: their list of matches is written and empty,
 * they lead to candidates alone, and another rule that takes everything leads to the primary. Such a rule would take
 * everybody's requests from the primary for a candidate that was to get a few.
 */
export function unmatchedRules(
  rules: readonly Json[],
  readings: readonly RouteRule[],
  dialect: Dialect,
  permit: Permit,
): ReadonlySet<number> {
  const leadsTo = readings.map((rule) =>
    rule.destinations.filter(({ role }) => role === "share").map(({ backend }) => versionOf(backend, permit)?.index),
  );
  const isForEverybody = readings.some((rule, index) => rule.catchAll && leadsTo[index]?.includes(0) === true);
  if (!isForEverybody) return new Set();
  const isUnmatched = (rule: Json, index: number): boolean => {
    const versions = leadsTo[index] ?? [];
    return isEmptied(rule, dialect) && versions.length > 0 && versions.every((version) => (version ?? 0) > 0);
  };
  return new Set(rules.flatMap((rule, index) => (isUnmatched(rule, index) ? [index] : [])));
}

function isEmptied(rule: Json, dialect: Dialect): boolean {
  const matches = at(rule, dialect.family === "gateway" ? "matches" : "match");
  return matches === null || (isArray(matches) && matches.length === 0);
}
