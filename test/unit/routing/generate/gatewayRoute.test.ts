import { describe, expect, test } from "@jest/globals";

import { bodies, generated, model, routeBody, routeOf, service, twoServices, version, yaml } from "./routes.js";

const header = { versionHeader: "app-version" };
const candidate = {
  strategy: { type: "canary", match: new Map([["v2", [{ headers: [{ name: "x", value: "1" }] }]]]) },
} as const;

describe("an HTTPRoute", () => {
  test("shares requests out by weight, and each answer tells its version", () => {
    const route = routeOf("HTTPRoute", { ...header, rule: { timeouts: { request: "5s" } } });
    expect(bodies(generated(route, { weights: [80, 20] }))).toEqual(
      yaml(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: app}
spec:
  parentRefs: [{name: gw}]
  hostnames: [app.example.com]
  rules:
  - timeouts: {request: 5s}
    backendRefs:
    - name: app-v1
      port: 80
      weight: 80
      filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: app-version, value: v1}]}}]
    - name: app-v2
      port: 80
      weight: 20
      filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: app-version, value: v2}]}}]
`),
    );
  });

  test("with sticky users has a rule for each version with weight before the one that assigns", () => {
    const strategy = { type: "blue-green", sticky: { cookie: "app-version", maxAge: 3600 } } as const;
    const versions = [...twoServices, version("v3", service("app-v3"))];
    expect(bodies(generated(routeOf("HTTPRoute", { strategy }), { versions, weights: [80, 0, 20] }))).toEqual(
      yaml(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: app}
spec:
  parentRefs: [{name: gw}]
  hostnames: [app.example.com]
  rules:
  - matches: [{headers: [{type: RegularExpression, name: Cookie, value: '^(.*;\\s*)?app-version=v1\\s*(;.*)?$'}]}]
    backendRefs: [{name: app-v1, port: 80, weight: 1}]
  - matches: [{headers: [{type: RegularExpression, name: Cookie, value: '^(.*;\\s*)?app-version=v3\\s*(;.*)?$'}]}]
    backendRefs: [{name: app-v3, port: 80, weight: 1}]
  - backendRefs:
    - name: app-v1
      port: 80
      weight: 80
      filters:
      - type: ResponseHeaderModifier
        responseHeaderModifier:
          add: [{name: Set-Cookie, value: app-version=v1; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax}]
    - name: app-v2
      port: 80
      weight: 0
      filters:
      - type: ResponseHeaderModifier
        responseHeaderModifier:
          add: [{name: Set-Cookie, value: app-version=v2; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax}]
    - name: app-v3
      port: 80
      weight: 20
      filters:
      - type: ResponseHeaderModifier
        responseHeaderModifier:
          add: [{name: Set-Cookie, value: app-version=v3; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax}]
`),
    );
  });

  test("as a canary leads what matches to the candidate and all else to the fallback", () => {
    expect(bodies(generated(routeOf("HTTPRoute", candidate), { weights: [1, 7], fallback: [1, 0] }))).toEqual(
      yaml(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: app}
spec:
  parentRefs: [{name: gw}]
  hostnames: [app.example.com]
  rules:
  - matches: [{headers: [{name: x, value: "1"}]}]
    backendRefs: [{name: app-v2, port: 80, weight: 1}]
  - backendRefs: [{name: app-v1, port: 80, weight: 1}, {name: app-v2, port: 80, weight: 0}]
`),
    );
  });

  test("mirrors to candidates after the user's own filters, everything where the percentage is 100", () => {
    const versions = [...twoServices, version("v3", service("app-v3"), false)];
    const percent = new Map([
      ["v2", 20],
      ["v3", 100],
    ]);
    const rule = { filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: { remove: ["x"] } }] };
    const route = routeOf("HTTPRoute", { strategy: { type: "mirror", percent }, rule, hostnames: [] });
    expect(bodies(generated(route, { versions }))).toEqual(
      yaml(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: app}
spec:
  parentRefs: [{name: gw}]
  rules:
  - filters:
    - {type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}
    - {type: RequestMirror, requestMirror: {backendRef: {name: app-v2, port: 80}, percent: 20}}
    - {type: RequestMirror, requestMirror: {backendRef: {name: app-v3, port: 80}}}
    backendRefs: [{name: app-v1, port: 80, weight: 1}, {name: app-v2, port: 80, weight: 0}]
`),
    );
  });

  test("leads to raw predictors, and to Services of other namespaces", () => {
    const versions = [
      version("v1", model("m1", "RawDeployment")),
      version("v2", model("m2", undefined, { predictor: "m2-predictor-default" })),
      version("v3", service("app", [8080], "far")),
    ];
    expect(bodies(generated(routeOf("HTTPRoute"), { versions }))).toEqual(
      yaml(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: app}
spec:
  parentRefs: [{name: gw}]
  hostnames: [app.example.com]
  rules:
  - backendRefs:
    - {name: m1-predictor, port: 80, weight: 1}
    - {name: m2-predictor-default, port: 80, weight: 1}
    - {name: app, namespace: far, port: 8080, weight: 1}
`),
    );
  });

  test("leads to the fallback where no version has weight", () => {
    const body = routeBody(generated(routeOf("HTTPRoute"), { weights: [0, 0], fallback: [0, 3] }));
    expect(body).toMatchObject({ spec: { rules: [{ backendRefs: [{ weight: 0 }, { weight: 3 }] }] } });
  });
});

describe("a GRPCRoute", () => {
  test("shares requests out, leads matches to a candidate and mirrors as an HTTPRoute does", () => {
    const match = new Map([["v2", [{ method: { service: "shop.Cart" } }]]]);
    const canary = generated(routeOf("GRPCRoute", { strategy: { type: "canary", match }, ...header }));
    const mirror = routeOf("GRPCRoute", { strategy: { type: "mirror", percent: new Map([["v2", 5]]) } });
    expect(bodies([...canary, ...generated(mirror), ...generated(routeOf("GRPCRoute", { port: 80 }))])).toEqual(
      yaml(`
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: app}
spec:
  parentRefs: [{name: gw}]
  hostnames: [app.example.com]
  rules:
  - matches: [{method: {service: shop.Cart}}]
    backendRefs:
    - name: app-v2
      port: 80
      weight: 1
      filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: app-version, value: v2}]}}]
  - backendRefs:
    - name: app-v1
      port: 80
      weight: 1
      filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: app-version, value: v1}]}}]
    - name: app-v2
      port: 80
      weight: 0
      filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: app-version, value: v2}]}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: app}
spec:
  parentRefs: [{name: gw}]
  hostnames: [app.example.com]
  rules:
  - filters: [{type: RequestMirror, requestMirror: {backendRef: {name: app-v2, port: 80}, percent: 5}}]
    backendRefs: [{name: app-v1, port: 80, weight: 1}, {name: app-v2, port: 80, weight: 0}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: app}
spec:
  parentRefs: [{name: gw}]
  hostnames: [app.example.com]
  rules:
  - backendRefs: [{name: app-v1, port: 80, weight: 1}, {name: app-v2, port: 80, weight: 1}]
`),
    );
  });
});
