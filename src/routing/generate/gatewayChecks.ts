import type { JsonObject } from "../../base/json.js";
import { arrayAt } from "../../base/json.js";
import type { Problem } from "../problem.js";
import type { RouteKind } from "../routeSpec.js";
import { gatewayLimits } from "./limits.js";

/** What the API server would refuse about the sizes of these rules of an HTTPRoute or GRPCRoute. */
export function checkGatewayRules(kind: RouteKind, rules: readonly JsonObject[], path: string): readonly Problem[] {
  const most = (key: string): number => Math.max(0, ...rules.map((rule) => arrayAt(rule, key).length));
  const matches = rules.map((rule) => matchCount(kind, arrayAt(rule, "matches").length));
  const total = matches.reduce((sum, count) => sum + count, 0);
  const sizes = [
    { what: "rules", found: rules.length, limit: gatewayLimits.rules },
    { what: "versions with traffic in one rule", found: most("backendRefs"), limit: gatewayLimits.backendRefs },
    { what: "filters in one rule", found: most("filters"), limit: gatewayLimits.filters },
    { what: "matches in one rule", found: Math.max(0, ...matches), limit: gatewayLimits.matchesPerRule },
    { what: "matches in all rules", found: total, limit: gatewayLimits.matches },
  ];
  return sizes
    .filter(({ found, limit }) => found > limit)
    .map(({ what, found, limit }) => ({ path, message: tooMany(kind, what, found, limit), fix: "split the route" }));
}

/** How many matches a rule counts for that is written with `count` of them: the CRD of HTTPRoute fills one in. */
export function matchCount(kind: RouteKind, count: number): number {
  return count === 0 && kind === "HTTPRoute" ? 1 : count;
}

/** Says that a route of Gateway API is too large. */
export function tooMany(kind: RouteKind, what: string, found: number, limit: number): string {
  return `there are ${found} ${what}, ${kind} allows ${limit}`;
}
