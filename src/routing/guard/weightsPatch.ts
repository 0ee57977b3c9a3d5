import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt, at, canonicalJson, isObject, objectAt } from "../../base/json.js";
import type { Problem } from "../../base/problem.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Dialect } from "../reader/dialect.js";
import type { SubsetLabels, VersionIdentity } from "../reader/identify.js";
import { dialectOf } from "../reader/read.js";
import type { Correction } from "./correction.js";
import { guardRoute } from "./guard.js";

/** One operation of a JSON Patch (RFC 6902). */
export type PatchOperation = { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: Json };

/** How to bring a live route to carry only what may carry. */
export interface WeightsPatch {
  /** The whole new spec. */
  readonly spec: JsonObject;
  /**
   * The same as a JSON Patch. Everything that is changed is tested first, and so is the object's uid where it has one:
   * if somebody changed the route meanwhile, the server refuses the patch and nothing happens. Empty if there is
   * nothing to do.
   */
  readonly operations: readonly PatchOperation[];
  readonly corrections: readonly Correction[];
}

/**
 * The guard applied to a live route: for a return when no template can be rendered. Only weights are touched unless a
 * rule has to go or to be pointed to the fallback.
 *
 * @param live the route as the API server sent it
 * @returns the problem if the route cannot be read, or a rule cannot be pointed to the fallback
 */
export function zeroVersions(
  live: JsonObject,
  allowed: readonly boolean[],
  fallback: readonly number[],
  versions: readonly VersionIdentity[],
  subsetLabels?: SubsetLabels,
): Result<WeightsPatch, Problem> {
  const guarded = guardRoute(live, allowed, fallback, versions, subsetLabels);
  if (!guarded.ok) return guarded;
  const { body, corrections, reading } = guarded.value;
  const dialect = dialectOf(live);
  if (!reading.readable || dialect === undefined) {
    const reason = reading.readable ? "" : `: ${reading.reason}`;
    return fail({ path: "", message: `the live route cannot be read${reason}`, fix: "repair or delete the route" });
  }
  const spec = objectAt(body, "spec");
  const changes = dialect.lists.flatMap((list) =>
    changeList(arrayAt(live, "spec", list), arrayAt(body, "spec", list), `/spec/${list}`, dialect),
  );
  const uid = at(live, "metadata", "uid");
  const guardUid: readonly PatchOperation[] =
    uid === undefined || changes.length === 0 ? [] : [{ op: "test", path: "/metadata/uid", value: uid }];
  return ok({ spec, operations: [...guardUid, ...changes], corrections });
}

function changeList(
  before: readonly Json[],
  after: readonly Json[],
  path: string,
  dialect: Dialect,
): readonly PatchOperation[] {
  if (before.length !== after.length) return exchange(before, after, path);
  return before.flatMap((rule, index) => changeRule(rule, after[index] ?? null, `${path}/${index}`, dialect));
}

function changeRule(before: Json, after: Json, path: string, dialect: Dialect): readonly PatchOperation[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  const old = arrayAt(before, dialect.shares);
  const next = arrayAt(after, dialect.shares);
  const onlyWeights = canonicalJson(withoutWeights(before, dialect)) === canonicalJson(withoutWeights(after, dialect));
  if (!onlyWeights) return exchange(before, after, path);
  return old.flatMap((share, index) => changeWeight(share, next[index] ?? null, `${path}/${dialect.shares}/${index}`));
}

function changeWeight(before: Json, after: Json, path: string): readonly PatchOperation[] {
  const was = at(before, "weight");
  const weight = at(after, "weight");
  if (was === weight || weight === undefined) return [];
  return [
    { op: "test", path, value: before },
    { op: was === undefined ? "add" : "replace", path: `${path}/weight`, value: weight },
  ];
}

function exchange(before: Json, after: Json, path: string): readonly PatchOperation[] {
  return [
    { op: "test", path, value: before },
    { op: "replace", path, value: after },
  ];
}

function withoutWeights(rule: Json, dialect: Dialect): Json {
  if (!isObject(rule)) return rule;
  const shares = arrayAt(rule, dialect.shares).map((share) => (isObject(share) ? { ...share, weight: 0 } : share));
  return { ...rule, [dialect.shares]: shares };
}
