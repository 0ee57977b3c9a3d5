import { describe, expect, test } from "@jest/globals";

import type { Json } from "../../../../src/base/json.js";
import { seededRandom } from "../../../../src/base/random.js";
import type { Decision } from "../../../../src/sandbox/gateway/decide.js";
import { decide } from "../../../../src/sandbox/gateway/decide.js";
import type { Resolved } from "../../../../src/sandbox/gateway/directory.js";
import { decodeGrpcRoute } from "../../../../src/sandbox/gateway/grpcRoute.js";
import { decodeHttpRoute } from "../../../../src/sandbox/gateway/httpRoute.js";
import type { Route, Target } from "../../../../src/sandbox/gateway/rule.js";
import { decodeVirtualService } from "../../../../src/sandbox/gateway/virtualService.js";
import { around, arrivals } from "./deciding.js";
import { asked, stored } from "./objects.js";

const random = seededRandom(1);

function httpRoute(rules: Json, hostnames: readonly string[] = [], metadata = {}): Route {
  return decodeHttpRoute(stored("HTTPRoute", { hostnames, rules }, metadata));
}

function virtualService(http: Json, hosts: readonly string[] = ["app.example.com"]): Route {
  return decodeVirtualService(stored("VirtualService", { hosts, http }));
}

function to(name: string): Json {
  return [{ name, port: 80 }];
}

function text(decision: Decision): string {
  return decision.type === "answer" ? String(decision.status) : decision.target.name;
}

