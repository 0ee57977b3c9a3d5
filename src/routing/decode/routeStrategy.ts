import { formatDuration } from "../../base/duration.js";
import type { Json } from "../../base/json.js";
import type { DecodeReader, Path } from "./reader.js";
import { isAbsent, suggestion } from "./reader.js";
import { perCandidate } from "./routeCandidates.js";
import { decodeMatches } from "./routeMatch.js";
import type { RouteSite } from "./routeSite.js";
import { isGatewayKind, quoted, refuseKey } from "./routeSite.js";
import { tooMany } from "../generate/gatewayChecks.js";
import { gatewayLimits } from "../generate/limits.js";
import { isToken } from "./httpToken.js";
import type { Sticky, Strategy } from "../routeSpec.js";

/** What `strategy` may say; the first is the default. */
export const strategies = ["blue-green", "canary", "mirror"] as const;

/** Keys that belong to one strategy. */
const owners = { match: "canary", mirror: "mirror", sticky: "blue-green" } as const;

/** Decodes strategy, match, mirror and sticky. */
export function decodeStrategy(site: RouteSite): Strategy | undefined {
  const { reader, members, path } = site;
  const text = reader.text(members["strategy"], [...path, "strategy"]) ?? "blue-green";
  const type = strategies.find((known) => known === text);
  if (type === undefined) {
    refuseKey(site, "strategy", `unknown strategy ${quoted(text)}`, suggestion(text, strategies));
    return undefined;
  }
  for (const [key, owner] of Object.entries(owners))
    if (owner !== type && !isAbsent(members[key]))
      refuseKey(site, key, `${key} is for the strategy ${owner}`, `remove it or write strategy: ${owner}`);
  switch (type) {
    case "blue-green":
      return decodeBlueGreen(site);
    case "canary":
      return { type, match: decodeMatches(site) };
    case "mirror":
      return { type, percent: decodePercents(site) };
  }
}

function decodeBlueGreen(site: RouteSite): Strategy {
  const count = site.versions.length;
  if (isGatewayKind(site.kind) && count > gatewayLimits.backendRefs)
    site.reader.refuse(site.path, tooMany(site.kind, "versions", count, gatewayLimits.backendRefs), "remove some");
  const sticky = decodeSticky(site);
  return sticky === undefined ? { type: "blue-green" } : { type: "blue-green", sticky };
}

function decodePercents(site: RouteSite): ReadonlyMap<string, number> {
  return perCandidate(site, "mirror", "a percentage", (value, path) => {
    const percent = site.reader.integer(value, path, 100);
    if (isAbsent(value)) site.reader.refuse(path, "the percentage is missing", "write an integer from 0 to 100");
    return percent;
  });
}

function decodeSticky(site: RouteSite): Sticky | undefined {
  const { reader, kind, versions } = site;
  const path = [...site.path, "sticky"];
  const members = reader.members(site.members["sticky"], path, ["cookie", "maxAge"]);
  if (members === undefined) return undefined;
  if (kind === "GRPCRoute")
    reader.refuse(path, "clients of gRPC keep no cookies", "remove it, or use kind: HTTPRoute or VirtualService");
  const rules = versions.length + 1;
  if (isGatewayKind(kind) && rules > gatewayLimits.rules)
    reader.refuse(path, tooMany(kind, "rules with one for each version", rules, gatewayLimits.rules), "remove some");
  const cookie = reader.requiredText(members["cookie"], [...path, "cookie"]);
  if (cookie !== undefined && !isToken(cookie))
    reader.refuse([...path, "cookie"], `${quoted(cookie)} is no name of a cookie`, "use letters, digits, - and _");
  const maxAge = decodeMaxAge(reader, members["maxAge"], [...path, "maxAge"]);
  return cookie === undefined ? undefined : { cookie, ...(maxAge === undefined ? {} : { maxAge }) };
}

/** Whole seconds, at least one: browsers know nothing finer, and 0 would delete the cookie. */
function decodeMaxAge(reader: DecodeReader, value: Json | undefined, path: Path): number | undefined {
  const age = isAbsent(value) ? undefined : reader.duration(value, path);
  if (age === undefined) return undefined;
  if (age < 1000 || age % 1000 !== 0)
    reader.refuse(path, `${formatDuration(age)} is no number of whole seconds above 0`, 'write, for example, "1h"');
  return Math.ceil(age / 1000);
}
