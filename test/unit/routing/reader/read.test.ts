import { describe, expect, test } from "@jest/globals";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { hasReader, readRoute } from "../../../../src/routing/reader/read.js";
import type { Backend, Destination, RouteRule } from "../../../../src/routing/route.js";
import { httpRoute, route, virtualService } from "./iter8Routes.js";

function rulesOf(object: JsonObject): readonly RouteRule[] {
  const reading = readRoute(object);
  if (!reading.readable) throw new Error(reading.reason);
  return reading.rules;
}

function reasonOf(object: JsonObject): string | undefined {
  const reading = readRoute(object);
  return reading.readable ? undefined : reading.reason;
}

function destinationsOf(object: JsonObject): readonly Destination[] {
  return rulesOf(object).flatMap((rule) => rule.destinations);
}

const service = (name: string, namespace = "ns"): Backend => ({ kind: "service", namespace, name });
const grpcRoute = (rules: readonly Json[]): JsonObject => route("gateway.networking.k8s.io/v1", "GRPCRoute", { rules });
const toHost = (host: string, more: JsonObject = {}): JsonObject => ({ destination: { host }, ...more });

describe("kinds", () => {
  test("HTTPRoute, GRPCRoute and VirtualService have a reader in any version", () => {
    expect(hasReader("gateway.networking.k8s.io", "HTTPRoute")).toBe(true);
    expect(hasReader("gateway.networking.k8s.io", "GRPCRoute")).toBe(true);
    expect(hasReader("networking.istio.io", "VirtualService")).toBe(true);
    expect(rulesOf(route("gateway.networking.k8s.io/v9", "HTTPRoute", { rules: [] }))).toEqual([]);
  });

  test("any other kind has none, a same name of another group included", () => {
    expect(hasReader("networking.istio.io", "DestinationRule")).toBe(false);
    expect(hasReader("", "VirtualService")).toBe(false);
    expect(reasonOf(route("v1", "HTTPRoute", { rules: [] }))).toBe("NoReader");
    expect(reasonOf(route("example.com/v1", "VirtualService", {}))).toBe("NoReader");
  });
});

