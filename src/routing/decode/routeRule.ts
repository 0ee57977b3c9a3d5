import type { JsonObject } from "../../base/json.js";
import { arrayAt, objectAt, stringAt } from "../../base/json.js";
import type { Path } from "./reader.js";
import { isAbsent } from "./reader.js";
import type { RouteSite } from "./routeSite.js";
import { isGatewayKind } from "./routeSite.js";
import { tooMany } from "../generate/gatewayChecks.js";
import { branchHeader } from "../generate/kserve.js";
import { gatewayLimits } from "../generate/limits.js";
import { headerKey } from "../reader/backend.js";
import { gatewayDialect } from "../reader/gatewayApi.js";
import { Shape } from "../reader/shape.js";
import { virtualServiceDialect } from "../reader/virtualService.js";

/** Why a key may not stand in `rule`, and what to do instead. */
interface Refusal {
  readonly message: string;
  readonly fix: string;
}

const destinations: Refusal = { message: "where requests go follows from the versions", fix: "remove it" };
const matches: Refusal = { message: "which requests a rule takes follows from the strategy", fix: "use match" };
const copies: Refusal = { message: "copies follow from the strategy", fix: "use strategy: mirror" };
const elsewhere: Refusal = {
  message: "such a rule sends requests to none of the versions",
  fix: "write it into a template of routingTemplates",
};

/** Keys of a rule that a route may not give, and why. */
export const refusals: ReadonlyMap<string, Refusal> = new Map([
  ["backendRefs", destinations],
  ["route", destinations],
  ["matches", matches],
  ["match", matches],
  ["name", { message: "several rules may be written, and each would have this name", fix: "remove it" }],
  ...["mirror", "mirrors", "mirrorPercentage", "mirrorPercent", "mirror_percent"].map((key): [string, Refusal] => {
    return [key, copies];
  }),
  ...["delegate", "redirect", "directResponse"].map((key): [string, Refusal] => [key, elsewhere]),
  [
    "sessionPersistence",
    {
      message: "it keeps users on a version of weight 0, so that version would never be free to go",
      fix: "use sticky, which lets them go",
    },
  ],
]);

/** Types of filters that a route may not give, and why. */
export const filterRefusals: ReadonlyMap<string, Refusal> = new Map([
  ["RequestMirror", copies],
  ["RequestRedirect", elsewhere],
]);

/** Decodes `rule`: anything that the kind's own rules may hold, but for what is written here. */
export function decodeRule(site: RouteSite, mayBeServerless: boolean): JsonObject {
  const { reader } = site;
  const path = [...site.path, "rule"];
  const rule = reader.mapping(site.members["rule"], path) ?? {};
  for (const key of Object.keys(rule)) {
    const refusal = refusals.get(key);
    if (refusal !== undefined) reader.refuse([...path, key], refusal.message, refusal.fix);
  }
  if (isGatewayKind(site.kind)) checkFilters(site, rule, [...path, "filters"]);
  if (misleads(site, rule))
    reader.refuse(path, "it rewrites the Host or a header by which versions are told apart", "remove that rewrite");
  else if (mayBeServerless && rewritesEntrance(rule))
    reader.refuse(
      path,
      "it rewrites the Host or the header branch, by which serverless models are reached",
      "remove that rewrite, or write deploymentMode: RawDeployment if they are deployed so",
    );
  return rule;
}

function checkFilters(site: RouteSite, rule: JsonObject, path: Path): void {
  const { reader, kind, members, versions } = site;
  const filters = reader.list(rule["filters"], path);
  for (const [index, filter] of filters.entries()) {
    const here = [...path, index];
    const mapping = isAbsent(filter) ? {} : reader.mapping(filter, here);
    if (mapping === undefined) continue;
    const type = reader.requiredText(mapping["type"], [...here, "type"]) ?? "";
    const member = isAbsent(mapping["requestMirror"]) ? "RequestRedirect" : "RequestMirror";
    const hidden = isAbsent(mapping["requestMirror"]) && isAbsent(mapping["requestRedirect"]) ? type : member;
    const refusal = filterRefusals.get(type) ?? filterRefusals.get(hidden);
    if (refusal !== undefined) reader.refuse(here, refusal.message, refusal.fix);
  }
  const mirrors = members["strategy"] === "mirror" ? versions.length - 1 : 0;
  const most = gatewayLimits.filters;
  if (filters.length + mirrors > most)
    reader.refuse(path, tooMany(kind, "filters in one rule", filters.length + mirrors, most), "remove some");
}

/** Whether a plain destination beside these headers would be read as another backend. */
function misleads({ kind, context }: RouteSite, rule: JsonObject): boolean {
  const place = { path: "", namespace: context.namespace };
  const header = { headers: rule["headers"], rewrite: rule["rewrite"], filters: rule["filters"] };
  const probe: JsonObject = isGatewayKind(kind)
    ? { ...header, backendRefs: [{ name: "probe" }] }
    : { ...header, route: [{ destination: { host: "probe" } }] };
  const dialect = isGatewayKind(kind) ? gatewayDialect : virtualServiceDialect;
  return dialect.readRule(probe, place, new Shape()).destinations.some(({ role, backend }) => {
    return role === "share" && backend.kind !== "service";
  });
}

function rewritesEntrance(rule: JsonObject): boolean {
  if (stringAt(rule, "rewrite", "authority") !== undefined) return true;
  const request = objectAt(rule, "headers", "request");
  const names = ["set", "add"].flatMap((verb) => Object.keys(objectAt(request, verb)));
  const removed = arrayAt(request, "remove").filter((name) => typeof name === "string");
  return [...names, ...removed].some((name) => ["host", branchHeader].includes(headerKey(name)));
}
