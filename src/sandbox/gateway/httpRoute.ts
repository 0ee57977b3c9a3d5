import type { Json } from "../../base/json.js";
import { arrayAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import { decodeGatewayRoute, decodeNamedMatches } from "./gatewayRule.js";
import type { PathMatch, RequestMatch } from "./requestMatch.js";
import type { Route } from "./rule.js";
import { regexMatch } from "./textMatch.js";

/** An HTTPRoute of Gateway API v1. What the API server would have filled in may be absent. */
export function decodeHttpRoute(object: KubeObject): Route {
  return decodeGatewayRoute(object, { kind: "HTTPRoute", isHttp2: false, matchOf });
}

function matchOf(match: Json): RequestMatch {
  const method = stringAt(match, "method");
  return {
    path: pathOf(match),
    ...(method === undefined ? {} : { method: { type: "exact", text: method } }),
    fields: decodeNamedMatches(arrayAt(match, "headers")),
    withoutFields: [],
    query: decodeNamedMatches(arrayAt(match, "queryParams")),
  };
}

function pathOf(match: Json): PathMatch {
  const value = stringAt(match, "path", "value") ?? "/";
  switch (stringAt(match, "path", "type")) {
    case "Exact":
      return { type: "text", match: { type: "exact", text: value } };
    case "RegularExpression":
      return { type: "text", match: regexMatch(value) };
    default:
      return { type: "segments", prefix: value };
  }
}