describe("HTTPRoute and GRPCRoute", () => {
  test("an absent weight is 1 and group, kind and namespace default to a Service beside the route", () => {
    const refs = [
      { name: "a" },
      { name: "b", weight: 0 },
      { name: "c", namespace: "other", group: "", kind: "Service" },
    ];
    expect(destinationsOf(httpRoute([{ backendRefs: refs }]))).toEqual([
      { path: "spec.rules[0].backendRefs[0]", backend: service("a"), role: "share", weight: 1 },
      { path: "spec.rules[0].backendRefs[1]", backend: service("b"), role: "share", weight: 0 },
      { path: "spec.rules[0].backendRefs[2]", backend: service("c", "other"), role: "share", weight: 1 },
    ]);
  });

  test("a reference to anything but a core Service is foreign", () => {
    const refs = [{ group: "inference.networking.k8s.io", kind: "InferencePool", name: "pool" }];
    const filters = [{ type: "URLRewrite", urlRewrite: { hostname: "m-predictor.ns" } }];
    expect(destinationsOf(httpRoute([{ filters, backendRefs: refs }]))[0]?.backend).toEqual({
      kind: "foreign",
      text: "InferencePool.inference.networking.k8s.io ns/pool",
    });
  });

  test.each<[string, Json, number]>([
    ["neither percent nor fraction", {}, 100],
    ["percent", { percent: 20 }, 20],
    ["percent 0", { percent: 0 }, 0],
    ["a fraction", { fraction: { numerator: 1, denominator: 4 } }, 25],
    ["a fraction without denominator", { fraction: { numerator: 7 } }, 7],
  ])("a mirror with %s copies its part", (_, more, weight) => {
    const requestMirror = { backendRef: { name: "shadow", port: 80 }, ...(more as JsonObject) };
    const filters = [{ type: "RequestMirror", requestMirror }];
    expect(destinationsOf(httpRoute([{ filters, backendRefs: [{ name: "a", filters }] }])).slice(1)).toEqual([
      { path: "spec.rules[0].filters[0]", backend: service("shadow"), role: "mirror", weight },
      { path: "spec.rules[0].backendRefs[0].filters[0]", backend: service("shadow"), role: "mirror", weight },
    ]);
  });

  test("headers set on the request name a model or a predictor behind a gateway Service", () => {
    const rewrite = [{ type: "URLRewrite", urlRewrite: { hostname: "m-predictor.ns.svc.cluster.local" } }];
    const model = [
      { type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "MM-VModel-Id", value: "m" }] } },
    ];
    const backends = destinationsOf(
      grpcRoute([
        { filters: rewrite, backendRefs: [{ name: "gw" }] },
        { backendRefs: [{ name: "gw", filters: model }] },
      ]),
    ).map(({ backend }) => backend);
    const via = { namespace: "ns", name: "gw" };
    expect(backends).toEqual([
      { kind: "kserve", namespace: "ns", name: "m", via },
      { kind: "modelmesh", name: "m", via },
    ]);
  });

  test.each<[string, Json | undefined, boolean]>([
    ["no matches", undefined, true],
    ["null", null, true],
    ["an empty list", [], true],
    ["an empty match", [{}], true],
    ["PathPrefix /", [{ path: { type: "PathPrefix", value: "/" } }], true],
    ["a defaulted path", [{ path: {} }], true],
    ["PathPrefix / among others", [{ path: { value: "/a" } }, { path: { value: "/" } }], true],
    ["Exact /", [{ path: { type: "Exact", value: "/" } }], false],
    ["another prefix", [{ path: { type: "PathPrefix", value: "/api" } }], false],
    ["PathPrefix / with a header", [{ path: { value: "/" }, headers: [{ name: "a", value: "b" }] }], false],
    ["a query", [{ queryParams: [{ name: "a", value: "b" }] }], false],
    ["a method", [{ method: "GET" }], false],
    ["a gRPC method", [{ method: { service: "pkg.Svc" } }], false],
  ])("%s decides whether a rule takes everything", (_, matches, catchAll) => {
    const rule = { ...(matches === undefined ? {} : { matches }), backendRefs: [{ name: "a" }] };
    expect(rulesOf(httpRoute([rule]))[0]?.catchAll).toBe(catchAll);
    expect(rulesOf(grpcRoute([rule]))[0]?.catchAll).toBe(catchAll);
  });

  test("a redirect has no backends by nature", () => {
    const rule = { name: "away", filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] };
    expect(rulesOf(httpRoute([rule]))).toEqual([
      { path: "spec.rules[0]", name: "away", catchAll: true, hasBackends: false, destinations: [] },
    ]);
  });

  test.each<[string, Json, string]>([
    ["rules: {}", { rules: {} }, "spec.rules: must be a list"],
    ["a rule that is text", { rules: ["x"] }, "spec.rules[0]: must be an object"],
    ["a missing rule", { rules: [null] }, "spec.rules[0]: is missing"],
    ["backendRefs: {}", { rules: [{ backendRefs: {} }] }, "spec.rules[0].backendRefs: must be a list"],
    ["a missing name", { rules: [{ backendRefs: [{}] }] }, "spec.rules[0].backendRefs[0].name: is missing"],
    [
      "a negative weight",
      { rules: [{ backendRefs: [{ name: "a", weight: -1 }] }] },
      "spec.rules[0].backendRefs[0].weight: must be a number of at least 0",
    ],
    [
      "a weight with a fraction",
      { rules: [{ backendRefs: [{ name: "a", weight: 0.5 }] }] },
      "spec.rules[0].backendRefs[0].weight: must be a whole number",
    ],
    [
      "a weight as text",
      { rules: [{ backendRefs: [{ name: "a", weight: "50" }] }] },
      "spec.rules[0].backendRefs[0].weight: must be a number of at least 0",
    ],
    ["matches: x", { rules: [{ matches: "x" }] }, "spec.rules[0].matches: must be a list"],
    [
      "a mirror to nobody",
      { rules: [{ filters: [{ requestMirror: {} }] }] },
      "spec.rules[0].filters[0].requestMirror.backendRef: is missing",
    ],
    [
      "a fraction of nothing",
      {
        rules: [
          { filters: [{ requestMirror: { backendRef: { name: "a" }, fraction: { numerator: 1, denominator: 0 } } }] },
        ],
      },
      "spec.rules[0].filters[0].requestMirror.fraction.denominator: must be at least 1",
    ],
  ])("%s makes the object unreadable and names the path", (_, spec, reason) => {
    expect(reasonOf(route("gateway.networking.k8s.io/v1", "HTTPRoute", spec as JsonObject))).toBe(reason);
  });

  test("a route without spec or namespace is unreadable", () => {
    const bare = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" };
    expect(reasonOf({ ...bare, metadata: { namespace: "ns" } })).toBe("spec: is missing");
    expect(reasonOf({ ...bare, metadata: {}, spec: { rules: [] } })).toBe("metadata.namespace: is missing");
  });
});

