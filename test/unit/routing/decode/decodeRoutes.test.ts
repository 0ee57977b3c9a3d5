import { describe, expect, test } from "@jest/globals";

import { context, decode, grpc, http, istio, many, models, services } from "../generate/decodingRoutes.js";

describe("routes", () => {
  test("may be absent, and need little", () => {
    expect(decode("")).toEqual({ routes: [], problems: [] });
    expect(decode("- {kind: HTTPRoute, name: app, parentRefs: [{name: gw, namespace: infra}]}")).toEqual({
      problems: [],
      routes: [
        {
          kind: "HTTPRoute",
          shorthand: "httproute",
          name: "app",
          hostnames: [],
          parentRefs: [{ name: "gw", namespace: "infra" }],
          gateways: [],
          strategy: { type: "blue-green" },
          rule: {},
          versionHeader: "app-version",
        },
      ],
    });
  });

  test("are decoded with all that they may say", () => {
    const text = `- kind: VirtualService
  name: app
  strategy: canary
  hostnames: [app, app.shop.svc.cluster.local, "*.example.com"]
  gateways: [mesh, edge/gw]
  port: 8080
  match: {v2: [{headers: {x: {exact: "1"}}}]}
  rule: {timeout: 5s}
  versionHeader: ""
  service: app
  subsets: {v1: {version: v1}, v2: {version: v2, app.kubernetes.io/name: app}}
- {kind: GRPCRoute, name: app, strategy: mirror, mirror: {v2: 20}, parentRefs: [{name: gw}], versionHeader: x-version}
- {kind: HTTPRoute, name: app, parentRefs: [{name: gw}], sticky: {cookie: app-version, maxAge: 1h}, hostnames: }
`;
    const { routes, problems } = decode(text);
    expect(problems).toEqual([]);
    expect(routes).toEqual([
      {
        kind: "VirtualService",
        shorthand: "vs",
        destinationRule: "dr",
        name: "app",
        hostnames: ["app", "app.shop.svc.cluster.local", "*.example.com"],
        parentRefs: [],
        gateways: ["mesh", "edge/gw"],
        port: 8080,
        strategy: { type: "canary", match: new Map([["v2", [{ headers: { x: { exact: "1" } } }]]]) },
        rule: { timeout: "5s" },
        shared: {
          name: "app",
          subsets: new Map([
            ["v1", { version: "v1" }],
            ["v2", { version: "v2", "app.kubernetes.io/name": "app" }],
          ]),
        },
      },
      expect.objectContaining({
        kind: "GRPCRoute",
        shorthand: "grpcroute",
        versionHeader: "x-version",
        strategy: { type: "mirror", percent: new Map([["v2", 20]]) },
      }),
      expect.objectContaining({ strategy: { type: "blue-green", sticky: { cookie: "app-version", maxAge: 3600 } } }),
    ]);
  });

  test.each([
    ["Serverless", "Serverless"],
    ["Knative", "Serverless"],
    ["RawDeployment", "RawDeployment"],
    ["Standard", "RawDeployment"],
    ["ModelMesh", "ModelMesh"],
  ])("take KServe's mode %s as %s", (written, meant) => {
    const route = `- {kind: VirtualService, name: app, hostnames: [app], deploymentMode: ${written}}`;
    expect(decode(route, models)).toMatchObject({ problems: [], routes: [{ deploymentMode: meant }] });
  });

  test("of a canary or mirror need nothing per candidate while there is none", () => {
    expect(http("strategy: canary", many(1))).toEqual([]);
    expect(http("strategy: mirror", many(1))).toEqual([]);
  });
});

describe("a route is refused", () => {
  test("that is empty, no mapping, or of no kind", () => {
    expect(
      decode("-\n- text\n- {name: app}\n- {kind: HttpRoute, name: app}\n- {kind: Ingress, name: b}").problems,
    ).toEqual([
      "routes[0]: the route is empty; give it kind and name",
      "routes[1]: this is a text, not a mapping; write `key: value` lines",
      "routes[2].kind: kind is missing; write it",
      'routes[3].kind: no routes of kind "HttpRoute"; did you mean HTTPRoute?',
      'routes[4].kind: no routes of kind "Ingress"; use one of HTTPRoute, GRPCRoute, VirtualService',
    ]);
  });

  test("with a key that nobody knows, or that another kind has", () => {
    expect(http("hostname: [a]")).toEqual(['routes[0].hostname: unknown key "hostname"; did you mean hostnames?']);
    expect(http("gateways: [gw]")).toEqual(["routes[0].gateways: HTTPRoute has no gateways; write parentRefs"]);
    expect(grpc("service: app")).toEqual(["routes[0].service: GRPCRoute has no service; use kind: VirtualService"]);
    expect(istio("parentRefs: [{name: gw}]")).toEqual([
      "routes[0].parentRefs: VirtualService has no parentRefs; write gateways",
    ]);
  });

  test("without a name, with one that no object may have, or with that of another", () => {
    expect(decode("- {kind: HTTPRoute, parentRefs: [{name: gw}]}").problems).toEqual([
      "routes[0].name: name is missing; write it",
    ]);
    const text = `- {kind: HTTPRoute, name: App_1, parentRefs: [{name: gw}]}
- {kind: HTTPRoute, name: app, parentRefs: [{name: gw}]}
- {kind: HTTPRoute, name: app, parentRefs: [{name: gw}]}
- {kind: GRPCRoute, name: app, parentRefs: [{name: gw}]}`;
    expect(decode(text).problems).toEqual([
      'routes[0].name: "App_1" is no name of an object; use lower case letters, digits, - and .',
      'routes[2].name: HTTPRoute "app" is written by an earlier route; rename one',
    ]);
  });

  test("of a kind that the configuration does not know or let be written", () => {
    expect(http("", services, { outputs: ["vs"] })).toEqual([
      "routes[0].kind: the controller's configuration does not let HTTPRoutes be written; add httproute to outputs",
    ]);
    const kinds = new Map([...context.kinds].filter(([shorthand]) => !["vs", "dr"].includes(shorthand)));
    expect(istio("service: app, subsets: {v1: {a: x}, v2: {a: y}}", services, { kinds })).toEqual([
      "routes[0].kind: the controller's configuration does not know virtualservices.networking.istio.io; add it to resourceTypes and outputs",
      "routes[0].service: the controller's configuration does not know destinationrules.networking.istio.io; add it to resourceTypes and outputs",
    ]);
  });

  test("whose kind is known under another shorthand is decoded with that", () => {
    const found = context.kinds.get("httproute");
    const kinds = new Map(found === undefined ? [] : [["hr", { ...found, shorthand: "hr" }]]);
    const over = { kinds: new Map([...context.kinds, ...kinds]), outputs: ["hr"] };
    const { routes } = decode("- {kind: HTTPRoute, name: app, parentRefs: [{name: gw}]}", services, over);
    expect(routes.map(({ shorthand }) => shorthand)).toEqual(["hr"]);
  });

  test("with a port that is none", () => {
    expect(http("port: 0")).toEqual(["routes[0].port: 0 is no port; write one from 1 to 65535"]);
    expect(http("port: 65536")).toEqual(["routes[0].port: this is 65536, not an integer from 0 to 65535; write one"]);
  });

  test("with a response header that cannot be one", () => {
    expect(http('versionHeader: "a b"')).toEqual([
      'routes[0].versionHeader: "a b" cannot be this header; write another name, or "" for none',
    ]);
    expect(http("versionHeader: Set-Cookie")).toHaveLength(1);
  });
});

