import { describe, expect, test } from "@jest/globals";

import { decode, grpc, http, istio, models } from "../generate/decodingRoutes.js";

const without = "list the one that requests go to";

describe("versions are refused", () => {
  test("that do not list exactly one Service or InferenceService, once for all routes", () => {
    const versions = `versions:
- {name: v1, resources: [{gvrShort: deploy, name: app}]}
- {name: v2, resources: [{gvrShort: svc, name: app}, {gvrShort: isvc, name: m}]}
- {name: v3, resources: [{gvrShort: ksvc, name: k}]}
- {name: v4, resources: [{gvrShort: service, name: app-v4}, {gvrShort: cm, name: c}]}
`;
    const routes =
      "- {kind: HTTPRoute, name: a, parentRefs: [{name: gw}]}\n- {kind: HTTPRoute, name: b, parentRefs: [{name: gw}]}";
    expect(decode(routes, versions).problems).toEqual([
      `versions[0].resources: a route needs exactly one Service or InferenceService of v1, here is none; ${without}`,
      `versions[1].resources: a route needs exactly one Service or InferenceService of v2, here is svc app and isvc m; ${without}`,
      `versions[2].resources: a route needs exactly one Service or InferenceService of v3, here is none; ${without}`,
    ]);
  });

  test("only once where their resources are wrong anyway", () => {
    expect(http("", "versions: [{resources: [{gvrShort: svcc, name: app}]}]\n")).toEqual([
      'versions[0].resources[0].gvrShort: unknown kind "svcc"; did you mean svc?',
    ]);
  });

  test("not where the route has a shared Service", () => {
    const versions = "versions: [{name: v1, resources: [{gvrShort: deploy, name: app}]}]\n";
    expect(istio("service: app, subsets: {v1: {version: v1}}", versions)).toEqual([]);
    expect(istio("", versions)).toEqual([
      `versions[0].resources: a route needs exactly one Service or InferenceService of v1, here is none; ${without}, or give the route a shared service with subsets`,
    ]);
  });

  test("with models of one name, where the name tells them apart", () => {
    const versions = `versions:
- {name: v1, resources: [{gvrShort: isvc, name: m}]}
- {name: v2, resources: [{gvrShort: isvc, name: m, namespace: other}]}
`;
    expect(istio("", versions)).toEqual([
      'routes[0]: the InferenceServices of v1 and v2 are both called "m", and are told apart by name; rename one, or write deploymentMode: RawDeployment if they are deployed so',
    ]);
    expect(istio("deploymentMode: RawDeployment", versions)).toEqual([]);
    expect(http("", versions)).toEqual([]);
  });
});

describe("a deployment mode is refused", () => {
  test("that nobody knows, or that is of no use", () => {
    expect(istio("deploymentMode: serverless", models)).toEqual([
      'routes[0].deploymentMode: unknown mode "serverless"; did you mean Serverless?',
    ]);
    expect(istio("deploymentMode: Serverless")).toEqual([
      "routes[0].deploymentMode: the route leads to no InferenceService; remove it",
    ]);
  });

  test("that gateways cannot serve", () => {
    expect(http("deploymentMode: Serverless", models)).toEqual([
      "routes[0].deploymentMode: serverless predictors are ExternalName Services, which gateways refuse in a route of kind HTTPRoute; use kind: VirtualService, or RawDeployment",
    ]);
    expect(grpc("deploymentMode: ModelMesh", models)).toEqual([
      "routes[0].deploymentMode: ModelMesh is supported with kind VirtualService, not with GRPCRoute; use kind: VirtualService",
    ]);
    expect(grpc("deploymentMode: Standard", models)).toEqual([]);
    expect(http("", models)).toEqual([]);
  });

  test.each(["Serverless", "ModelMesh"])("of %s for a mirror", (mode) => {
    expect(istio(`strategy: mirror, mirror: {v2: 5}, deploymentMode: ${mode}`, models)).toEqual([
      `routes[0].deploymentMode: copies cannot be told which model of ${mode} they are for; mirror is supported with Services and RawDeployment; for others use blue-green or canary`,
    ]);
  });

  test("of Serverless with a port", () => {
    expect(istio("deploymentMode: Serverless, port: 80", models)).toEqual([
      "routes[0].port: serverless models are reached through Knative's gateway, which has one port; remove it",
    ]);
    expect(istio("deploymentMode: ModelMesh, port: 8008", models)).toEqual([]);
  });
});

