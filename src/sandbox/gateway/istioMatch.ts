import type { Json } from "../../base/json.js";
import { arrayAt, at, isObject, numberAt, objectAt, stringAt } from "../../base/json.js";
import type { NamedMatch, RequestMatch } from "./requestMatch.js";
import type { TextMatch } from "./textMatch.js";
import { regexMatch } from "./textMatch.js";

/** Names of Istio Gateways under which a gateway serves; undefined: under all. */
export type GatewayNames = ReadonlySet<string> | undefined;

/**
 * One `HTTPMatchRequest` of a VirtualService in `namespace`. What tells the caller's workload (`sourceLabels`,
 * `sourceNamespace`) is known to sidecars only; here nothing fits it.
 */
export function decodeIstioMatch(match: Json, namespace: string, gateways: GatewayNames): RequestMatch {
  const ignoreCase = at(match, "ignoreUriCase") === true;
  const uri = textOf(at(match, "uri"), ignoreCase);
  const method = textOf(at(match, "method"));
  const host = textOf(at(match, "authority"));
  const port = numberAt(match, "port");
  const bound = arrayAt(match, "gateways");
  const elsewhere = bound.length > 0 && !bound.some((name) => isServed(name, namespace, gateways));
  const isSidecars = Object.keys(objectAt(match, "sourceLabels")).length > 0 || at(match, "sourceNamespace");
  const scheme = textOf(at(match, "scheme"));
  return {
    ...(uri === undefined ? {} : { path: { type: "text", match: uri } }),
    ...(method === undefined ? {} : { method }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    fields: namedOf(match, "headers"),
    withoutFields: namedOf(match, "withoutHeaders"),
    query: namedOf(match, "queryParams"),
    ...(elsewhere || Boolean(isSidecars) || isForeign(scheme) ? { never: true } : {}),
  };
}

/** Whether a Gateway that a VirtualService of `namespace` names is one of these. */
export function isServed(name: Json, namespace: string, gateways: GatewayNames): boolean {
  if (gateways === undefined) return true;
  if (typeof name !== "string") return false;
  return gateways.has(name === "mesh" || name.includes("/") ? name : `${namespace}/${name}`);
}

function isForeign(scheme: TextMatch | undefined): boolean {
  return scheme?.type === "exact" && scheme.text.toLowerCase() !== "http";
}

function namedOf(match: Json, member: string): readonly NamedMatch[] {
  return Object.entries(objectAt(match, member)).map(([name, wanted]) => ({
    name,
    match: textOf(wanted) ?? { type: "present" },
  }));
}

/** Istio's StringMatch; an empty one asks only that something is there. */
function textOf(value: Json | undefined, ignoreCase = false): TextMatch | undefined {
  if (!isObject(value)) return undefined;
  const exact = stringAt(value, "exact");
  if (exact !== undefined) return { type: "exact", text: exact, ...(ignoreCase ? { ignoreCase } : {}) };
  const prefix = stringAt(value, "prefix");
  if (prefix !== undefined) return { type: "prefix", text: prefix, ...(ignoreCase ? { ignoreCase } : {}) };
  const regex = stringAt(value, "regex");
  return regex === undefined ? undefined : regexMatch(regex);
}