describe("hosts and parents are refused", () => {
  test("where they are missing", () => {
    expect(decode("- {kind: HTTPRoute, name: app}").problems).toEqual([
      "routes[0].parentRefs: a route of kind HTTPRoute needs parentRefs; name a Gateway: - name: …",
    ]);
    expect(decode("- {kind: VirtualService, name: app}").problems).toEqual([
      "routes[0].hostnames: a VirtualService needs hostnames; list the hosts it serves",
    ]);
  });

  test("where a parent has no name or something unknown", () => {
    const text =
      "- {kind: HTTPRoute, name: app, parentRefs: [null, {}, {name: gw, sectionname: a}, {name: gw, port: 70000}]}";
    expect(decode(text).problems).toEqual([
      "routes[0].parentRefs[0]: the parent is empty; give it a name",
      "routes[0].parentRefs[1].name: name is missing; write it",
      'routes[0].parentRefs[2].sectionname: unknown key "sectionname"; did you mean sectionName?',
      "routes[0].parentRefs[3].port: this is 70000, not an integer from 0 to 65535; write one",
    ]);
  });

  test("where a gateway has no name that Istio knows", () => {
    expect(istio("gateways: [a/b/c, Upper, good, ns/good, mesh]")).toEqual([
      'routes[0].gateways[0]: "a/b/c" is no name of a Gateway; write name, namespace/name or mesh',
      'routes[0].gateways[1]: "Upper" is no name of a Gateway; write name, namespace/name or mesh',
    ]);
  });

  test("where a host is no name, or one that the route may not have", () => {
    const allowed = { limits: { ...context.limits, hosts: ["*.example.com"] } };
    const fix = "use a host of the namespace shop or of your own domain";
    expect(
      http("hostnames: [Bad_host, '*', app.other.svc, good.example.com, bad.example.org]", services, allowed),
    ).toEqual([
      'routes[0].hostnames[0]: "Bad_host" is no host name; use lower case letters, digits, - and ., with *. before it for all names below',
      'routes[0].hostnames[1]: "*" is no host name; use lower case letters, digits, - and ., with *. before it for all names below',
      `routes[0].hostnames[2]: app.other.svc is a Service of the namespace other; ${fix}`,
      `routes[0].hostnames[4]: bad.example.org is none of the hosts that the controller's configuration allows (*.example.com); ${fix}`,
    ]);
  });

  test("where a VirtualService takes another namespace's requests in the mesh", () => {
    const route = (gateways: string): readonly string[] =>
      decode(`- {kind: VirtualService, name: app, hostnames: [app.other], ${gateways}}`).problems;
    const problem =
      "routes[0].hostnames[0]: in the mesh, app.other is a Service of the namespace other; use a host of the namespace shop or of your own domain, or bind the route to gateways other than mesh";
    expect(route("gateways: []")).toEqual([problem]);
    expect(route("gateways: [gw, mesh]")).toEqual([problem]);
    expect(route("gateways: [gw]")).toEqual([]);
  });

  test("where there are more than Gateway API allows", () => {
    const hosts = Array.from({ length: 17 }, (_, index) => `h${index}`).join(", ");
    const parents = Array.from({ length: 33 }, (_, index) => `{name: gw-${index}}`).join(", ");
    expect(http(`hostnames: [${hosts}]`)).toEqual([
      "routes[0].hostnames: there are 17 hostnames, HTTPRoute allows 16; split the route",
    ]);
    expect(decode(`- {kind: GRPCRoute, name: app, parentRefs: [${parents}]}`).problems).toEqual([
      "routes[0].parentRefs: there are 33 parentRefs, GRPCRoute allows 32; split the route",
    ]);
    expect(decode(`- {kind: VirtualService, name: app, hostnames: [${hosts}]}`).problems).toEqual([]);
  });
});
