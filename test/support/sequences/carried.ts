import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, at, numberAt, objectAt, stringAt } from "../../../src/base/json.js";

/** One rule of a route: Service → weight, copies (which count as 1) apart. */
interface Rule {
  readonly shares: readonly (readonly [service: string, weight: number])[];
  readonly copies: readonly string[];
}

/** Service → its greatest weight over all rules, matches and mirrors included. This is not the product's reader. */
export function carriedBy(route: JsonObject): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { shares, copies } of rulesOf(route))
    for (const [service, weight] of [...shares, ...copies.map((copy) => [copy, 1] as const)])
      if (weight > 0) found.set(service, Math.max(found.get(service) ?? 0, weight));
  return found;
}

/** Whether some rule has backends and gives none of them any weight. */
export function hasDeadRule(route: JsonObject): boolean {
  return rulesOf(route).some(({ shares }) => shares.length > 0 && shares.every(([, weight]) => weight === 0));
}

/** Services that get requests of everybody: those of the last rule, which has no match. */
export function everybodyBy(route: JsonObject): readonly string[] {
  const shares = rulesOf(route).at(-1)?.shares ?? [];
  return shares.filter(([, weight]) => weight > 0).map(([service]) => service);
}

function rulesOf(route: JsonObject): readonly Rule[] {
  return route["kind"] === "HTTPRoute"
    ? arrayAt(route, "spec", "rules").map(gatewayRule)
    : arrayAt(route, "spec", "http").map(meshRule);
}

function gatewayRule(rule: Json): Rule {
  const shares = arrayAt(rule, "backendRefs").map(
    (ref) => [stringAt(ref, "name") ?? "", numberAt(ref, "weight") ?? 1] as const,
  );
  const copies = arrayAt(rule, "filters").flatMap(
    (filter) => stringAt(filter, "requestMirror", "backendRef", "name") ?? [],
  );
  return { shares, copies };
}

function meshRule(rule: Json): Rule {
  const routes = arrayAt(rule, "route");
  const shares = routes.map(
    (route) => [hostOf(route), numberAt(route, "weight") ?? (routes.length === 1 ? 100 : 0)] as const,
  );
  const mirror = at(rule, "mirror") === undefined ? [] : [{ destination: objectAt(rule, "mirror") }];
  return { shares, copies: [...arrayAt(rule, "mirrors"), ...mirror].map(hostOf) };
}

function hostOf(route: Json): string {
  return stringAt(route, "destination", "host")?.split(".")[0] ?? "";
}
