import { describe, expect, test } from "@jest/globals";

import type { Json } from "../../../../src/base/json.js";
import { at, stringAt } from "../../../../src/base/json.js";
import type { GeneratedManifest } from "../../../../src/routing/generate/generateRoute.js";
import { bodies, generated, model, routeBody, routeOf, service, twoServices, unseen, version, yaml } from "./routes.js";

const header = { versionHeader: "app-version" };
const candidate = {
  strategy: { type: "canary", match: new Map([["v2", [{ headers: { x: { exact: "1" } } }]]]) },
} as const;

function specOf(manifests: readonly GeneratedManifest[], key: string): Json | undefined {
  return at(routeBody(manifests), "spec", key);
}

describe("a VirtualService", () => {
  test("shares requests out by weight, with the user's own members in the rule", () => {
    const versions = [version("v1", unseen("app-v1")), version("v2", service("app-v2", [80], "far"))];
    const rule = { timeout: "5s", headers: { request: { set: { tenant: "a" } } } };
    const route = routeOf("VirtualService", { ...header, rule, gateways: [] });
    expect(bodies(generated(route, { versions, weights: [3, 1] }))).toEqual(
      yaml(`
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: app}
spec:
  hosts: [app.example.com]
  http:
  - timeout: 5s
    headers: {request: {set: {tenant: a}}}
    route:
    - destination: {host: app-v1.shop.svc.cluster.local}
      weight: 3
      headers: {response: {set: {app-version: v1}}}
    - destination: {host: app-v2.far.svc.cluster.local}
      weight: 1
      headers: {response: {set: {app-version: v2}}}
`),
    );
  });

  test("with sticky users matches the cookie header and adds the cookie", () => {
    const strategy = { type: "blue-green", sticky: { cookie: "c" } } as const;
    const route = routeOf("VirtualService", { strategy, port: 80 });
    expect(bodies(generated(route, { weights: [1, 0] }))).toEqual(
      yaml(`
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: app}
spec:
  hosts: [app.example.com]
  gateways: [gw]
  http:
  - match: [{headers: {cookie: {regex: '^(.*;\\s*)?c=v1\\s*(;.*)?$'}}}]
    route: [{destination: {host: app-v1.shop.svc.cluster.local, port: {number: 80}}, weight: 1}]
  - route:
    - destination: {host: app-v1.shop.svc.cluster.local, port: {number: 80}}
      weight: 1
      headers: {response: {add: {Set-Cookie: c=v1; Path=/; HttpOnly; SameSite=Lax}}}
    - destination: {host: app-v2.shop.svc.cluster.local, port: {number: 80}}
      weight: 0
      headers: {response: {add: {Set-Cookie: c=v2; Path=/; HttpOnly; SameSite=Lax}}}
`),
    );
  });

  test("mirrors to one candidate or to several, to none that serves the requests itself", () => {
    const three = [...twoServices, version("v3", service("app-v3"), false)];
    const percent = new Map([
      ["v2", 20],
      ["v3", 100],
    ]);
    const route = routeOf("VirtualService", { strategy: { type: "mirror", percent } });
    const http = (over: Parameters<typeof generated>[1]): Json | undefined =>
      specOf(generated(route, { versions: three, ...over }), "http");
    expect(http({ weights: [1, 1, 0] })).toEqual(
      yaml(`
- mirror: {host: app-v2.shop.svc.cluster.local}
  mirrorPercentage: {value: 20}
  route:
  - {destination: {host: app-v1.shop.svc.cluster.local}, weight: 1}
  - {destination: {host: app-v2.shop.svc.cluster.local}, weight: 0}
`)[0],
    );
    expect(http({ weights: [1, 1, 1] })).toMatchObject([
      {
        mirrors: [
          { destination: { host: "app-v2.shop.svc.cluster.local" }, percentage: { value: 20 } },
          { destination: { host: "app-v3.shop.svc.cluster.local" }, percentage: { value: 100 } },
        ],
      },
    ]);
    expect(http({ weights: [0, 1, 1], fallback: [0, 1, 0] })).toMatchObject([
      { mirror: { host: "app-v3.shop.svc.cluster.local" }, route: [{ weight: 0 }, { weight: 1 }] },
    ]);
  });

  test("of a shared Service comes with a DestinationRule of all subsets", () => {
    const subset = (name: string): ReturnType<typeof version> =>
      version(name, { type: "subset", labels: { version: name } }, false);
    const route = routeOf("VirtualService", {
      ...candidate,
      shared: { name: "app", subsets: new Map() },
      destinationRule: "dr",
    });
    const made = generated(route, { versions: [subset("v1"), subset("v2"), subset("v3")], weights: [1, 1, 0] });
    expect(made.map(({ shorthand }) => shorthand)).toEqual(["dr", "vs"]);
    expect(bodies(made)).toEqual(
      yaml(`
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: app}
spec:
  host: app.shop.svc.cluster.local
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
  - {name: v3, labels: {version: v3}}
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: app}
spec:
  hosts: [app.example.com]
  gateways: [gw]
  http:
  - match: [{headers: {x: {exact: "1"}}}]
    route: [{destination: {host: app.shop.svc.cluster.local, subset: v2}, weight: 1}]
  - route: [{destination: {host: app.shop.svc.cluster.local, subset: v1}, weight: 1}]
`),
    );
  });

  test("leads to raw predictors as to any Service", () => {
    const versions = [version("v1", model("m1", "RawDeployment")), version("v2", model("m2", "Serverless"))];
    const route = routeOf("VirtualService", { deploymentMode: "RawDeployment", port: 8080 });
    expect(bodies(generated(route, { versions }))).toEqual(
      yaml(`
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: app}
spec:
  hosts: [app.example.com]
  gateways: [gw]
  http:
  - route:
    - {destination: {host: m1-predictor.shop.svc.cluster.local, port: {number: 8080}}, weight: 1}
    - {destination: {host: m2-predictor.shop.svc.cluster.local, port: {number: 8080}}, weight: 1}
`),
    );
  });

  test("leads to serverless models on a second way through Knative's gateway", () => {
    const versions = [
      version("v1", model("m1", "Serverless")),
      version("v2", model("m2", undefined, { predictor: "m2-predictor-default" })),
      version("v3", model("m3", "Serverless")),
    ];
    const route = routeOf("VirtualService", { ...header, gateways: [], rule: { timeout: "5s" } });
    expect(bodies(generated(route, { versions, weights: [80, 20, 0] }))).toEqual(
      yaml(`
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: app}
spec:
  hosts: [app.example.com]
  gateways: [knative-serving/knative-local-gateway]
  http:
  - match: [{headers: {branch: {exact: m1}}}]
    rewrite: {uriRegexRewrite: {match: '^/(v[12])/models/[^/:]+', rewrite: '/\\1/models/m1'}}
    route:
    - destination: {host: knative-local-gateway.istio-system.svc.cluster.local, port: {number: 80}}
      weight: 1
      headers: {request: {set: {Host: m1-predictor.shop.svc.cluster.local}, remove: [branch]}}
  - match: [{headers: {branch: {exact: m2}}}]
    rewrite: {uriRegexRewrite: {match: '^/(v[12])/models/[^/:]+', rewrite: '/\\1/models/m2'}}
    route:
    - destination: {host: knative-local-gateway.istio-system.svc.cluster.local, port: {number: 80}}
      weight: 1
      headers: {request: {set: {Host: m2-predictor-default.shop.svc.cluster.local}, remove: [branch]}}
  - timeout: 5s
    route:
    - destination: {host: knative-local-gateway.istio-system.svc.cluster.local, port: {number: 80}}
      weight: 80
      headers: {request: {set: {branch: m1}}, response: {set: {app-version: v1}}}
    - destination: {host: knative-local-gateway.istio-system.svc.cluster.local, port: {number: 80}}
      weight: 20
      headers: {request: {set: {branch: m2}}, response: {set: {app-version: v2}}}
    - destination: {host: knative-local-gateway.istio-system.svc.cluster.local, port: {number: 80}}
      weight: 0
      headers: {request: {set: {branch: m3}}, response: {set: {app-version: v3}}}
`),
    );
  });

  test("is bound to Knative's gateway besides its own, once", () => {
    const versions = [version("v1", model("m1", "Serverless"))];
    const local = "knative-serving/knative-local-gateway";
    const gateways = (given: readonly string[]): Json | undefined =>
      specOf(generated(routeOf("VirtualService", { gateways: given }), { versions }), "gateways");
    expect(gateways(["edge/gw"])).toEqual(["edge/gw", local]);
    expect(gateways([local, "mesh"])).toEqual([local, "mesh"]);
  });

  test("as a canary of serverless models tells them apart before it matches", () => {
    const versions = [version("v1", model("m1", "Serverless")), version("v2", model("m2", "Serverless"))];
    expect(specOf(generated(routeOf("VirtualService", candidate), { versions }), "http")).toMatchObject([
      { match: [{ headers: { branch: { exact: "m1" } } }] },
      { match: [{ headers: { branch: { exact: "m2" } } }] },
      { match: [{ headers: { x: { exact: "1" } } }], route: [{ headers: { request: { set: { branch: "m2" } } } }] },
      { route: [{ weight: 1 }, { weight: 0 }] },
    ]);
  });

  test("tells ModelMesh the model in a header", () => {
    const versions = [
      version("v1", model("m1", "ModelMesh")),
      version("v2", model("m2", "ModelMesh", { modelMesh: { namespace: "mm", name: "serving", port: 9000 } })),
    ];
    expect(bodies(generated(routeOf("VirtualService", { gateways: ["mesh"] }), { versions }))).toEqual(
      yaml(`
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: app}
spec:
  hosts: [app.example.com]
  gateways: [mesh]
  http:
  - route:
    - destination: {host: modelmesh-serving.modelmesh-serving.svc.cluster.local, port: {number: 8033}}
      weight: 1
      headers: {request: {set: {mm-vmodel-id: m1}}}
    - destination: {host: serving.mm.svc.cluster.local, port: {number: 9000}}
      weight: 1
      headers: {request: {set: {mm-vmodel-id: m2}}}
`),
    );
  });
});

describe("the path of a request to a serverless model", () => {
  const versions = [version("v1", model("mine", "Serverless"))];
  const rule = at(specOf(generated(routeOf("VirtualService"), { versions }), "http"), 0, "rewrite", "uriRegexRewrite");
  const [match = "", rewrite = ""] = ["match", "rewrite"].map((key) => stringAt(rule, key));
  const to = (path: string): string => path.replace(new RegExp(match, "g"), rewrite.replace("\\1", "$1"));

  test.each([
    ["/v1/models/app:predict", "/v1/models/mine:predict"],
    ["/v2/models/app/infer", "/v2/models/mine/infer"],
    ["/v2/models/app/versions/3/infer", "/v2/models/mine/versions/3/infer"],
    ["/v2/models/app", "/v2/models/mine"],
    ["/v1/models", "/v1/models"],
    ["/v2/health/ready", "/v2/health/ready"],
    ["/x/v2/models/app/infer", "/x/v2/models/app/infer"],
  ])("%s becomes %s", (path, wanted) => {
    expect(to(path)).toBe(wanted);
  });
});