describe("what becomes of a request", () => {
  test.each<readonly [string, Resolved, string]>([
    ["a Service that is not there, in Gateway API", { type: "missing", why: "gone" }, "500"],
    ["a Service without an endpoint that is ready", { type: "endpoints", endpoints: [], isHttp2: false }, "503"],
    ["a Service outside the cluster", { type: "external", host: "www.example.com" }, "500"],
  ])("for %s", (_what, resolved, expected) => {
    const routes = [httpRoute([{ backendRefs: to("a") }])];
    expect(
      text(
        decide(
          asked(),
          around(routes, random, () => resolved),
        ),
      ),
    ).toBe(expected);
  });

  test("the share of a missing backend is not handed to the others", () => {
    const refs = [
      { name: "a", port: 80, weight: 8 },
      { name: "gone", port: 80, weight: 2 },
    ];
    const resolve = ({ name }: Target): Resolved =>
      name === "a"
        ? { type: "endpoints", endpoints: [{ ip: "10.1.0.1", port: 1 }], isHttp2: false }
        : { type: "missing", why: "gone" };
    const statuses = Array.from({ length: 10 }, (_, at) =>
      text(decide(asked(), around([httpRoute([{ backendRefs: refs }])], { next: () => (at + 0.5) / 10 }, resolve))),
    );
    expect(statuses.filter((status) => status === "500")).toHaveLength(2);
  });

  test("a Service that is not there is answered with 503 in Istio", () => {
    const routes = [virtualService([{ route: [{ destination: { host: "a" } }] }])];
    expect(
      text(
        decide(
          asked(),
          around(routes, random, () => ({ type: "missing", why: "gone" })),
        ),
      ),
    ).toBe("503");
  });

  test.each([
    ["a backend that is no Service", [{ name: "a", kind: "Bucket", group: "example.com", port: 80 }], "500"],
    ["no backends", [], "500"],
    ["backends without weight", [{ name: "a", port: 80, weight: 0 }], "503"],
  ])("a rule with %s", (_what, backendRefs, expected) => {
    expect(text(decide(asked(), around([httpRoute([{ backendRefs }])], random)))).toBe(expected);
  });

  test("a filter that is not understood is not skipped", () => {
    const filters = [{ type: "ExtensionRef", extensionRef: { group: "a", kind: "b", name: "c" } }];
    expect(text(decide(asked(), around([httpRoute([{ filters, backendRefs: to("a") }])], random)))).toBe("500");
  });

  test("a host that no route takes is answered with 404", () => {
    const routes = [httpRoute([{ backendRefs: to("a") }], ["other.example.com"])];
    expect(text(decide(asked(), around(routes, random)))).toBe("404");
  });

  test("the more specific host wins over the more specific path, then method, headers and parameters count", () => {
    const at = (name: string, match: Json, hosts: readonly string[]): Route =>
      httpRoute([{ matches: [match], backendRefs: to(name) }], hosts, { name, uid: name });
    const routes = [
      at("wild", { path: { type: "Exact", value: "/a" } }, ["*.example.com"]),
      at("plain", { path: { type: "PathPrefix", value: "/" } }, ["app.example.com"]),
      at("method", { method: "POST" }, ["app.example.com"]),
      at("header", { headers: [{ name: "x", value: "1" }] }, ["app.example.com"]),
      at("query", { queryParams: [{ name: "q", value: "1" }] }, ["app.example.com"]),
    ];
    const by = (over: Parameters<typeof asked>[0]): string => text(decide(asked(over), around(routes, random)));
    expect(by({ target: "/a", host: "b.example.com" })).toBe("wild");
    expect(by({ target: "/a" })).toBe("plain");
    expect(by({ target: "/a?q=1" })).toBe("query");
    expect(by({ target: "/a?q=1", fields: [["x", "1"]] })).toBe("header");
    expect(by({ target: "/a?q=1", fields: [["x", "1"]], method: "POST" })).toBe("method");
  });

  test("a prefix takes whole segments, and its last slash counts for nothing", () => {
    const matches = [{ path: { type: "PathPrefix", value: "/x/" } }];
    const routes = [httpRoute([{ matches, backendRefs: to("a") }])];
    const by = (target: string): string => text(decide(asked({ target }), around(routes, random)));
    expect(["/x", "/x/", "/x/y", "/xy", "/"].map(by)).toEqual(["a", "a", "a", "404", "404"]);
  });

  test("of equals the older route wins, then the first rule", () => {
    const old = httpRoute([{ backendRefs: to("old") }, { backendRefs: to("second") }], [], {
      uid: "1",
      name: "z",
      creationTimestamp: "2030-01-01T00:00:00Z",
    });
    const young = httpRoute([{ backendRefs: to("young") }], [], {
      uid: "2",
      name: "a",
      creationTimestamp: "2030-01-02T00:00:00Z",
    });
    expect(text(decide(asked(), around([young, old], random)))).toBe("old");
  });

  test("a rule's changes come before those of the backend that was drawn", () => {
    const modify = (name: string, value: string): Json => ({
      type: "RequestHeaderModifier",
      requestHeaderModifier: { set: [{ name, value }] },
    });
    const rule = {
      filters: [modify("X-Rule", "1"), modify("X-Both", "rule")],
      backendRefs: [{ name: "a", port: 80, filters: [modify("X-Both", "backend")] }],
    };
    const decision = decide(asked({ fields: [["x-old", "1"]] }), around([httpRoute([rule])], random));
    expect(decision.type === "send" ? decision.head.fields : []).toEqual([
      ["x-old", "1"],
      ["x-rule", "1"],
      ["x-both", "backend"],
    ]);
  });

  test("a mirror gets its fraction of the copies, with a host that says so", () => {
    const mirror = (requestMirror: Json): Json => [{ type: "RequestMirror", requestMirror }];
    const copies = (requestMirror: Json): string =>
      arrivals([httpRoute([{ filters: mirror(requestMirror), backendRefs: to("a") }])], asked());
    const backendRef = { name: "b", port: 80 };
    expect(copies({ backendRef })).toBe("a 100%, copy of 100% to b");
    expect(copies({ backendRef, percent: 30 })).toBe("a 100%, copy of 30% to b");
    expect(copies({ backendRef, fraction: { numerator: 2, denominator: 5 } })).toBe("a 100%, copy of 40% to b");
    expect(copies({ backendRef, percent: 0 })).toBe("a 100%");
    const routes = [httpRoute([{ filters: mirror({ backendRef }), backendRefs: to("a") }])];
    const decision = decide(asked({ host: "app.example.com:80" }), around(routes, random));
    expect(decision.type === "send" && decision.mirrors[0]?.head.host).toBe("app.example.com-shadow:80");
  });

  test("path, host and redirect follow the filters", () => {
    const rewrite = { hostname: "in.example.com", path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v2" } };
    const matches = [{ path: { type: "PathPrefix", value: "/v1" } }];
    const rules = [{ matches, filters: [{ type: "URLRewrite", urlRewrite: rewrite }], backendRefs: to("a") }];
    const decision = decide(asked({ target: "/v1/x?q=1" }), around([httpRoute(rules)], random));
    expect(decision.type === "send" && [decision.head.host, decision.head.target]).toEqual([
      "in.example.com",
      "/v2/x?q=1",
    ]);
    const filters = [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }];
    expect(decide(asked({ target: "/x" }), around([httpRoute([{ filters }])], random))).toMatchObject({
      status: 301,
      fields: [["location", "https://app.example.com/x"]],
    });
  });

  test("a GRPCRoute goes by service and method, and its backends speak HTTP/2", () => {
    const rules = [
      { matches: [{ method: { service: "shop.Cart" } }], backendRefs: to("cart") },
      { matches: [{ method: { service: "shop.Cart", method: "Add" } }], backendRefs: to("add") },
      { matches: [{ method: { type: "RegularExpression", service: "shop\\..*" } }], backendRefs: to("shop") },
      { backendRefs: to("rest") },
    ];
    const route = decodeGrpcRoute(stored("GRPCRoute", { rules }));
    const by = (target: string): string => text(decide(asked({ method: "POST", target }), around([route], random)));
    expect(["/shop.Cart/Add", "/shop.Other/Get", "/a.B/C"].map(by)).toEqual(["add", "shop", "rest"]);
    const decision = decide(asked({ target: "/a.B/C" }), around([route], random));
    expect(decision.type === "send" && decision.reached.isHttp2).toBe(true);
  });

  test("timeouts and retries are those of the rule; 0s is no limit", () => {
    const rule = (timeout: string): Json => [
      {
        timeout,
        retries: { attempts: 2, perTryTimeout: "2s", retryOn: "connect-failure,502" },
        route: [{ destination: { host: "a" } }],
      },
    ];
    const limits = (timeout: string): unknown => {
      const decision = decide(asked(), around([virtualService(rule(timeout))], random));
      return decision.type === "send" ? decision.limits : undefined;
    };
    const retries = { attempts: 2, codes: new Set([502]), onConnectFailure: true, onReset: false, backoffMs: 25 };
    expect(limits("5s")).toEqual({ timeoutMs: 5_000, tryTimeoutMs: 2_000, retries });
    expect(limits("0s")).toMatchObject({ timeoutMs: undefined });
  });
});

