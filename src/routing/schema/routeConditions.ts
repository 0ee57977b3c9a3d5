import type { Json } from "../../base/json.js";
import { deploymentModes } from "../decode/routeBackend.js";
import { matchKeys } from "../decode/routeMatch.js";
import { gatewayLimits } from "../generate/limits.js";
import type { RouteKind } from "../routeSpec.js";
import type { Schema } from "./node.js";
import { forbidden } from "./node.js";
import { gatewayRuleSchema } from "./routeRule.js";

/** What the keys of a route ask of each other: by kind, by strategy, and for a shared Service. */
export function routeConditions(): readonly Schema[] {
  return [
    when(is("kind", ["HTTPRoute", "GRPCRoute"]), gatewayApi()),
    when(is("kind", ["VirtualService"]), {
      ...needs("hostnames", { type: "array", minItems: 1 }),
      ...properties({ parentRefs: forbidden("Write gateways: parentRefs are Gateway API's") }),
    }),
    ...(["HTTPRoute", "GRPCRoute", "VirtualService"] as const).map((kind) =>
      when(is("kind", [kind]), properties({ match: matchesOf(kind) })),
    ),
    when(is("kind", ["GRPCRoute"]), properties({ sticky: forbidden("Clients of gRPC keep no cookies") })),
    when(is("strategy", ["canary"]), {}, properties({ match: forbidden("Write strategy: canary") })),
    when(
      is("strategy", ["mirror"]),
      properties({ deploymentMode: rawModes() }),
      properties({ mirror: forbidden("Write strategy: mirror") }),
    ),
    when(is("strategy", ["canary", "mirror"]), properties({ sticky: forbidden("Only blue-green routes are sticky") })),
    when(given("service", "string"), {
      ...needs("subsets", { type: "object" }),
      ...properties({ deploymentMode: forbidden("The route leads to no InferenceService") }),
    }),
    when(given("subsets", "object"), needs("service", { type: "string" })),
  ];
}

/** What routes need as soon as there is a candidate. */
export function candidateConditions(): readonly Schema[] {
  return [
    when(is("strategy", ["canary"]), needs("match", { type: "object" })),
    when(is("strategy", ["mirror"]), needs("mirror", { type: "object" })),
  ];
}

function gatewayApi(): Schema {
  const shared = forbidden("Subsets of a shared Service need kind: VirtualService");
  return {
    ...needs("parentRefs", { type: "array", minItems: 1 }),
    ...properties({
      gateways: forbidden("Write parentRefs: gateways are a VirtualService's"),
      service: shared,
      subsets: shared,
      hostnames: { maxItems: gatewayLimits.hostnames },
      match: { additionalProperties: { maxItems: gatewayLimits.matchesPerRule } },
      deploymentMode: rawModes(),
      rule: gatewayRuleSchema(),
    }),
  };
}

/** A server would drop a key of a match that it does not know, and so make it match everything. */
function matchesOf(kind: RouteKind): Schema {
  const keys = { propertyNames: { enum: matchKeys[kind] } };
  return { additionalProperties: { items: keys } };
}

function rawModes(): Schema {
  const raw = [...deploymentModes].flatMap(([name, mode]) => (mode === "RawDeployment" ? [name] : []));
  return { enum: [...raw, null], errorMessage: "This kind and strategy work with RawDeployment only" };
}

function when(condition: Schema, then: Schema, otherwise?: Schema): Schema {
  return { if: condition, then, ...(otherwise === undefined ? {} : { else: otherwise }) };
}

function is(key: string, values: readonly Json[]): Schema {
  return { required: [key], properties: { [key]: { enum: values } } };
}

function given(key: string, type: string): Schema {
  return { required: [key], properties: { [key]: { type } } };
}

/** A key that has to be there; several of them are joined by `allOf`. */
function needs(key: string, value: Schema): Schema {
  return { required: [key], allOf: [properties({ [key]: value })] };
}

function properties(members: Readonly<Record<string, Schema>>): Schema {
  return { properties: members };
}
