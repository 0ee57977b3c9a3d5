import type { Json, JsonObject } from "../../base/json.js";
import { isArray, isObject } from "../../base/json.js";
import type { Backend, Destination, RouteRule } from "../route.js";
import type { RequestHeaders } from "./backend.js";
import { backendOf, headerKey, serviceOfHost } from "./backend.js";
import type { Dialect, RulePlace } from "./dialect.js";
import type { Shape } from "./shape.js";
import { isAbsent } from "./shape.js";

/** Istio's VirtualService: `http`, `tcp` and `tls` rules, each list in order. */
export const virtualServiceDialect: Dialect = {
  family: "istio",
  lists: ["http", "tcp", "tls"],
  shares: "route",
  firstMatchWins: true,
  maxShares: Number.POSITIVE_INFINITY,
  readRule,
};

function readRule(value: Json, place: RulePlace, shape: Shape): RouteRule {
  const rule = shape.required(value, place.path);
  if (!isAbsent(rule["delegate"])) {
    shape.fail(`${place.path}.delegate`, "hands over to another VirtualService, which is not read");
  }
  const routes = shape.list(rule["route"], `${place.path}.route`);
  const name = shape.text(rule["name"], `${place.path}.name`);
  const ruleHeaders = ruleHeadersOf(rule, place.path, shape);
  const shares = routes.map((route, index) =>
    readShare(route, { ...place, path: `${place.path}.route[${index}]` }, ruleHeaders, routes.length === 1, shape),
  );
  return {
    path: place.path,
    ...(name === undefined ? {} : { name }),
    catchAll: isCatchAll(shape.list(rule["match"], `${place.path}.match`)),
    hasBackends: routes.length > 0,
    destinations: [...shares, ...readMirrors(rule, place, shape)],
  };
}

/**
 * A destination that is alone takes everything, whatever its weight: an absent weight and an explicit 0 are the same
 * on Istio's wire. Among several an absent weight is 0.
 */
function readShare(
  value: Json,
  place: RulePlace,
  ruleHeaders: RequestHeaders,
  alone: boolean,
  shape: Shape,
): Destination {
  const route = shape.required(value, place.path);
  const direct = readDestination(route["destination"], `${place.path}.destination`, place.namespace, shape);
  const backend = backendOf(direct, ruleHeaders, headersOf(route, place.path, shape));
  const weight = shape.weight(route["weight"], `${place.path}.weight`) ?? 0;
  return { path: place.path, backend, role: "share", weight: alone && weight === 0 ? 100 : weight };
}

function readDestination(value: Json | undefined, path: string, namespace: string, shape: Shape): Backend {
  const destination = shape.required(value, path);
  const host = shape.name(destination["host"], `${path}.host`);
  const subset = shape.text(destination["subset"], `${path}.subset`) ?? "";
  const service = serviceOfHost(host, namespace);
  if (service === undefined) return { kind: "foreign", text: subset === "" ? host : `${host}|${subset}` };
  return subset === "" ? { kind: "service", ...service } : { kind: "subset", ...service, subset };
}

function headersOf(owner: JsonObject, path: string, shape: Shape): Map<string, string> {
  const request = shape.object(shape.object(owner["headers"], `${path}.headers`)["request"], `${path}.headers.request`);
  const headers = new Map<string, string>();
  for (const verb of ["add", "set"]) {
    const members = shape.object(request[verb], `${path}.headers.request.${verb}`);
    for (const [name, text] of Object.entries(members)) {
      if (typeof text === "string") headers.set(headerKey(name), text);
    }
  }
  return headers;
}

function ruleHeadersOf(rule: JsonObject, path: string, shape: Shape): RequestHeaders {
  const headers = headersOf(rule, path, shape);
  const authority = shape.object(rule["rewrite"], `${path}.rewrite`)["authority"];
  if (typeof authority !== "string") return headers;
  if ((headers.get("host") ?? authority) !== authority) {
    shape.fail(`${path}.rewrite.authority`, "contradicts the Host that the rule's headers set");
  }
  headers.set("host", authority);
  return headers;
}

/** A mirror is named by its host alone. The rule's headers name the destination of the request, not of its copy. */
function readMirrors(rule: JsonObject, place: RulePlace, shape: Shape): readonly Destination[] {
  const found: Destination[] = [];
  const add = (path: string, destination: Json | undefined, where: string, weight: number): void => {
    const backend = readDestination(destination, where, place.namespace, shape);
    found.push({ path, backend, role: "mirror", weight });
  };
  if (!isAbsent(rule["mirror"])) {
    const path = `${place.path}.mirror`;
    add(path, rule["mirror"], path, singleMirrorPercent(rule, place.path, shape));
  }
  for (const [index, entry] of shape.list(rule["mirrors"], `${place.path}.mirrors`).entries()) {
    const path = `${place.path}.mirrors[${index}]`;
    const mirror = shape.required(entry, path);
    const percent = percentValue(mirror["percentage"], `${path}.percentage`, shape) ?? 100;
    add(path, mirror["destination"], `${path}.destination`, percent);
  }
  return found;
}

/** `mirrorPercentage` wins over the older `mirrorPercent` and `mirror_percent`; without any, everything is copied. */
function singleMirrorPercent(rule: JsonObject, path: string, shape: Shape): number {
  return (
    percentValue(rule["mirrorPercentage"], `${path}.mirrorPercentage`, shape) ??
    shape.amount(rule["mirrorPercent"], `${path}.mirrorPercent`) ??
    shape.amount(rule["mirror_percent"], `${path}.mirror_percent`) ??
    100
  );
}

/** An empty percentage is 0, as on the wire. */
function percentValue(value: Json | undefined, path: string, shape: Shape): number | undefined {
  if (isAbsent(value)) return undefined;
  return shape.amount(shape.object(value, path)["value"], `${path}.value`) ?? 0;
}

/** Matches are alternatives: one that takes everything is enough. */
function isCatchAll(matches: readonly Json[]): boolean {
  return matches.length === 0 || matches.some(takesEverything);
}

/** Members of a match that narrow nothing. */
const labels: ReadonlySet<string> = new Set(["name", "statPrefix", "ignoreUriCase"]);

function takesEverything(match: Json): boolean {
  if (!isObject(match)) return match === null;
  return Object.entries(match).every(
    ([key, value]) => isEmpty(value) || labels.has(key) || (key === "uri" && isRootPrefix(value)),
  );
}

function isRootPrefix(uri: Json | undefined): boolean {
  return isObject(uri) && uri["prefix"] === "/" && Object.keys(uri).length === 1;
}

function isEmpty(value: Json | undefined): boolean {
  if (isAbsent(value) || (isArray(value) && value.length === 0)) return true;
  return isObject(value) && Object.keys(value).length === 0;
}
