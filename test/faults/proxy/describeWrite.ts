import type { Json } from "../../../src/base/json.js";
import { arrayAt, at, isArray, numberAt, objectAt, stringAt } from "../../../src/base/json.js";
import type { ProxiedRequest } from "./request.js";

const storing = new Set(["create", "update", "patch", "delete", "deletecollection"]);
/** Groups whose objects are answers, never stored. */
const asking = new Set(["authorization.k8s.io", "authentication.k8s.io"]);

/** Whether a request asks the server to store something. */
export function isWrite(request: ProxiedRequest): boolean {
  return storing.has(request.verb) && !asking.has(request.group) && !request.query.has("dryRun");
}

/** In a few words what a write is for; the same in every run that does the same. */
export function describeWrite(request: ProxiedRequest): string {
  const { body } = request;
  if (request.resource === "events") return describeEvent(request);
  if (request.resource === "leases") return stringAt(body, "spec", "holderIdentity") === undefined ? "release" : "hold";
  if (request.patch === "json") return describePatch(body);
  const backends = arrayAt(body, "spec", "rules").flatMap((rule) => arrayAt(rule, "backendRefs"));
  if (backends.length > 0)
    return backends.map((ref) => `${stringAt(ref, "name") ?? ""}=${numberAt(ref, "weight") ?? 1}`).join(" ");
  const annotations = Object.keys(objectAt(body, "metadata", "annotations"));
  if (annotations.length > 0) return annotations.sort().join(" ");
  return "";
}

function describeEvent({ body, verb }: ProxiedRequest): string {
  if (verb !== "create") return "count";
  const about = [stringAt(body, "regarding", "kind"), stringAt(body, "regarding", "name")].join("/");
  return `${stringAt(body, "reason") ?? ""} of ${about}`;
}

/** The operations of a JSON Patch that change something. */
function describePatch(body: Json | undefined): string {
  const operations = isArray(body) ? body : [];
  return operations
    .filter((operation) => at(operation, "op") !== "test")
    .map((operation) => `${stringAt(operation, "op") ?? ""} ${stringAt(operation, "path") ?? ""}`)
    .join(", ");
}
