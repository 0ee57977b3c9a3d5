import type { Json, JsonObject } from "../../base/json.js";
import { isObject } from "../../base/json.js";
import { perCandidate } from "./routeCandidates.js";
import type { Path } from "./reader.js";
import { isAbsent, suggestion } from "./reader.js";
import type { RouteSite } from "./routeSite.js";
import { isGatewayKind, refuseKey } from "./routeSite.js";
import { matchCount, tooMany } from "../generate/gatewayChecks.js";
import { gatewayLimits } from "../generate/limits.js";
import { gatewayDialect } from "../reader/gatewayApi.js";
import { Shape } from "../reader/shape.js";
import { virtualServiceDialect } from "../reader/virtualService.js";
import type { RouteKind } from "../routeSpec.js";

/**
 * What a match of each kind consists of. Anything else is refused: an API server that drops a key it does not know
 * would make a match of nothing, which takes every request.
 */
export const matchKeys: Readonly<Record<RouteKind, readonly string[]>> = {
  HTTPRoute: ["path", "headers", "queryParams", "method"],
  GRPCRoute: ["method", "headers"],
  VirtualService: [
    ...["name", "uri", "scheme", "method", "authority", "headers", "port", "sourceLabels", "gateways", "queryParams"],
    ...["ignoreUriCase", "withoutHeaders", "sourceNamespace", "statPrefix"],
  ],
};

/** Decodes `match`: for each candidate the native matches of the kind, none of which may take everything. */
export function decodeMatches(site: RouteSite): ReadonlyMap<string, readonly JsonObject[]> {
  const matches = perCandidate(site, "match", "a list of matches", (value, path) => decodeList(site, value, path));
  if (!isGatewayKind(site.kind)) return matches;
  const { kind } = site;
  const total = [...matches.values()].reduce((sum, list) => sum + list.length, matchCount(kind, 0));
  const rules = site.versions.length;
  if (total > gatewayLimits.matches)
    refuseKey(site, "match", tooMany(kind, "matches in all rules", total, gatewayLimits.matches), "remove some");
  if (rules > gatewayLimits.rules)
    refuseKey(
      site,
      "match",
      tooMany(kind, "rules with one for each version", rules, gatewayLimits.rules),
      "remove some",
    );
  return matches;
}

function decodeList(site: RouteSite, value: Json | undefined, path: Path): readonly JsonObject[] {
  const { reader, kind } = site;
  const items = reader.list(value, path);
  if (items.length === 0 && (isAbsent(value) || Array.isArray(value)))
    reader.refuse(path, "there is no match, so every request would match", "write one, such as a header");
  if (isGatewayKind(kind) && items.length > gatewayLimits.matchesPerRule)
    reader.refuse(
      path,
      tooMany(kind, "matches in one rule", items.length, gatewayLimits.matchesPerRule),
      "remove some",
    );
  return items.flatMap((item, index) => {
    const here = [...path, index];
    const match = isAbsent(item) ? {} : reader.mapping(item, here);
    if (match === undefined) return [];
    const foreign = Object.keys(match).filter((key) => !matchKeys[kind].includes(key));
    for (const key of foreign)
      reader.refuse(
        [...here, key],
        `${kind} knows no match by ${JSON.stringify(key)}`,
        suggestion(key, matchKeys[kind]),
      );
    if (foreign.length === 0 && takesEverything(kind, match))
      reader.refuse(here, "this matches every request", "narrow it, for example by a header");
    return isObject(item) ? [item] : [];
  });
}

/** As the reader of routes will understand it. */
function takesEverything(kind: RouteKind, match: JsonObject): boolean {
  const place = { path: "", namespace: "" };
  return isGatewayKind(kind)
    ? gatewayDialect.readRule({ matches: [match] }, place, new Shape()).catchAll
    : virtualServiceDialect.readRule({ match: [match] }, place, new Shape()).catchAll;
}
