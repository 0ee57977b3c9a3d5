import { describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { arrayAt, stringAt } from "../../../../src/base/json.js";
import { generated, model, problemsOf, routeBody, routeOf, service, unseen, version } from "./routes.js";

const http = routeOf("HTTPRoute");
const istio = routeOf("VirtualService");
const main = version("v1", service("app-v1"));

describe("a route cannot be generated", () => {
  test("for a Service that was not seen, unless the route names the port", () => {
    const versions = [main, version("v2", unseen("app-v2"))];
    expect(problemsOf(http, { versions })).toEqual([
      "routes[0].port: Service shop/app-v2 was not seen, so its port is not known; create the Service, or write its port",
    ]);
    expect(problemsOf({ ...http, port: 80 }, { versions })).toEqual([]);
    expect(problemsOf(istio, { versions })).toEqual([]);
  });

  test.each([
    ["HTTPRoute", http],
    ["VirtualService", istio],
  ])("as %s for a Service of several ports without a choice", (_, route) => {
    const versions = [main, version("v2", service("app-v2", [80, 9090]))];
    expect(problemsOf(route, { versions })).toEqual([
      "routes[0].port: Service shop/app-v2 has the ports 80, 9090; write the one that requests go to",
    ]);
    expect(problemsOf({ ...route, port: 80 }, { versions })).toEqual([]);
  });

  test("for a port that the Service does not have", () => {
    const versions = [main, version("v2", service("app-v2", [80, 9090])), version("v3", service("app-v3", []))];
    expect(problemsOf({ ...http, port: 81 }, { versions })).toEqual([
      "routes[0].port: Service shop/app-v1 has no port 81; write 80, or nothing",
      "routes[0].port: Service shop/app-v2 has no port 81; write one of 80, 9090",
      "routes[0].port: Service shop/app-v3 has no ports; give the Service one",
    ]);
  });

  test("of Gateway API for a model that no Service answers for", () => {
    const versions = [version("v1", model("m1", "Serverless")), version("v2", model("m2", "ModelMesh"))];
    expect(problemsOf(routeOf("GRPCRoute"), { versions })).toEqual([
      "routes[0]: InferenceService shop/m1 is serverless: its predictor is an ExternalName Service, which gateways refuse in a GRPCRoute; use kind: VirtualService, or deploy it as RawDeployment",
      "routes[0]: InferenceService shop/m2 runs on ModelMesh: its model is chosen by a request header, which a GRPCRoute is not used for; use kind: VirtualService",
    ]);
    expect(problemsOf({ ...http, deploymentMode: "RawDeployment" }, { versions })).toEqual([]);
  });

  test("with copies for a model that is told by a header", () => {
    const versions = [main, version("v2", model("m2"))];
    const route = routeOf("VirtualService", { strategy: { type: "mirror", percent: new Map([["v2", 5]]) } });
    expect(problemsOf(route, { versions })).toEqual([
      "routes[0]: InferenceService shop/m2 is of mode Serverless: its model is told by a header, which a copy of a request cannot be given; use strategy: blue-green or canary, or deploy it as RawDeployment",
    ]);
    expect(problemsOf(route, { versions, weights: [1, 0] })).toEqual([]);
  });

  test("for a version without one backend, or with a subset that the kind does not know", () => {
    const versions = [version("v1", undefined), version("v2", { type: "subset", labels: { version: "v2" } })];
    const alone = "has no Service or InferenceService of its own; list exactly one of them in its resources";
    expect(problemsOf(http, { versions })).toEqual([
      `routes[0]: version v1 ${alone}`,
      "routes[0]: HTTPRoute knows no subsets; use kind: VirtualService",
    ]);
    expect(problemsOf(istio, { versions })).toEqual([
      `routes[0]: version v1 ${alone}`,
      `routes[0]: version v2 ${alone}`,
    ]);
  });

  test("where nobody may get requests", () => {
    expect(problemsOf(http, { weights: [0, 0], fallback: [0, 0] })).toEqual([
      "routes[0]: no version may carry traffic, so requests have nowhere to go; bring a version up, and give it weight",
    ]);
  });

  test("with more than Gateway API allows", () => {
    const versions = Array.from({ length: 17 }, (_, index) => version(`v${index}`, service(`app-${index}`)));
    const sticky = routeOf("HTTPRoute", { strategy: { type: "blue-green", sticky: { cookie: "c" } } });
    expect(problemsOf(sticky, { versions })).toEqual([
      "routes[0]: there are 18 rules, HTTPRoute allows 16; split the route",
      "routes[0]: there are 17 versions with traffic in one rule, HTTPRoute allows 16; split the route",
    ]);
    const filters = Array.from({ length: 17 }, () => ({ type: "ExtensionRef" }));
    expect(problemsOf({ ...http, rule: { filters } })).toEqual([
      "routes[0]: there are 17 filters in one rule, HTTPRoute allows 16; split the route",
    ]);
  });

  test("with more matches than Gateway API allows, where an HTTPRoute counts one for each rule without", () => {
    const names = ["v1", "v2", "v3"];
    const versions = names.map((name) => version(name, service(name)));
    const matches = (count: number): readonly JsonObject[] =>
      Array.from({ length: count }, () => ({ headers: [{ name: "a", value: "b" }] }));
    const canary = (kind: "HTTPRoute" | "GRPCRoute", counts: readonly number[]): readonly string[] => {
      const match = new Map(counts.map((count, index) => [`v${index + 2}`, matches(count)]));
      return problemsOf(routeOf(kind, { strategy: { type: "canary", match } }), { versions });
    };
    expect(canary("HTTPRoute", [64, 63])).toEqual([]);
    expect(canary("GRPCRoute", [64, 64])).toEqual([]);
    expect(canary("HTTPRoute", [64, 64])).toEqual([
      "routes[0]: there are 129 matches in all rules, HTTPRoute allows 128; split the route",
    ]);
    expect(canary("GRPCRoute", [65, 1])).toEqual([
      "routes[0]: there are 65 matches in one rule, GRPCRoute allows 64; split the route",
    ]);
  });
});

describe("a version that gets nothing", () => {
  test("is left out where it cannot be written, so that it does not stand in the way of the others", () => {
    const hopeless = [
      version("v2", unseen("app-v2")),
      version("v3", service("app-v3", [80, 81])),
      version("v4", model("m4", "Serverless")),
      version("v5", undefined),
    ];
    const body = routeBody(generated(http, { versions: [main, ...hopeless], weights: [1, 0, 0, 0, 0] }));
    expect(arrayAt(body, "spec", "rules")).toEqual([{ backendRefs: [{ name: "app-v1", port: 80, weight: 1 }] }]);
  });

  test("is left out where a rule has no room for it", () => {
    const versions = Array.from({ length: 20 }, (_, index) => version(`v${index}`, service(`app-${index}`)));
    const weights = versions.map((_, index) => (index < 2 || index > 17 ? 1 : 0));
    const refs = arrayAt(routeBody(generated(http, { versions, weights })), "spec", "rules", 0, "backendRefs");
    expect(refs).toHaveLength(16);
    const kept = versions.map((_, index) => index).filter((index) => index < 14 || index > 17);
    expect(refs.map((ref) => stringAt(ref, "name"))).toEqual(kept.map((index) => `app-${index}`));
  });

  test("that left the spec under a name which a cookie cannot hold has no cookie, but its share", () => {
    const versions = [main, version("v1 (left the spec)", service("old"))];
    const strategy = { type: "blue-green", sticky: { cookie: "c" } } as const;
    const text = JSON.stringify(routeBody(generated({ ...http, strategy }, { versions })));
    expect(text).toContain('{"name":"old","port":80,"weight":1}');
    expect(text).not.toContain("left the spec");
  });
});