describe("a shared Service is refused", () => {
  test("without subsets, and subsets without it", () => {
    expect(istio("service: app")).toEqual([
      "routes[0].subsets: a shared Service needs subsets; give every version labels of its Pods",
    ]);
    expect(istio("subsets: {v1: {a: x}, v2: {a: y}}")).toEqual([
      "routes[0].service: subsets need a shared Service; add service, or remove subsets",
    ]);
  });

  test("with a name that no Service has", () => {
    expect(istio("service: app.other, subsets: {v1: {a: x}, v2: {a: y}}")).toEqual([
      'routes[0].service: "app.other" is no name of a Service; use lower case letters, digits and -',
    ]);
  });

  test("with subsets of other versions, or without one of each", () => {
    expect(istio("service: app, subsets: {v1: {a: x}, v3: {a: z}}")).toEqual([
      'routes[0].subsets.v3: there is no version "v3"; did you mean v1?',
      "routes[0].subsets: labels for v2 are missing; add v2",
    ]);
  });

  test("with labels that are none", () => {
    expect(istio("service: app, subsets: {v1: {}, v2: {a: -b, 'c d': e, f: 1}}")).toEqual([
      "routes[0].subsets.v1: there are no labels, so every Pod would match; write labels of this version's Pods",
      'routes[0].subsets.v2.a: "-b" is no value of a label; use at most 63 letters, digits, -, _ and .',
      'routes[0].subsets.v2["c d"]: "c d" is no name of a label; use at most 63 letters, digits, -, _ and ., with a domain and / before it if need be',
      "routes[0].subsets.v2.f: this is a number, not a text; quote it",
    ]);
  });

  test("with labels that one Pod could have of two versions", () => {
    const overlap = (v1: string, v2: string): readonly string[] =>
      istio(`service: app, subsets: {v1: ${v1}, v2: ${v2}}`);
    const problem =
      "routes[0].subsets.v2: a Pod could have these labels and those of v1; give both one label, such as version, with different values";
    expect(overlap("{version: v1}", "{version: v1}")).toEqual([problem]);
    expect(overlap("{app: a}", "{app: a, version: v2}")).toEqual([problem]);
    expect(overlap("{track: stable}", "{version: v2}")).toEqual([problem]);
    expect(overlap("{app: a, version: v1}", "{app: a, version: v2}")).toEqual([]);
  });

  test("for a version whose name no subset may have", () => {
    const versions = "versions: [{name: v1.2, resources: [{gvrShort: deploy, name: app}]}]\n";
    expect(istio('service: app, subsets: {"v1.2": {version: v1}}', versions)).toEqual([
      'routes[0].subsets["v1.2"]: a version with a subset needs a name of letters, digits and -; rename it',
    ]);
  });
});

