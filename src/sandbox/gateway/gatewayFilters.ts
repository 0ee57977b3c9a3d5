import type { Json } from "../../base/json.js";
import { arrayAt, at, isObject, numberAt, stringAt } from "../../base/json.js";
import type { Fields } from "./fields.js";
import { backendTarget } from "./gatewayBackend.js";
import type { HeaderChanges } from "./headerChanges.js";
import type { PathRewrite } from "./pathRewrite.js";
import type { Mirror, Redirect, Rewrite } from "./rule.js";

/** What the filters of a rule or of a backend of Gateway API say. `unknown` names those that are not understood. */
export interface Filters {
  readonly request: readonly HeaderChanges[];
  readonly response: readonly HeaderChanges[];
  readonly rewrites: readonly Rewrite[];
  readonly mirrors: readonly Mirror[];
  readonly redirect: Redirect | undefined;
  readonly unknown: readonly string[];
}

/** Types that change nothing for who is no browser. */
const harmless: ReadonlySet<string> = new Set(["CORS"]);
const known: ReadonlySet<string> = new Set([
  "RequestHeaderModifier",
  "ResponseHeaderModifier",
  "RequestMirror",
  "RequestRedirect",
  "URLRewrite",
]);

/** Reads `filters` of `owner`, a rule or a backend of a route in `namespace`. */
export function decodeFilters(owner: Json | undefined, namespace: string): Filters {
  const filters = arrayAt(owner, "filters");
  const of = (type: string): readonly Json[] => filters.filter((filter) => stringAt(filter, "type") === type);
  return {
    request: of("RequestHeaderModifier").map((filter) => changesOf(at(filter, "requestHeaderModifier"))),
    response: of("ResponseHeaderModifier").map((filter) => changesOf(at(filter, "responseHeaderModifier"))),
    rewrites: of("URLRewrite").map((filter) => rewriteOf(at(filter, "urlRewrite"))),
    mirrors: of("RequestMirror").map((filter) => mirrorOf(at(filter, "requestMirror"), namespace)),
    redirect: of("RequestRedirect").map((filter) => redirectOf(at(filter, "requestRedirect")))[0],
    unknown: filters
      .map((filter) => stringAt(filter, "type") ?? "")
      .filter((type) => !known.has(type) && !harmless.has(type)),
  };
}

function changesOf(modifier: Json | undefined): HeaderChanges {
  const fields = (verb: string): Fields =>
    arrayAt(modifier, verb).map((entry) => [
      (stringAt(entry, "name") ?? "").toLowerCase(),
      stringAt(entry, "value") ?? "",
    ]);
  const remove = arrayAt(modifier, "remove").flatMap((name) => (typeof name === "string" ? [name.toLowerCase()] : []));
  return { set: fields("set"), add: fields("add"), remove };
}

function pathRewriteOf(path: Json | undefined): PathRewrite | undefined {
  switch (stringAt(path, "type")) {
    case "ReplaceFullPath":
      return { type: "full", path: stringAt(path, "replaceFullPath") ?? "/" };
    case "ReplacePrefixMatch":
      return { type: "prefix", path: stringAt(path, "replacePrefixMatch") ?? "/", by: "segments" };
    default:
      return undefined;
  }
}

function rewriteOf(rewrite: Json | undefined): Rewrite {
  const path = pathRewriteOf(at(rewrite, "path"));
  const host = stringAt(rewrite, "hostname");
  return { ...(path === undefined ? {} : { path }), ...(host === undefined ? {} : { host }) };
}

function redirectOf(redirect: Json | undefined): Redirect {
  const scheme = stringAt(redirect, "scheme");
  const host = stringAt(redirect, "hostname");
  const port = numberAt(redirect, "port");
  const path = pathRewriteOf(at(redirect, "path"));
  return {
    status: numberAt(redirect, "statusCode") ?? 302,
    ...(scheme === undefined ? {} : { scheme }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(path === undefined ? {} : { path }),
  };
}

/** A percentage, a fraction (GEP-3171), or everything. */
function mirrorOf(mirror: Json | undefined, namespace: string): Mirror {
  const parts = at(mirror, "fraction");
  const percent = numberAt(mirror, "percent") ?? 100;
  const fraction = isObject(parts)
    ? (numberAt(parts, "numerator") ?? 0) / (numberAt(parts, "denominator") ?? 100)
    : percent / 100;
  const { target } = backendTarget(at(mirror, "backendRef"), namespace);
  return { target, fraction };
}
