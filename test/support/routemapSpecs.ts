import fc from "fast-check";

import type { Json, JsonObject } from "../../src/base/json.js";
import { maxWeight } from "../../src/routing/weights.js";

/** A mapping in which some keys may be absent, or have nothing behind them. */
function members(
  required: Record<string, fc.Arbitrary<Json>>,
  optional: Record<string, fc.Arbitrary<Json>>,
): fc.Arbitrary<JsonObject> {
  const orNull = Object.fromEntries(
    Object.entries(optional).map(([key, value]) => [key, fc.option(value, { freq: 6 })]),
  );
  return fc.record({ ...required, ...orNull }, { requiredKeys: Object.keys(required) });
}

const one = <T extends Json>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const times = one<Json>("10s", "1m30s", "500ms", "0", "0s", "+1.5h", ".5s", "1.s", 0);

/** Names of versions; a subset's name may hold less than a version's. */
const versionNames = (subsets: boolean): readonly string[] => ["v0", subsets ? "Stable-2" : "stable_1.2", "candidate"];

function version(name: string, index: number, backend: "svc" | "isvc"): fc.Arbitrary<JsonObject> {
  const workload = members(
    { gvrShort: one("deploy"), name: one(`app-${index}`) },
    { namespace: one("shop"), ready: one("object.status.availableReplicas > 1", "true") },
  );
  const target = members({ gvrShort: one(backend), name: one(`app-${index}`) }, { namespace: one("shop") });
  return members({ name: one(name), resources: fc.tuple(workload, target) }, { weight: fc.nat(maxWeight) });
}

const templates = fc.dictionary(
  one("main", "other", "a b", "x.y"),
  fc.oneof(
    members(
      { gvrShort: one("httproute", "vs", "dr"), template: one("kind: {{ .Name }}", "{{ index .Weights 0 }}") },
      { values: one<Json>({}, { port: 80, hosts: ["a", null] }), templateRef: one(null) },
    ),
    members(
      {
        gvrShort: one("grpcroute"),
        templateRef: members({ name: one("blue-green") }, { key: one("istio"), namespace: one("shop") }),
      },
      { template: one(null), values: one({ deep: { er: [1] } }) },
    ),
  ),
  { maxKeys: 2 },
);

interface RouteShape {
  readonly candidates: readonly string[];
  readonly kind: "HTTPRoute" | "GRPCRoute" | "VirtualService";
  readonly strategy: "blue-green" | "canary" | "mirror";
  readonly backend: "svc" | "isvc";
  readonly subsets: boolean;
}

const matches = {
  HTTPRoute: one<Json>(
    [{ headers: [{ name: "x-canary", value: "1" }] }],
    [{ path: { value: "/beta" } }, { method: "PUT" }],
  ),
  GRPCRoute: one<Json>([{ headers: [{ name: "x-canary", value: "1" }] }]),
  VirtualService: one<Json>([{ headers: { "x-canary": { exact: "1" } } }], [{ uri: { prefix: "/beta" } }]),
} as const;

function route(shape: RouteShape, name: string): fc.Arbitrary<JsonObject> {
  const { kind, strategy, candidates, subsets } = shape;
  const mesh = kind === "VirtualService";
  const each = (value: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> =>
    fc.record(Object.fromEntries(candidates.map((candidate) => [candidate, value])));
  const parents = one<Json>([{ name: "gw" }], [{ name: "gw", namespace: "infra", sectionName: "https" }]);
  const sticky = members({ cookie: one("app-version") }, { maxAge: one("1h", "30m") });
  const labels = fc.record(
    Object.fromEntries(["v0", ...candidates].map((label) => [label, one<Json>({ version: label })])),
  );
  return members(
    {
      kind: one(kind),
      name: one(name),
      ...(mesh
        ? { hostnames: one<Json>(["app.example.com"], ["*.example.com", "other.example.com"]) }
        : { parentRefs: parents }),
      ...(strategy === "canary" ? { match: each(matches[kind]) } : {}),
      ...(strategy === "mirror" ? { mirror: each(fc.nat(100)) } : {}),
      ...(strategy === "blue-green" ? {} : { strategy: one(strategy) }),
      ...(subsets ? { service: one("app"), subsets: labels } : {}),
    },
    {
      ...(mesh
        ? { gateways: one<Json>(["mesh"], ["gw", "infra/gw"]), parentRefs: one(null) }
        : { gateways: one(null) }),
      ...(mesh ? {} : { hostnames: one<Json>(["app.example.com"], []) }),
      ...(strategy === "blue-green" ? { strategy: one("blue-green"), match: one(null), mirror: one(null) } : {}),
      ...(strategy === "blue-green" && kind !== "GRPCRoute" ? { sticky } : { sticky: one(null) }),
      ...(shape.backend === "isvc" && !subsets ? { deploymentMode: one("RawDeployment", "Standard") } : {}),
      port: fc.integer({ min: 1, max: 65_535 }),
      versionHeader: one("app-version", "X-Version", ""),
      rule: one<Json>({}, kind === "GRPCRoute" ? {} : { timeouts: { request: "5s" } }),
    },
  );
}

const release = members({}, { minStable: times, settle: times, drain: times, deadline: one("10m", "1h", "90.5s") });

/** Specs of routemaps that every decoder accepts: all keys, absent, null and filled, with names and values at their edges. */
export const specs: fc.Arbitrary<Json> = fc
  .record({
    count: fc.integer({ min: 1, max: 3 }),
    backend: one("svc" as const, "isvc" as const),
    kinds: fc.array(one("HTTPRoute" as const, "GRPCRoute" as const, "VirtualService" as const), { maxLength: 2 }),
    strategy: one("blue-green" as const, "canary" as const, "mirror" as const),
    subsets: fc.boolean(),
  })
  .chain(({ count, backend, kinds, strategy, subsets }) => {
    const names = versionNames(subsets).slice(0, count);
    const candidates = names.slice(1);
    const usable = strategy !== "blue-green" && count === 1 ? "blue-green" : strategy;
    const routes = kinds.map((kind, index) =>
      route(
        { candidates, kind, strategy: usable, backend, subsets: subsets && kind === "VirtualService" },
        `route-${index}`,
      ),
    );
    return members(
      { versions: fc.tuple(...names.map((name, index) => version(name, index, backend))) },
      { routingTemplates: templates, routes: fc.tuple(...routes), release },
    );
  });
