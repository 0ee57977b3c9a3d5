import type { Json, JsonObject } from "../../base/json.js";
import { isArray, isObject } from "../../base/json.js";
import type { Backend, Destination, RouteRule } from "../route.js";
import type { RequestHeaders } from "./backend.js";
import { backendOf, headerKey } from "./backend.js";
import type { Dialect, RulePlace } from "./dialect.js";
import type { Shape } from "./shape.js";
import { isAbsent } from "./shape.js";

/** HTTPRoute and GRPCRoute (Gateway API v1): at most 16 backendRefs a rule, an absent weight is 1. */
export const gatewayDialect: Dialect = {
  family: "gateway",
  lists: ["rules"],
  shares: "backendRefs",
  firstMatchWins: false,
  maxShares: 16,
  readRule,
};

function readRule(value: Json, place: RulePlace, shape: Shape): RouteRule {
  const rule = shape.required(value, place.path);
  const refs = shape.list(rule["backendRefs"], `${place.path}.backendRefs`);
  const name = shape.text(rule["name"], `${place.path}.name`);
  const ruleHeaders = headersOf(rule, place.path, shape);
  const shares = refs.map((ref, index) =>
    readShare(ref, { ...place, path: `${place.path}.backendRefs[${index}]` }, ruleHeaders, shape),
  );
  const mirrors = [
    ...readMirrors(rule, place, shape),
    ...refs.flatMap((ref, index) => {
      const path = `${place.path}.backendRefs[${index}]`;
      return readMirrors(shape.object(ref, path), { ...place, path }, shape);
    }),
  ];
  return {
    path: place.path,
    ...(name === undefined ? {} : { name }),
    catchAll: isCatchAll(shape.list(rule["matches"], `${place.path}.matches`)),
    hasBackends: refs.length > 0,
    destinations: [...shares, ...mirrors],
  };
}

function readShare(value: Json, place: RulePlace, ruleHeaders: RequestHeaders, shape: Shape): Destination {
  const ref = shape.required(value, place.path);
  const direct = readReference(ref, place, shape);
  const headers = headersOf(ref, place.path, shape);
  const backend = direct.kind === "foreign" ? direct : backendOf(direct, ruleHeaders, headers);
  const weight = shape.weight(ref["weight"], `${place.path}.weight`) ?? 1;
  return { path: place.path, backend, role: "share", weight };
}

/** Group and kind default to a core Service, the namespace to the route's (BackendObjectReference). */
function readReference(ref: JsonObject, place: RulePlace, shape: Shape): Backend {
  const group = shape.text(ref["group"], `${place.path}.group`) ?? "";
  const kind = shape.text(ref["kind"], `${place.path}.kind`) ?? "Service";
  const namespace = shape.text(ref["namespace"], `${place.path}.namespace`) ?? place.namespace;
  const name = shape.name(ref["name"], `${place.path}.name`);
  if (group === "" && kind === "Service") return { kind: "service", namespace, name };
  return { kind: "foreign", text: `${group === "" ? kind : `${kind}.${group}`} ${namespace}/${name}` };
}

function filtersOf(owner: JsonObject, path: string, shape: Shape): readonly JsonObject[] {
  return shape
    .list(owner["filters"], `${path}.filters`)
    .map((filter, index) => shape.required(filter, `${path}.filters[${index}]`));
}

function headersOf(owner: JsonObject, path: string, shape: Shape): RequestHeaders {
  const headers = new Map<string, string>();
  for (const [index, filter] of filtersOf(owner, path, shape).entries()) {
    const where = `${path}.filters[${index}]`;
    const modifier = shape.object(filter["requestHeaderModifier"], `${where}.requestHeaderModifier`);
    for (const verb of ["add", "set"]) {
      for (const entry of shape.list(modifier[verb], `${where}.requestHeaderModifier.${verb}`)) {
        if (!isObject(entry) || typeof entry["name"] !== "string" || typeof entry["value"] !== "string") continue;
        headers.set(headerKey(entry["name"]), entry["value"]);
      }
    }
    const hostname = shape.object(filter["urlRewrite"], `${where}.urlRewrite`)["hostname"];
    if (typeof hostname === "string") headers.set("host", hostname);
  }
  return headers;
}

/** RequestMirror copies everything unless it names a percent or a fraction (GEP-3171). */
function readMirrors(owner: JsonObject, place: RulePlace, shape: Shape): readonly Destination[] {
  return filtersOf(owner, place.path, shape).flatMap((filter, index): readonly Destination[] => {
    if (isAbsent(filter["requestMirror"])) return [];
    const path = `${place.path}.filters[${index}]`;
    const mirror = shape.object(filter["requestMirror"], `${path}.requestMirror`);
    const refPath = `${path}.requestMirror.backendRef`;
    const backend = readReference(
      shape.required(mirror["backendRef"], refPath),
      { namespace: place.namespace, path: refPath },
      shape,
    );
    return [{ path, backend, role: "mirror", weight: mirrorPercent(mirror, `${path}.requestMirror`, shape) }];
  });
}

function mirrorPercent(mirror: JsonObject, path: string, shape: Shape): number {
  if (isAbsent(mirror["fraction"])) return shape.amount(mirror["percent"], `${path}.percent`) ?? 100;
  const fraction = shape.object(mirror["fraction"], `${path}.fraction`);
  const numerator = shape.amount(fraction["numerator"], `${path}.fraction.numerator`) ?? 0;
  const denominator = shape.amount(fraction["denominator"], `${path}.fraction.denominator`) ?? 100;
  if (denominator === 0) shape.fail(`${path}.fraction.denominator`, "must be at least 1");
  return denominator === 0 ? 100 : (100 * numerator) / denominator;
}

/** Matches are alternatives: one that takes everything is enough. */
function isCatchAll(matches: readonly Json[]): boolean {
  return matches.length === 0 || matches.some(takesEverything);
}

function takesEverything(match: Json): boolean {
  if (!isObject(match)) return match === null;
  return Object.entries(match).every(([key, value]) => isEmpty(value) || (key === "path" && isRootPrefix(value)));
}

function isRootPrefix(path: Json | undefined): boolean {
  return isObject(path) && (path["type"] ?? "PathPrefix") === "PathPrefix" && (path["value"] ?? "/") === "/";
}

function isEmpty(value: Json | undefined): boolean {
  return isAbsent(value) || (isArray(value) && value.length === 0);
}
