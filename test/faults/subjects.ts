import type { Json } from "../../src/base/json.js";
import { arrayAt, at, isArray, stringAt } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { SeenRequest } from "./proxy/exchange.js";
import type { ProxiedRequest } from "./proxy/request.js";
import type { Subject } from "./proxy/rules.js";

/** Status of the condition Available of a Deployment. */
export function availabilityOf(object: KubeObject): string | undefined {
  const conditions = arrayAt(object, "status", "conditions");
  return stringAt(
    conditions.find((condition) => stringAt(condition, "type") === "Available"),
    "status",
  );
}

export function takesFinalizerOff({ request }: Subject): boolean {
  const body: Json = request.body ?? null;
  return isArray(body) && body.some((operation) => at(operation, "op") === "remove");
}

export function isConditional({ request }: Subject): boolean {
  return at(request.body, "metadata", "resourceVersion") !== undefined;
}

export function isNoBookmark({ event }: Subject): boolean {
  return event?.type !== "BOOKMARK";
}

/** Events of an object and of what belongs to it: an EndpointSlice's name begins with its Service's. */
export function isAbout(name: string): (subject: Subject) => boolean {
  return ({ event }) => event?.name.startsWith(name) ?? false;
}

export function isDeployment(request: ProxiedRequest): boolean {
  return request.resource === "deployments";
}

export function isWatchOf(request: ProxiedRequest, resource: string): boolean {
  return request.verb === "watch" && request.resource === resource;
}

/** A watch that begins with a list. */
export function isList(request: ProxiedRequest): boolean {
  return request.query.get("sendInitialEvents") === "true";
}

/** Whether the server did what it was asked. */
export function isStored({ stored }: SeenRequest): boolean {
  return stored !== undefined && stored.status < 300;
}
