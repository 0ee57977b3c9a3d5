import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Problem } from "../problem.js";
import type { RoutedVersion } from "./facts.js";
import type { PlannedRule } from "./planRules.js";

/** How to reach a version, in the words of one family of kinds, by the version's index. */
export type Targets<T> = ReadonlyMap<number, T>;

/** Indexes of the versions that some rule gives a share or a copy. */
export function carryingVersions(rules: readonly PlannedRule[]): ReadonlySet<number> {
  return new Set(
    rules
      .flatMap(({ shares, mirrors }) => [...shares.filter(({ weight }) => weight > 0), ...mirrors])
      .map(({ version }) => version),
  );
}

/**
 * Looks up how to reach every version that the rules name. One that gets nothing and cannot be written is left out: it
 * must not stand in the way of the others. One that gets something must be written, so its problem is reported.
 */
export function findTargets<T>(
  rules: readonly PlannedRule[],
  versions: readonly RoutedVersion[],
  find: (version: RoutedVersion) => Result<T, Problem>,
): Result<Targets<T>, readonly Problem[]> {
  const carrying = carryingVersions(rules);
  const named = new Set(rules.flatMap(({ shares }) => shares.map(({ version }) => version)));
  const targets = new Map<number, T>();
  const problems: Problem[] = [];
  for (const [index, version] of versions.entries()) {
    if (!named.has(index) && !carrying.has(index)) continue;
    const found = find(version);
    if (found.ok) targets.set(index, found.value);
    else if (carrying.has(index)) problems.push(found.error);
  }
  return problems.length > 0 ? fail(problems) : ok(targets);
}
