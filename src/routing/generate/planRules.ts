import type { JsonObject } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Problem } from "../problem.js";
import type { RouteSpec, Sticky, Strategy } from "../routeSpec.js";
import { fitsCookie } from "./cookie.js";
import type { RoutedVersion } from "./facts.js";

/** Which requests a rule takes. */
export type Condition =
  | { readonly type: "everything" }
  /** In the words of the route's kind. */
  | { readonly type: "native"; readonly matches: readonly JsonObject[] }
  | { readonly type: "cookie"; readonly cookie: string; readonly version: string };

/** A version's part of a rule: relative weight of its share, by index of the version. */
export interface PlannedShare {
  readonly version: number;
  readonly weight: number;
}

/** Copies for a version: percent of the requests, above 0. */
export interface PlannedMirror {
  readonly version: number;
  readonly percent: number;
}

/** One rule of a route, whatever its kind. Some share of it is above 0. */
export interface PlannedRule {
  readonly condition: Condition;
  readonly shares: readonly PlannedShare[];
  readonly mirrors: readonly PlannedMirror[];
  /** The cookie by which each destination keeps whom it gets. */
  readonly assigns?: Sticky;
}

/** What a plan is made from; the lists go by the versions' index. */
export interface PlanInput {
  readonly path: string;
  readonly versions: readonly RoutedVersion[];
  readonly weights: readonly number[];
  readonly fallback: readonly number[];
}

/**
 * The rules of a route, the one that takes everything last. A rule that leads to one version alone has the constant
 * weight 1, so that a new share elsewhere does not change it. Fails where no version may get what nobody else takes.
 */
export function planRules(route: RouteSpec, input: PlanInput): Result<readonly PlannedRule[], Problem> {
  const { strategy } = route;
  const base = strategy.type === "blue-green" && input.weights.some(isLive) ? input.weights : input.fallback;
  if (!input.versions.some((_, index) => isLive(base[index])))
    return fail({
      path: input.path,
      message: "no version may carry traffic, so requests have nowhere to go",
      fix: "bring a version up, and give it weight",
    });
  const everything: PlannedRule = { condition: { type: "everything" }, shares: spread(input, base), mirrors: [] };
  return ok(withStrategy(strategy, input, base, everything));
}

function withStrategy(
  strategy: Strategy,
  input: PlanInput,
  base: readonly number[],
  everything: PlannedRule,
): readonly PlannedRule[] {
  switch (strategy.type) {
    case "blue-green": {
      const { sticky } = strategy;
      if (sticky === undefined) return [everything];
      return [...stickyRules(sticky, input, base), { ...everything, assigns: sticky }];
    }
    case "canary":
      return [...canaryRules(strategy.match, input), everything];
    case "mirror":
      return [{ ...everything, mirrors: mirrorsOf(strategy.percent, input) }];
  }
}

/** Every version that has a share, and with an explicit 0 those that are to be named. */
function spread({ versions }: PlanInput, weights: readonly number[]): readonly PlannedShare[] {
  return versions.flatMap(({ named }, version) => {
    const weight = weights[version] ?? 0;
    return weight > 0 || named ? [{ version, weight }] : [];
  });
}

/** A version without a share has no rule, so its users are given another one. */
function stickyRules({ cookie }: Sticky, { versions }: PlanInput, base: readonly number[]): readonly PlannedRule[] {
  return versions.flatMap(({ name }, version): PlannedRule[] => {
    if (!isLive(base[version]) || !fitsCookie(name)) return [];
    return [aloneIn({ type: "cookie", cookie, version: name }, version)];
  });
}

function canaryRules(
  match: ReadonlyMap<string, readonly JsonObject[]>,
  { versions, weights }: PlanInput,
): readonly PlannedRule[] {
  return versions.flatMap(({ name }, version): PlannedRule[] => {
    const matches = match.get(name);
    return matches === undefined || !isLive(weights[version]) ? [] : [aloneIn({ type: "native", matches }, version)];
  });
}

/** A version of the fallback gets the requests themselves, and no copies of them besides. */
function mirrorsOf(
  percents: ReadonlyMap<string, number>,
  { versions, weights, fallback }: PlanInput,
): readonly PlannedMirror[] {
  return versions.flatMap(({ name }, version) => {
    const percent = percents.get(name) ?? 0;
    return percent > 0 && isLive(weights[version]) && !isLive(fallback[version]) ? [{ version, percent }] : [];
  });
}

function aloneIn(condition: Condition, version: number): PlannedRule {
  return { condition, shares: [{ version, weight: 1 }], mirrors: [] };
}

function isLive(weight: number | undefined): boolean {
  return (weight ?? 0) > 0;
}