describe("a rule is refused", () => {
  test.each([
    ["backendRefs", "where requests go follows from the versions; remove it"],
    ["route", "where requests go follows from the versions; remove it"],
    ["matches", "which requests a rule takes follows from the strategy; use match"],
    ["match", "which requests a rule takes follows from the strategy; use match"],
    ["name", "several rules may be written, and each would have this name; remove it"],
    ["mirror", "copies follow from the strategy; use strategy: mirror"],
    ["mirrors", "copies follow from the strategy; use strategy: mirror"],
    ["mirrorPercentage", "copies follow from the strategy; use strategy: mirror"],
    ["delegate", "such a rule sends requests to none of the versions; write it into a template of routingTemplates"],
    ["redirect", "such a rule sends requests to none of the versions; write it into a template of routingTemplates"],
    [
      "directResponse",
      "such a rule sends requests to none of the versions; write it into a template of routingTemplates",
    ],
    [
      "sessionPersistence",
      "it keeps users on a version of weight 0, so that version would never be free to go; use sticky, which lets them go",
    ],
  ])("with %s", (key, problem) => {
    expect(http(`rule: {timeouts: {request: 5s}, ${key}: {}}`)).toEqual([`routes[0].rule.${key}: ${problem}`]);
    expect(istio(`rule: {timeout: 5s, ${key}: {}}`)).toEqual([`routes[0].rule.${key}: ${problem}`]);
  });

  test("with filters that copy or redirect", () => {
    const filters = `[{type: RequestMirror, requestMirror: {backendRef: {name: a}}}, {type: RequestRedirect},
      {type: URLRewrite, requestRedirect: {}}, {type: RequestHeaderModifier, requestHeaderModifier: {remove: [a]}}, {}, text]`;
    expect(http(`rule: {filters: ${filters}}`)).toEqual([
      "routes[0].rule.filters[0]: copies follow from the strategy; use strategy: mirror",
      "routes[0].rule.filters[1]: such a rule sends requests to none of the versions; write it into a template of routingTemplates",
      "routes[0].rule.filters[2]: such a rule sends requests to none of the versions; write it into a template of routingTemplates",
      "routes[0].rule.filters[4].type: type is missing; write it",
      "routes[0].rule.filters[5]: this is a text, not a mapping; write `key: value` lines",
    ]);
  });

  test("with more filters than there is room for beside the mirrors", () => {
    const filters = (count: number): string =>
      `rule: {filters: [${Array(count).fill("{type: URLRewrite}").join(", ")}]}`;
    expect(http(filters(16))).toEqual([]);
    expect(http(`strategy: mirror, mirror: {v2: 5}, ${filters(16)}`)).toEqual([
      "routes[0].rule.filters: there are 17 filters in one rule, HTTPRoute allows 16; remove some",
    ]);
  });

  test.each([
    ["HTTPRoute", http, "filters: [{type: A, requestHeaderModifier: {set: [{name: mm-vmodel-id, value: m}]}}]"],
    ["HTTPRoute", http, "filters: [{type: URLRewrite, urlRewrite: {hostname: m-predictor.shop}}]"],
    ["VirtualService", istio, "headers: {request: {set: {mm-vmodel-id: m}}}"],
    ["VirtualService", istio, "rewrite: {authority: m-predictor.shop.svc.cluster.local}"],
  ])("as %s with a header that tells versions apart (%#)", (_, problems, rule) => {
    expect(problems(`rule: {${rule}}`)).toEqual([
      "routes[0].rule: it rewrites the Host or a header by which versions are told apart; remove that rewrite",
    ]);
  });

  test("that rewrites how serverless models are reached", () => {
    const problem =
      "routes[0].rule: it rewrites the Host or the header branch, by which serverless models are reached; remove that rewrite, or write deploymentMode: RawDeployment if they are deployed so";
    for (const rule of [
      "rewrite: {authority: example.com}",
      "headers: {request: {set: {branch: a}}}",
      "headers: {request: {add: {':authority': a}}}",
      "headers: {request: {remove: [Host]}}",
    ]) {
      expect(istio(`rule: {${rule}}`, models)).toEqual([problem]);
      expect(istio(`deploymentMode: RawDeployment, rule: {${rule}}`, models)).toEqual([]);
      expect(istio(`rule: {${rule}}`)).toEqual([]);
    }
    expect(istio("rule: {rewrite: {uri: /v1/models/m}}", models)).toEqual([]);
  });

  test("that is no mapping", () => {
    expect(http("rule: [a]")).toEqual(["routes[0].rule: this is a list, not a mapping; write `key: value` lines"]);
    expect(http("rule: {filters: a}")).toEqual([
      "routes[0].rule.filters: this is a text, not a list; begin each item with `- `",
    ]);
  });
});
