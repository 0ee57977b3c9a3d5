import type { Json } from "../../base/json.js";
import { arrayAt, numberAt, stringAt } from "../../base/json.js";
import { parseDuration } from "../../base/duration.js";
import type { KubeObject } from "../../kube/object.js";
import { backendTarget } from "./gatewayBackend.js";
import type { Filters } from "./gatewayFilters.js";
import { decodeFilters } from "./gatewayFilters.js";
import type { NamedMatch, RequestMatch } from "./requestMatch.js";
import type { Destination, Retries, Route, Rule, RuleAction } from "./rule.js";
import { regexMatch } from "./textMatch.js";

/** A route of Gateway API whose matches `matchOf` reads; a rule without matches has one of nothing. */
export function decodeGatewayRoute(
  object: KubeObject,
  how: { readonly kind: string; readonly isHttp2: boolean; readonly matchOf: (match: Json) => RequestMatch },
): Route {
  const { namespace = "", name, uid, generation = 0, creationTimestamp = "" } = object.metadata;
  const hosts = arrayAt(object, "spec", "hostnames").flatMap((host) => (typeof host === "string" ? [host] : []));
  const rules = arrayAt(object, "spec", "rules").map((rule): Rule => {
    const matches = arrayAt(rule, "matches");
    return {
      ...decodeRule(rule, namespace),
      matches: (matches.length === 0 ? [{}] : matches).map((match) => how.matchOf(match)),
      ...(how.isHttp2 ? { isHttp2: true } : {}),
    };
  });
  return {
    kind: how.kind,
    namespace,
    name,
    uid,
    generation,
    created: creationTimestamp,
    hosts,
    order: "specific",
    rules,
  };
}

/** Conditions on names and values, as header and query matches of Gateway API have them. */
export function decodeNamedMatches(matches: readonly Json[]): readonly NamedMatch[] {
  return matches.map((match) => {
    const text = stringAt(match, "value") ?? "";
    const name = stringAt(match, "name") ?? "";
    return {
      name,
      match: stringAt(match, "type") === "RegularExpression" ? regexMatch(text) : { type: "exact", text },
    };
  });
}

function decodeRule(rule: Json, namespace: string): Omit<Rule, "matches"> {
  const filters = decodeFilters(rule, namespace);
  const timeoutMs = durationAt(rule, "timeouts", "request");
  const tryTimeoutMs = durationAt(rule, "timeouts", "backendRequest");
  const retries = retriesOf(rule);
  return {
    action: actionOf(rule, filters, namespace),
    request: filters.request,
    response: filters.response,
    rewrites: filters.rewrites,
    mirrors: filters.mirrors,
    missingStatus: 500,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(tryTimeoutMs === undefined ? {} : { tryTimeoutMs }),
    ...(retries === undefined ? {} : { retries }),
  };
}

/** A filter that is not understood must not be skipped: its requests get an error (HTTPRouteFilter). */
function actionOf(rule: Json, filters: Filters, namespace: string): RuleAction {
  if (filters.unknown.length > 0)
    return { type: "answer", status: 500, body: `filters that are not understood: ${filters.unknown.join(", ")}` };
  if (filters.redirect !== undefined) return { type: "redirect", redirect: filters.redirect };
  const refs = arrayAt(rule, "backendRefs");
  if (refs.length === 0) return { type: "answer", status: 500, body: "the rule has no backends" };
  return { type: "forward", destinations: refs.map((ref) => destinationOf(ref, namespace)) };
}

function destinationOf(ref: Json, namespace: string): Destination {
  const { request, response, rewrites, mirrors, unknown } = decodeFilters(ref, namespace);
  const { target, fault } = backendTarget(ref, namespace);
  const problem = unknown.length > 0 ? `filters that are not understood: ${unknown.join(", ")}` : fault;
  const weight = numberAt(ref, "weight") ?? 1;
  const common = { weight, request, response, rewrites, mirrors };
  return problem === undefined ? { target, ...common } : { target: undefined, fault: problem, ...common };
}

/** Retries of GEP-1731 (experimental). Its codes are tried again; so is a connection that fails. */
function retriesOf(rule: Json): Retries | undefined {
  const codes = arrayAt(rule, "retry", "codes").filter((code) => typeof code === "number");
  const attempts = numberAt(rule, "retry", "attempts");
  if (attempts === undefined) return undefined;
  const backoffMs = durationAt(rule, "retry", "backoff") ?? 25;
  return { attempts, codes: new Set(codes), onConnectFailure: true, onReset: true, backoffMs };
}

/** Milliseconds of a duration (GEP-2257); undefined where there is none that can be read. */
export function durationAt(value: Json | undefined, ...path: readonly string[]): number | undefined {
  const text = stringAt(value, ...path);
  const parsed = text === undefined ? undefined : parseDuration(text);
  return parsed?.ok === true ? parsed.value : undefined;
}
