import type { JsonObject } from "../../base/json.js";
import { stringAt } from "../../base/json.js";
import type { RouteReading } from "../route.js";
import type { Dialect } from "./dialect.js";
import { gatewayDialect } from "./gatewayApi.js";
import { Shape } from "./shape.js";
import { virtualServiceDialect } from "./virtualService.js";

/** The reason of a reading for a kind that nobody can read. */
export const noReader = "NoReader";

const dialects: ReadonlyMap<string, Dialect> = new Map([
  ["gateway.networking.k8s.io/HTTPRoute", gatewayDialect],
  ["gateway.networking.k8s.io/GRPCRoute", gatewayDialect],
  ["networking.istio.io/VirtualService", virtualServiceDialect],
]);

/** True if objects of this group and kind can be read, whatever their version. */
export function hasReader(group: string, kind: string): boolean {
  return dialects.has(`${group}/${kind}`);
}

/** How the kind of this object writes its rules; undefined for kinds without a reader. */
export function dialectOf(object: JsonObject): Dialect | undefined {
  const apiVersion = stringAt(object, "apiVersion") ?? "";
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  return dialects.get(`${group}/${stringAt(object, "kind") ?? ""}`);
}

/**
 * Reads what a route does with requests. Rules come in the order of the object; in a VirtualService first `http`,
 * then `tcp`, then `tls`. An object with a shape that its API would refuse, or with a delegate, is unreadable as a
 * whole, and the reason names the path: half an answer must not count as a proof.
 *
 * @param object apiVersion, kind, metadata.namespace and spec; nothing else is looked at
 */
export function readRoute(object: JsonObject): RouteReading {
  const dialect = dialectOf(object);
  if (dialect === undefined) return { readable: false, reason: noReader };
  const shape = new Shape();
  const namespace = shape.name(shape.object(object["metadata"], "metadata")["namespace"], "metadata.namespace");
  const spec = shape.required(object["spec"], "spec");
  const rules = dialect.lists.flatMap((list) =>
    shape
      .list(spec[list], `spec.${list}`)
      .map((rule, index) => dialect.readRule(rule, { path: `spec.${list}[${index}]`, namespace }, shape)),
  );
  return shape.problem === undefined ? { readable: true, rules } : { readable: false, reason: shape.problem };
}