describe("a VirtualService", () => {
  test("answers and redirects where it says so", () => {
    const direct = virtualService([{ directResponse: { status: 418, body: { string: "tea" } } }]);
    expect(decide(asked(), around([direct], random))).toMatchObject({ status: 418, body: "tea" });
    const redirect = virtualService([{ redirect: { uri: "/new", authority: "other.example.com" } }]);
    expect(decide(asked({ target: "/old" }), around([redirect], random))).toMatchObject({
      status: 301,
      fields: [["location", "http://other.example.com/new"]],
    });
  });

  test("matches authority, parameters, absent headers and cases as Istio does", () => {
    const rule = (match: Json, host: string): Json => ({ match: [match], route: [{ destination: { host } }] });
    const routes = [
      virtualService(
        [
          rule({ sourceLabels: { app: "x" } }, "sidecar"),
          rule({ queryParams: { v: { exact: "2" } } }, "parameter"),
          rule({ uri: { prefix: "/API" }, ignoreUriCase: true }, "case"),
          rule({ authority: { exact: "b.example.com" } }, "authority"),
          rule({ headers: { here: {} }, withoutHeaders: { gone: {} } }, "present"),
          { route: [{ destination: { host: "rest" } }] },
        ],
        ["*.example.com"],
      ),
    ];
    const by = (over: Parameters<typeof asked>[0]): string => text(decide(asked(over), around(routes, random)));
    expect(by({ target: "/?v=2" })).toBe("parameter");
    expect(by({ target: "/api/x" })).toBe("case");
    expect(by({ host: "b.example.com" })).toBe("authority");
    expect(by({ fields: [["here", "1"]] })).toBe("present");
    expect(by({ fields: [["here", "1"], ["gone", "1"]] })).toBe("rest"); // prettier-ignore
  });

  test("serves only what is bound to the Gateways it stands for", () => {
    const rules = [
      { match: [{ gateways: ["edge"] }], route: [{ destination: { host: "edge" } }] },
      { route: [{ destination: { host: "mesh" } }] },
    ];
    const spec = { hosts: ["app.example.com"], gateways: ["edge", "mesh"], http: rules };
    const by = (names: readonly string[]): string => {
      const route = decodeVirtualService(stored("VirtualService", spec), new Set(names));
      return text(decide(asked(), around([route], random)));
    };
    expect([by(["ns/edge"]), by(["mesh"]), by(["ns/other"])]).toEqual(["edge", "mesh", "404"]);
  });

  const gateway = { host: "knative-local-gateway.istio-system.svc.cluster.local" };

  test("shares out serverless models in two passes, and tells each its host and path", () => {
    const second = (name: string): Json => ({
      match: [{ headers: { branch: { exact: name } } }],
      rewrite: { uriRegexRewrite: { match: "^/(v[12])/models/[^/:]+", rewrite: `/\\1/models/${name}` } },
      route: [
        {
          destination: gateway,
          headers: { request: { set: { Host: `${name}-predictor.ns.svc.cluster.local` }, remove: ["branch"] } },
        },
      ],
    });
    const first = (name: string, weight: number): Json => ({
      destination: gateway,
      weight,
      headers: { request: { set: { branch: name } }, response: { set: { "app-version": name } } },
    });
    const routes = [virtualService([second("v1"), second("v2"), { route: [first("v1", 70), first("v2", 30)] }])];
    const head = asked({ target: "/v2/models/any/infer" });
    expect(arrivals(routes, head)).toBe("v1-predictor 70%, v2-predictor 30%");
    const decision = decide(head, around(routes, { next: () => 0.99 }));
    expect(decision).toMatchObject({
      head: { host: "v2-predictor.ns.svc.cluster.local", target: "/v2/models/v2/infer", fields: [] },
      response: [{ set: [["app-version", "v2"]] }],
    });
  });

  test("ends requests that go round in circles", () => {
    const routes = [virtualService([{ route: [{ destination: gateway }] }])];
    expect(text(decide(asked(), around(routes, random)))).toBe("508");
  });
});
