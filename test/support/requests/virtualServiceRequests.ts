import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, isObject, numberAt, objectAt, stringAt } from "../../../src/base/json.js";
import type { Arrivals, SampleRequest } from "./request.js";
import { ArrivalBook, sharesOf } from "./request.js";

const knativeGateway = "knative-local-gateway.istio-system.svc.cluster.local";

/** How often a request may come back to the gateway; Iter8's KServe split needs two. */
const maxPasses = 4;

/** What Istio does with a request by a VirtualService: the first rule that matches, as often as it comes back. */
export function sendByVirtualService(route: JsonObject, request: SampleRequest): Arrivals {
  const book = new ArrivalBook();
  pass({ route, request, share: 1, passes: 1, book });
  return book;
}

/** A part of the requests on its way. */
interface Passing {
  readonly route: JsonObject;
  readonly request: SampleRequest;
  readonly share: number;
  readonly passes: number;
  readonly book: ArrivalBook;
}

function pass(passing: Passing): void {
  const { route, request, share, book, passes } = passing;
  const rule = arrayAt(route, "spec", "http").find((candidate) => isTaken(candidate, request));
  if (passes > maxPasses) book.answer("error: goes round in circles", share);
  else if (rule === undefined) book.answer("error: no rule", share);
  else follow(rule, passing);
}

function isTaken(rule: Json, request: SampleRequest): boolean {
  const matches = arrayAt(rule, "match");
  return matches.length === 0 || matches.some((match) => fits(match, request));
}

function fits(match: Json, request: SampleRequest): boolean {
  const headers = Object.entries(objectAt(match, "headers"));
  const uri = objectAt(match, "uri");
  return (
    (Object.keys(uri).length === 0 || isLike(uri, request.path)) &&
    headers.every(([name, wanted]) => isLike(wanted, request.headers[name.toLowerCase()]))
  );
}

function isLike(wanted: Json | undefined, text: string | undefined): boolean {
  if (text === undefined || !isObject(wanted)) return false;
  const exact = stringAt(wanted, "exact");
  const regex = stringAt(wanted, "regex");
  if (regex !== undefined) return new RegExp(regex).test(text);
  return exact === undefined ? text.startsWith(stringAt(wanted, "prefix") ?? "\n") : text === exact;
}

function follow(rule: Json, passing: Passing): void {
  const { book, share } = passing;
  const routes = arrayAt(rule, "route");
  const weights = routes.map((route) => (routes.length === 1 ? 100 : (numberAt(route, "weight") ?? 0)));
  const shares = sharesOf(weights);
  if (shares === undefined) {
    book.answer("error: no destination has weight", share);
    return;
  }
  copies(rule, share, book);
  routes.forEach((route, index) => {
    const part = share * (shares[index] ?? 0);
    if (part > 0) arrive(rule, route, { ...passing, share: part });
  });
}

function copies(rule: Json, share: number, book: ArrivalBook): void {
  const single = targetOf(objectAt(rule, "mirror"));
  const percent = numberAt(rule, "mirrorPercentage", "value") ?? 100;
  if (single !== undefined) book.copy(single, (share * Math.min(percent, 100)) / 100);
  for (const entry of arrayAt(rule, "mirrors"))
    book.copy(
      targetOf(objectAt(entry, "destination")) ?? "",
      (share * (numberAt(entry, "percentage", "value") ?? 100)) / 100,
    );
}

/** A subset by its name, another destination by the first label of its host. */
function targetOf(destination: Json): string | undefined {
  const host = stringAt(destination, "host");
  return stringAt(destination, "subset") ?? (host === undefined ? undefined : shortName(host));
}

function arrive(rule: Json, destination: Json, passing: Passing): void {
  const { book, share } = passing;
  const request = rewritten(rule, destination, passing.request);
  const host = stringAt(destination, "destination", "host") ?? "";
  const told =
    stringAt(destination, "headers", "response", "set", "app-version") ??
    stringAt(destination, "headers", "response", "add", "app-version");
  if (host === knativeGateway) atKnativeGateway(request, told, passing);
  else if (shortName(host) === "modelmesh-serving")
    book.answer(request.headers["mm-vmodel-id"] ?? "error: no model is named", share, told);
  else book.answer(stringAt(destination, "destination", "subset") ?? shortName(host), share, told);
}

/**
 * A Host of the route's own comes back to the route; that of a predictor reaches its model, if the path is its, too; any
 * other Service of the cluster is one of Knative's.
 */
function atKnativeGateway(request: SampleRequest, told: string | undefined, passing: Passing): void {
  const { book, share, route } = passing;
  const host = request.headers["host"] ?? "";
  if (arrayAt(route, "spec", "hosts").includes(host)) {
    pass({ ...passing, request, passes: passing.passes + 1 });
    return;
  }
  const [, model = ""] = /^(.+)-predictor\.[^.]+\.svc\.cluster\.local$/.exec(host) ?? [];
  const [, service = ""] = /^([^.]+)\.[^.]+\.svc\.cluster\.local$/.exec(host) ?? [];
  if (model === "" && service !== "") book.answer(service, share, told);
  else if (model === "") book.answer(`error: nobody is called ${host}`, share);
  else if (request.path !== `/v2/models/${model}/infer`) book.answer(`error: ${model} has no ${request.path}`, share);
  else book.answer(model, share, told);
}

function rewritten(rule: Json, destination: Json, request: SampleRequest): SampleRequest {
  const headers = new Map(Object.entries(request.headers));
  for (const owner of [rule, destination]) {
    const change = objectAt(owner, "headers", "request");
    for (const name of arrayAt(change, "remove")) if (typeof name === "string") headers.delete(name.toLowerCase());
    for (const verb of ["set", "add"])
      for (const [name, text] of Object.entries(objectAt(change, verb)))
        if (typeof text === "string") headers.set(name.toLowerCase(), text);
  }
  const authority = stringAt(rule, "rewrite", "authority");
  if (authority !== undefined) headers.set("host", authority);
  const pattern = stringAt(rule, "rewrite", "uriRegexRewrite", "match");
  const replacement = (stringAt(rule, "rewrite", "uriRegexRewrite", "rewrite") ?? "").replace(/\\(\d)/g, "$$$1");
  const matched = pattern === undefined ? request.path : request.path.replace(new RegExp(pattern), replacement);
  const path = stringAt(rule, "rewrite", "uri") ?? matched;
  return { ...request, path, headers: Object.fromEntries(headers) };
}

function shortName(host: string): string {
  return host.split(".")[0] ?? host;
}
