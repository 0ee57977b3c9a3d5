import type { Json } from "../../base/json.js";
import { arrayAt, at, isObject, numberAt, objectAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import type { Fields } from "./fields.js";
import { durationAt } from "./gatewayRule.js";
import type { HeaderChanges } from "./headerChanges.js";
import type { GatewayNames } from "./istioMatch.js";
import { decodeIstioMatch, isServed } from "./istioMatch.js";
import { istioRetries } from "./istioRetries.js";
import type { PathRewrite } from "./pathRewrite.js";
import type { Destination, Mirror, Redirect, Rewrite, Route, Rule, RuleAction, Target } from "./rule.js";
import { callNames, serviceOfHost } from "./serviceNames.js";
import { searchPattern } from "./textMatch.js";

/**
 * The `http` part of an Istio VirtualService. `gateways` are those that this gateway stands for ("mesh" among them):
 * a VirtualService that is bound to others has no rules here. `corsPolicy` and `fault` are left aside.
 */
export function decodeVirtualService(object: KubeObject, gateways?: GatewayNames): Route {
  const { namespace = "", name, uid, generation = 0, creationTimestamp = "" } = object.metadata;
  const hosts = arrayAt(object, "spec", "hosts").flatMap((host) =>
    typeof host === "string" ? callNames(host, namespace) : [],
  );
  const bound = arrayAt(object, "spec", "gateways");
  const served = (bound.length === 0 ? ["mesh"] : bound).some((gateway) => isServed(gateway, namespace, gateways));
  const rules = served ? arrayAt(object, "spec", "http").map((rule) => decodeRule(rule, namespace, gateways)) : [];
  const kind = "VirtualService";
  return { kind, namespace, name, uid, generation, created: creationTimestamp, hosts, order: "first", rules };
}

function decodeRule(rule: Json, namespace: string, gateways: GatewayNames): Rule {
  const { request, response, host } = changesOf(at(rule, "headers"));
  const timeoutMs = durationAt(rule, "timeout");
  const tryTimeoutMs = durationAt(rule, "retries", "perTryTimeout");
  const retries = istioRetries(at(rule, "retries"));
  return {
    matches: arrayAt(rule, "match").map((match) => decodeIstioMatch(match, namespace, gateways)),
    action: actionOf(rule, namespace),
    request,
    response,
    rewrites: [...rewritesOf(at(rule, "rewrite")), ...hostRewrite(host)],
    mirrors: mirrorsOf(rule, namespace),
    missingStatus: 503,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(tryTimeoutMs === undefined ? {} : { tryTimeoutMs }),
    ...(retries === undefined ? {} : { retries }),
  };
}

function actionOf(rule: Json, namespace: string): RuleAction {
  const redirect = at(rule, "redirect");
  const direct = at(rule, "directResponse");
  if (isObject(redirect)) return { type: "redirect", redirect: redirectOf(redirect) };
  if (isObject(direct)) {
    const body = stringAt(direct, "body", "string") ?? decoded(stringAt(direct, "body", "bytes"));
    return { type: "answer", status: numberAt(direct, "status") ?? 200, body };
  }
  if (isObject(at(rule, "delegate")))
    return { type: "answer", status: 501, body: "rules that delegate are not served by this gateway" };
  return { type: "forward", destinations: destinationsOf(rule, namespace) };
}

function decoded(base64: string | undefined): string {
  return base64 === undefined ? "" : Buffer.from(base64, "base64").toString("utf8");
}

/** A destination that is alone takes everything, whatever its weight; among several an absent weight is 0. */
function destinationsOf(rule: Json, namespace: string): readonly Destination[] {
  const routes = arrayAt(rule, "route");
  return routes.map((route) => {
    const { request, response, host } = changesOf(at(route, "headers"));
    return {
      ...targetOf(at(route, "destination"), namespace),
      weight: routes.length === 1 ? 100 : (numberAt(route, "weight") ?? 0),
      request,
      response,
      rewrites: hostRewrite(host),
      mirrors: [],
    };
  });
}

function targetOf(
  destination: Json | undefined,
  namespace: string,
): { readonly target: Target | undefined; readonly host: string; readonly fault?: string } {
  const host = stringAt(destination, "host") ?? "";
  const service = serviceOfHost(host, namespace);
  if (service === undefined) return { target: undefined, host, fault: `the host ${host} is none of a Service` };
  const port = numberAt(destination, "port", "number");
  const subset = stringAt(destination, "subset");
  const target = {
    ...service,
    ...(port === undefined ? {} : { port }),
    ...(subset === undefined || subset === "" ? {} : { subset }),
  };
  return { target, host };
}

/** Istio's Headers. A change of Host is a change of where the request goes, not of a field. */
function changesOf(headers: Json | undefined): {
  readonly request: readonly HeaderChanges[];
  readonly response: readonly HeaderChanges[];
  readonly host: string | undefined;
} {
  const fields = (side: string, verb: string): Fields =>
    Object.entries(objectAt(headers, side, verb)).flatMap(([name, value]): Fields =>
      typeof value === "string" ? [[name.toLowerCase(), value]] : [],
    );
  const isHost = ([name]: Fields[number]): boolean => name === "host" || name === ":authority";
  const changes = (side: string): readonly HeaderChanges[] => {
    const set = fields(side, "set").filter((field) => !isHost(field));
    const add = fields(side, "add").filter((field) => !isHost(field));
    const remove = arrayAt(headers, side, "remove").flatMap((name) =>
      typeof name === "string" ? [name.toLowerCase()] : [],
    );
    return set.length + add.length + remove.length === 0 ? [] : [{ set, add, remove }];
  };
  const hosts = [...fields("request", "add"), ...fields("request", "set")].filter(isHost);
  return { request: changes("request"), response: changes("response"), host: hosts.at(-1)?.[1] };
}

function hostRewrite(host: string | undefined): readonly Rewrite[] {
  return host === undefined ? [] : [{ host }];
}

function rewritesOf(rewrite: Json | undefined): readonly Rewrite[] {
  if (!isObject(rewrite)) return [];
  const host = stringAt(rewrite, "authority");
  const path = pathRewriteOf(rewrite);
  return [{ ...(path === undefined ? {} : { path }), ...(host === undefined ? {} : { host }) }];
}

/** RE2 writes groups of the match as `\1` in the replacement, JavaScript as `$1`. */
function pathRewriteOf(rewrite: Json): PathRewrite | undefined {
  const uri = stringAt(rewrite, "uri");
  if (uri !== undefined && uri !== "") return { type: "prefix", path: uri, by: "text" };
  const pattern = stringAt(rewrite, "uriRegexRewrite", "match");
  if (pattern === undefined) return undefined;
  const text = stringAt(rewrite, "uriRegexRewrite", "rewrite") ?? "";
  const replacement = text.replaceAll("$", "$$$$").replace(/\\(\d)/g, (_, digit: string) => groupText(digit));
  return { type: "regex", pattern: searchPattern(pattern), replacement };
}

function groupText(digit: string): string {
  return digit === "0" ? "$&" : `$${digit}`;
}

function redirectOf(redirect: Json): Redirect {
  const uri = stringAt(redirect, "uri");
  const prefix = stringAt(redirect, "prefixRewrite");
  const scheme = stringAt(redirect, "scheme");
  const host = stringAt(redirect, "authority");
  const port = numberAt(redirect, "port");
  const path: PathRewrite | undefined =
    uri === undefined || uri === ""
      ? prefix === undefined
        ? undefined
        : { type: "prefix", path: prefix, by: "text" }
      : { type: "full", path: uri };
  return {
    status: numberAt(redirect, "redirectCode") ?? 301,
    ...(scheme === undefined ? {} : { scheme }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(path === undefined ? {} : { path }),
  };
}

/** `mirrorPercentage` goes before the older forms; an empty percentage is 0, an absent one everything. */
function mirrorsOf(rule: Json, namespace: string): readonly Mirror[] {
  const percentOf = (value: Json | undefined): number | undefined =>
    isObject(value) ? (numberAt(value, "value") ?? 0) : undefined;
  const copy = (destination: Json | undefined, percent: number): Mirror => ({
    target: targetOf(destination, namespace).target,
    fraction: Math.min(percent, 100) / 100,
  });
  const older = numberAt(rule, "mirrorPercent") ?? numberAt(rule, "mirror_percent");
  const single = at(rule, "mirror");
  return [
    ...(isObject(single) ? [copy(single, percentOf(at(rule, "mirrorPercentage")) ?? older ?? 100)] : []),
    ...arrayAt(rule, "mirrors").map((entry) =>
      copy(at(entry, "destination"), percentOf(at(entry, "percentage")) ?? 100),
    ),
  ];
}
