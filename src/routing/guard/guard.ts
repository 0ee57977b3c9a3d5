import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt, objectAt, stringAt } from "../../base/json.js";
import type { Problem } from "../../base/problem.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Dialect, RulePlace } from "../reader/dialect.js";
import type { SubsetLabels, VersionIdentity } from "../reader/identify.js";
import { dialectOf, readRoute } from "../reader/read.js";
import { Shape } from "../reader/shape.js";
import type { Correction, Guarded } from "./correction.js";
import type { Draft } from "./draft.js";
import { cleanRule, ruleCorrection } from "./draft.js";
import { pointToFallback } from "./fallback.js";
import { fillWeights } from "./filledWeights.js";
import type { Permit } from "./permit.js";
import { unmatchedRules } from "./unmatched.js";

/**
 * Corrects a route so that it sends nothing to a version that may not carry, and leaves no rule that has backends
 * without a live one:
 *
 * - a weight on such a version becomes an explicit 0 (an absent one means 1 in the Gateway API); a mirror goes;
 * - a rule left without a live destination is dropped if another one with a live destination has no match or only
 *   PathPrefix "/" (VirtualService: a later one of the same list), else it points to the fallback;
 * - a rule for candidates whose list of matches is empty goes, where it would take everybody's requests from the primary;
 * - a weight that was left out beside others is filled in from `weights`;
 * - rules without backends by nature and backends that are no version stay as they are.
 *
 * What comes out, guarded again, stays as it is. An object without a reader comes back unchecked: see `reading`.
 *
 * @param body a manifest with apiVersion, kind, metadata.namespace and spec
 * @param allowed by version index: may it carry traffic
 * @param fallback by version index: relative weights (whole numbers of at least 0) for rules that need a destination
 * @param weights by version index: the raw weights that the body was rendered with; absent: weights are left alone
 * @returns the problem with the path of the rule if the fallback cannot be written into it
 */
export function guardRoute(
  body: JsonObject,
  allowed: readonly boolean[],
  fallback: readonly number[],
  versions: readonly VersionIdentity[],
  subsetLabels?: SubsetLabels,
  weights?: readonly number[],
): Result<Guarded, Problem> {
  const reading = readRoute(body);
  const dialect = dialectOf(body);
  if (!reading.readable || dialect === undefined) return ok({ body, corrections: [], reading });
  const permit: Permit = { allowed, fallback, versions, subsetLabels, weights };
  const namespace = stringAt(body, "metadata", "namespace") ?? "";
  const spec: Record<string, Json | undefined> = { ...objectAt(body, "spec") };
  const corrections: Correction[] = [];
  for (const list of dialect.lists) {
    const drafts = draftsOf(arrayAt(body, "spec", list), { path: `spec.${list}`, namespace }, dialect, permit);
    const settled = settle(drafts, dialect, permit);
    if (!settled.ok) return fail(settled.error);
    const found = settled.value.flatMap((draft) => draft.corrections);
    if (found.length === 0) continue;
    corrections.push(...found);
    spec[list] = settled.value.filter(({ state }) => state !== "dropped").map(({ rule }) => rule);
  }
  if (corrections.length === 0) return ok({ body, corrections, reading });
  const corrected = { ...body, spec };
  return ok({ body: corrected, corrections, reading: readRoute(corrected) });
}

function draftsOf(rules: readonly Json[], place: RulePlace, dialect: Dialect, permit: Permit): readonly Draft[] {
  const placeOf = (index: number): RulePlace => ({ ...place, path: `${place.path}[${index}]` });
  const readings = rules.map((rule, index) => dialect.readRule(rule, placeOf(index), new Shape()));
  const unmatched = unmatchedRules(rules, readings, dialect, permit);
  return rules.map((rule, index) => {
    const draft = cleanRule(rule, placeOf(index), dialect, permit, unmatched.has(index));
    return fillWeights(draft, dialect, permit);
  });
}

/**
 * Decides about every dead rule. The one that takes everything is decided first, since it may come alive with the
 * fallback and then take the requests of the others.
 */
function settle(drafts: readonly Draft[], dialect: Dialect, permit: Permit): Result<readonly Draft[], Problem> {
  const settled = [...drafts];
  for (const index of orderOf(drafts, dialect)) {
    const draft = settled[index];
    if (draft?.state !== "dead") continue;
    if (hasHeir(settled, index, dialect)) {
      settled[index] = { ...draft, state: "dropped", corrections: [ruleCorrection("ruleDropped", draft, permit)] };
      continue;
    }
    const pointed = pointToFallback({ draft, siblings: settled, dialect, permit });
    if (!pointed.ok) return pointed;
    settled[index] = pointed.value;
  }
  return ok(settled);
}

function orderOf(drafts: readonly Draft[], dialect: Dialect): readonly number[] {
  const indexes = [...drafts.keys()];
  if (dialect.firstMatchWins) return indexes.reverse();
  const takesAll = (index: number): boolean => drafts[index]?.reading.catchAll === true;
  return [...indexes.filter(takesAll), ...indexes.filter((index) => !takesAll(index))];
}

function hasHeir(drafts: readonly Draft[], index: number, dialect: Dialect): boolean {
  return drafts.some(
    (draft, at) =>
      at !== index && draft.state === "live" && draft.reading.catchAll && (!dialect.firstMatchWins || at > index),
  );
}