describe("VirtualService", () => {
  test("a destination that is alone takes everything, without a weight and with weight 0", () => {
    expect(destinationsOf(virtualService([{ route: [toHost("a")] }]))[0]?.weight).toBe(100);
    expect(destinationsOf(virtualService([{ route: [toHost("a", { weight: 0 })] }]))[0]?.weight).toBe(100);
    expect(destinationsOf(virtualService([{ route: [toHost("a", { weight: 7 })] }]))[0]?.weight).toBe(7);
  });

  test("among several an absent weight is 0", () => {
    const shares = destinationsOf(virtualService([{ route: [toHost("a"), toHost("b", { weight: 1 })] }]));
    expect(shares.map(({ weight }) => weight)).toEqual([0, 1]);
  });

  test.each<[string, Backend]>([
    ["a", service("a")],
    ["a.b", service("a", "b")],
    ["a.b.svc", service("a", "b")],
    ["a.b.svc.cluster.local", service("a", "b")],
    ["A.b.svc.my.domain.", service("a", "b")],
    ["www.example.com", { kind: "foreign", text: "www.example.com" }],
    ["*.b", { kind: "foreign", text: "*.b" }],
  ])("the host %s is understood", (host, backend) => {
    expect(destinationsOf(virtualService([{ route: [toHost(host)] }]))[0]?.backend).toEqual(backend);
  });

  test("a subset is kept with its host", () => {
    const [first] = destinationsOf(virtualService([{ route: [{ destination: { host: "a.ns", subset: "two" } }] }]));
    expect(first?.backend).toEqual({ kind: "subset", namespace: "ns", name: "a", subset: "two" });
  });

  const gw = { namespace: "istio-system", name: "gw" };
  const kserve: Backend = { kind: "kserve", namespace: "ns", name: "m", via: gw };

  test.each(["m-predictor.ns.svc.cluster.local", "m-predictor-default.ns.svc", "m-predictor.ns", "m-predictor.ns:80"])(
    "the Host %s names a predictor on the destination, on the rule, and as authority",
    (host) => {
      const set = { request: { set: { Host: host } } };
      const rules = [
        { route: [toHost("gw.istio-system", { headers: set })] },
        { headers: { request: { set: { ":authority": host } } }, route: [toHost("gw.istio-system")] },
        { rewrite: { authority: host }, route: [toHost("gw.istio-system")] },
      ];
      expect(destinationsOf(virtualService(rules)).map(({ backend }) => backend)).toEqual([kserve, kserve, kserve]);
    },
  );

  test("the Host of a destination wins over that of its rule", () => {
    const rule = {
      rewrite: { authority: "old-predictor.ns" },
      route: [toHost("gw.istio-system", { headers: { request: { set: { host: "m-predictor.ns" } } } })],
    };
    expect(destinationsOf(virtualService([rule]))[0]?.backend).toEqual(kserve);
  });

  test("a rule that sets two different Hosts is unreadable, twice the same is not", () => {
    const rule = (host: string): JsonObject => ({
      rewrite: { authority: "m-predictor.ns" },
      headers: { request: { set: { Host: host } } },
      route: [toHost("gw.istio-system")],
    });
    expect(destinationsOf(virtualService([rule("m-predictor.ns")]))[0]?.backend).toEqual(kserve);
    expect(reasonOf(virtualService([rule("n-predictor.ns")]))).toBe(
      "spec.http[0].rewrite.authority: contradicts the Host that the rule's headers set",
    );
  });

  test("a Host that is no predictor's is kept beside the Service", () => {
    const headers = { request: { set: { Host: "app.ns" } } };
    expect(destinationsOf(virtualService([{ headers, route: [toHost("a")] }]))[0]?.backend).toEqual({
      ...service("a"),
      host: { namespace: "ns", name: "app" },
    });
  });

  test("mm-vmodel-id names a model on the destination and on the rule", () => {
    const headers = { request: { set: { "mm-vmodel-id": "m" } } };
    const rules = [
      { headers, route: [toHost("gw.istio-system")] },
      { route: [toHost("gw.istio-system", { headers })] },
    ];
    const model: Backend = { kind: "modelmesh", name: "m", via: gw };
    expect(destinationsOf(virtualService(rules)).map(({ backend }) => backend)).toEqual([model, model]);
  });

  test("branch counts on a destination only", () => {
    const headers = { request: { set: { branch: "m" } } };
    const rules = [
      { headers, route: [toHost("gw.istio-system")] },
      { route: [toHost("gw.istio-system", { headers })] },
    ];
    expect(destinationsOf(virtualService(rules)).map(({ backend }) => backend)).toEqual([
      { kind: "service", ...gw },
      { kind: "branch", value: "m", via: gw },
    ]);
  });

  test.each<[string, JsonObject, number]>([
    ["no percentage", {}, 100],
    ["mirrorPercentage", { mirrorPercentage: { value: 12.5 }, mirrorPercent: 50 }, 12.5],
    ["an empty mirrorPercentage", { mirrorPercentage: {} }, 0],
    ["mirrorPercent", { mirrorPercent: 30 }, 30],
    ["mirror_percent", { mirror_percent: 0 }, 0],
  ])("a mirror with %s copies its part", (_, more, weight) => {
    const [, mirror] = destinationsOf(virtualService([{ route: [toHost("a")], mirror: { host: "b" }, ...more }]));
    expect(mirror).toEqual({ path: "spec.http[0].mirror", backend: service("b"), role: "mirror", weight });
  });

  test("every entry of mirrors is read", () => {
    const mirrors = [
      { destination: { host: "b" } },
      { destination: { host: "c", subset: "s" }, percentage: { value: 5 } },
    ];
    expect(destinationsOf(virtualService([{ route: [toHost("a")], mirrors }])).slice(1)).toEqual([
      { path: "spec.http[0].mirrors[0]", backend: service("b"), role: "mirror", weight: 100 },
      {
        path: "spec.http[0].mirrors[1]",
        backend: { kind: "subset", namespace: "ns", name: "c", subset: "s" },
        role: "mirror",
        weight: 5,
      },
    ]);
  });

  test("a rule's headers do not rename its mirror", () => {
    const rule = { rewrite: { authority: "m-predictor.ns" }, route: [toHost("gw")], mirror: { host: "shadow" } };
    expect(destinationsOf(virtualService([rule]))[1]?.backend).toEqual(service("shadow"));
  });

  test("tcp and tls are read like http", () => {
    const tcp = [{ route: [toHost("a", { weight: 1 }), toHost("b", { weight: 2 })] }];
    const tls = [{ match: [{ sniHosts: ["x"] }], route: [toHost("c")] }];
    const rules = rulesOf(route("networking.istio.io/v1", "VirtualService", { tcp, tls }));
    expect(rules.map(({ path, catchAll }) => [path, catchAll])).toEqual([
      ["spec.tcp[0]", true],
      ["spec.tls[0]", false],
    ]);
    expect(rules.flatMap(({ destinations }) => destinations.map(({ weight }) => weight))).toEqual([1, 2, 100]);
  });

  test.each<[string, Json | undefined, boolean]>([
    ["no match", undefined, true],
    ["uri prefix /", [{ uri: { prefix: "/" } }], true],
    ["a named uri prefix /", [{ name: "all", ignoreUriCase: true, uri: { prefix: "/" } }], true],
    ["uri prefix / with a header", [{ uri: { prefix: "/" }, headers: { a: { exact: "b" } } }], false],
    ["uri exact /", [{ uri: { exact: "/" } }], false],
    ["a gateway", [{ gateways: ["mesh"] }], false],
    ["a header that must be missing", [{ withoutHeaders: { a: {} } }], false],
  ])("%s decides whether a rule takes everything", (_, match, catchAll) => {
    const rule = { ...(match === undefined ? {} : { match }), route: [toHost("a")] };
    expect(rulesOf(virtualService([rule]))[0]?.catchAll).toBe(catchAll);
  });

  test("redirect and directResponse have no backends by nature", () => {
    const rules = rulesOf(virtualService([{ redirect: { uri: "/x" } }, { directResponse: { status: 503 } }]));
    expect(rules.map(({ hasBackends }) => hasBackends)).toEqual([false, false]);
  });

  test.each<[string, Json, string]>([
    ["http: {}", { http: {} }, "spec.http: must be a list"],
    [
      "a delegate",
      { http: [{ delegate: { name: "x" } }] },
      "spec.http[0].delegate: hands over to another VirtualService, which is not read",
    ],
    ["a route without destination", { http: [{ route: [{}] }] }, "spec.http[0].route[0].destination: is missing"],
    [
      "a destination without host",
      { tcp: [{ route: [{ destination: {} }] }] },
      "spec.tcp[0].route[0].destination.host: is missing",
    ],
    [
      "a negative weight",
      { tls: [{ route: [{ destination: { host: "a" }, weight: -1 }] }] },
      "spec.tls[0].route[0].weight: must be a number of at least 0",
    ],
    ["headers as a list", { http: [{ headers: [], route: [] }] }, "spec.http[0].headers: must be an object"],
    ["mirrors: {}", { http: [{ mirrors: {} }] }, "spec.http[0].mirrors: must be a list"],
    [
      "a bad percentage",
      { http: [{ mirror: { host: "a" }, mirrorPercentage: { value: "5" } }] },
      "spec.http[0].mirrorPercentage.value: must be a number of at least 0",
    ],
  ])("%s makes the object unreadable and names the path", (_, spec, reason) => {
    expect(reasonOf(route("networking.istio.io/v1", "VirtualService", spec as JsonObject))).toBe(reason);
  });
});
