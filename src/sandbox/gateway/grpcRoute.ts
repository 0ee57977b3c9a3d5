import type { Json } from "../../base/json.js";
import { arrayAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import { decodeGatewayRoute, decodeNamedMatches } from "./gatewayRule.js";
import type { PathMatch, RequestMatch } from "./requestMatch.js";
import type { Route } from "./rule.js";
import { regexMatch } from "./textMatch.js";

/** A GRPCRoute of Gateway API v1. */
export function decodeGrpcRoute(object: KubeObject): Route {
  return decodeGatewayRoute(object, { kind: "GRPCRoute", isHttp2: true, matchOf });
}

function matchOf(match: Json): RequestMatch {
  const path = pathOf(match);
  const fields = decodeNamedMatches(arrayAt(match, "headers"));
  return { ...(path === undefined ? {} : { path }), fields, withoutFields: [], query: [] };
}

/** A method's path is `/package.Service/Method`. Either part may be left open. */
function pathOf(match: Json): PathMatch | undefined {
  const service = stringAt(match, "method", "service");
  const method = stringAt(match, "method", "method");
  if (service === undefined && method === undefined) return undefined;
  if (stringAt(match, "method", "type") === "RegularExpression")
    return { type: "text", match: regexMatch(`/(?:${service ?? "[^/]+"})/(?:${method ?? "[^/]+"})`) };
  if (service === undefined) return { type: "text", match: regexMatch(`/[^/]+/${escaped(method ?? "")}`) };
  if (method === undefined) return { type: "segments", prefix: `/${service}` };
  return { type: "text", match: { type: "exact", text: `/${service}/${method}` } };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
