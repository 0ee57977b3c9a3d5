import { describe, expect, test } from "@jest/globals";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { arrayAt, at } from "../../../../src/base/json.js";
import type { Correction, Guarded } from "../../../../src/routing/guard/correction.js";
import { guardRoute } from "../../../../src/routing/guard/guard.js";
import type { SubsetLabels, VersionIdentity } from "../../../../src/routing/reader/identify.js";
import * as iter8 from "../reader/iter8Routes.js";

const two = iter8.deployments(2);
const isvcs = iter8.models(2);
const primary: readonly [readonly boolean[], readonly number[]] = [
  [true, false],
  [1, 0],
];
const candidate: readonly [readonly boolean[], readonly number[]] = [
  [false, true],
  [0, 1],
];

function guarded(
  body: JsonObject,
  [allowed, fallback]: readonly [readonly boolean[], readonly number[]],
  versions: readonly VersionIdentity[],
  subsetLabels?: SubsetLabels,
): Guarded {
  const result = guardRoute(body, allowed, fallback, versions, subsetLabels);
  if (!result.ok) throw new Error(`${result.error.path}: ${result.error.message}`);
  return result.value;
}

const brief = (corrections: readonly Correction[]): readonly string[] =>
  corrections.map(({ path, what, version }) => `${what} ${path} ${version ?? "?"}`);
const httpOf = (value: Guarded): readonly Json[] => arrayAt(value.body, "spec", "http");
const rulesOf = (value: Guarded): readonly Json[] => arrayAt(value.body, "spec", "rules");
const weights = (rule: Json | undefined, shares: string): readonly (Json | undefined)[] =>
  arrayAt(rule, shares).map((share) => at(share, "weight"));
const ref = (name: string, more: JsonObject = {}): JsonObject => ({ name, port: 80, ...more });
const to = (host: string, more: JsonObject = {}): JsonObject => ({
  destination: { host, port: { number: 80 } },
  ...more,
});
const mirrorTo = (name: string, more: JsonObject = {}): JsonObject => ({
  type: "RequestMirror",
  requestMirror: { backendRef: ref(name), ...more },
});
const match = { matches: iter8.candidateMatches };

describe("what is in order", () => {
  test.each<[string, JsonObject, readonly VersionIdentity[]]>([
    ["blue-green on Istio", iter8.deploymentIstioBlueGreen([30, 70]), two],
    ["canary on Istio", iter8.deploymentIstioCanary([1, 1]), two],
    ["mirror on Istio", iter8.deploymentIstioMirror([1, 20]), two],
    ["blue-green on a gateway", iter8.deploymentGatewayBlueGreen([30, 70]), two],
    ["canary on a gateway", iter8.deploymentGatewayCanary([1, 1]), two],
    ["KServe in two passes", iter8.kserveBlueGreen([30, 70]), isvcs],
    ["ModelMesh", iter8.modelMeshBlueGreen([30, 70]), isvcs],
  ])("%s comes back as the very same object", (_, body, versions) => {
    const value = guarded(
      body,
      [
        [true, true],
        [1, 0],
      ],
      versions,
    );
    expect(value.body).toBe(body);
    expect(value.corrections).toEqual([]);
    expect(value.reading.readable).toBe(true);
  });

  test("an object without a reader comes back unchecked, and says so", () => {
    const body = iter8.route("networking.istio.io/v1", "DestinationRule", { host: "app-1" });
    expect(guarded(body, primary, two)).toEqual({
      body,
      corrections: [],
      reading: { readable: false, reason: "NoReader" },
    });
    const delegate = iter8.virtualService([{ delegate: { name: "x" } }, { route: [to("app-1")] }]);
    expect(guarded(delegate, primary, two).body).toBe(delegate);
    expect(guarded(delegate, primary, two).reading.readable).toBe(false);
  });

  test("redirects, direct responses and backends of others stay", () => {
    const http = [{ redirect: { uri: "/x" } }, { directResponse: { status: 503 } }, { route: [to("legacy")] }];
    const body = iter8.virtualService(http);
    expect(
      guarded(
        body,
        [
          [false, false],
          [0, 0],
        ],
        two,
      ).body,
    ).toBe(body);
    const filters = [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }];
    const gateway = iter8.httpRoute([{ filters }, { backendRefs: [ref("legacy")] }]);
    expect(
      guarded(
        gateway,
        [
          [false, false],
          [0, 0],
        ],
        two,
      ).body,
    ).toBe(gateway);
  });
});

describe("defects of Iter8's charts", () => {
  test("a: without weights half the traffic would go to an unready candidate", () => {
    const value = guarded(iter8.deploymentGatewayBlueGreen([1, 0]), primary, two);
    expect(weights(rulesOf(value)[0], "backendRefs")).toEqual([undefined, 0]);
    expect(value.corrections).toEqual([
      {
        path: "spec.rules[0].backendRefs[1]",
        rule: "spec.rules[0]",
        destination: "Service ns/app-1",
        version: "v1",
        what: "weightZeroed",
      },
    ]);
  });

  test.each<[string, Json]>([
    ["with matches", iter8.candidateMatches],
    ["without matches", null],
  ])("b: a canary %s is dropped while the candidate is unready", (_, matches) => {
    const value = guarded(iter8.deploymentGatewayCanary([1, 0], matches), primary, two);
    expect(rulesOf(value)).toEqual([arrayAt(iter8.deploymentGatewayCanary([1, 0]), "spec", "rules")[1]]);
    expect(brief(value.corrections)).toEqual(["ruleDropped spec.rules[0] v1"]);
  });

  test("c: a mirror beside a primary that is never available keeps its copies and the primary everything", () => {
    const body = iter8.deploymentIstioMirror([0, 20]);
    expect(
      guarded(
        body,
        [
          [true, true],
          [1, 0],
        ],
        two,
      ).body,
    ).toBe(body);
    const dead = guarded(body, primary, two);
    expect(Object.keys(dead.body["spec"] === undefined ? {} : (httpOf(dead)[0] as JsonObject))).toEqual([
      "name",
      "route",
    ]);
    expect(brief(dead.corrections)).toEqual(["mirrorRemoved spec.http[0].mirror v1"]);
  });

  test("c: a primary that may not carry is replaced, though only the mirror names the other version", () => {
    const value = guarded(iter8.deploymentIstioMirror([0, 20]), candidate, two);
    expect(arrayAt(httpOf(value)[0], "route").map((share) => at(share, "destination", "host"))).toEqual([
      "app-0.ns.svc.cluster.local",
      "app-1.ns.svc.cluster.local",
    ]);
    expect(weights(httpOf(value)[0], "route")).toEqual([0, 1]);
  });

  test("d: of three versions the unready second gets nothing", () => {
    const value = guarded(
      iter8.deploymentGatewayBlueGreen([5, 0, 7]),
      [
        [true, false, true],
        [1, 0, 0],
      ],
      iter8.deployments(3),
    );
    expect(weights(rulesOf(value)[0], "backendRefs")).toEqual([undefined, 0, undefined]);
  });

  test("d: a third version that alone has a weight loses it, and the primary gets everything", () => {
    const value = guarded(
      iter8.deploymentIstioBlueGreen([5, 0, 7]),
      [
        [true, false, false],
        [1, 0, 0],
      ],
      iter8.deployments(3),
    );
    expect(weights(httpOf(value)[0], "route")).toEqual([1, 0]);
    expect(brief(value.corrections)).toEqual([
      "weightZeroed spec.http[0].route[1] v2",
      "ruleToFallback spec.http[0] v2",
    ]);
  });

  test("j: a primary without a weight beside candidates at 0 gets one", () => {
    const value = guarded(iter8.modelMeshBlueGreen([30, 0]), primary, isvcs);
    expect(weights(httpOf(value)[0], "route")).toEqual([1, 0]);
    expect(brief(value.corrections)).toEqual(["ruleToFallback spec.http[0] v0"]);
  });
});

describe("KServe", () => {
  test("in two passes, the dead primary's second pass goes and the split leads to the candidate", () => {
    const value = guarded(iter8.kserveBlueGreen([30, 70]), candidate, isvcs);
    expect(httpOf(value).map((rule) => at(rule, "name"))).toEqual(["app-1", "split"]);
    expect(weights(httpOf(value)[1], "route")).toEqual([0, 70]);
    expect(brief(value.corrections)).toEqual(["ruleDropped spec.http[0] v0", "weightZeroed spec.http[2].route[0] v0"]);
  });

  test("in two passes, a dead candidate leaves both passes", () => {
    const value = guarded(iter8.kserveBlueGreen([30, 70]), primary, isvcs);
    expect(httpOf(value).map((rule) => at(rule, "name"))).toEqual(["app-0", "split"]);
    expect(weights(httpOf(value)[1], "route")).toEqual([30, 0]);
  });

  test("a canary's default rule takes over the candidate's destination together with its rewrite", () => {
    const body = iter8.kserveCanary([1, 1]);
    const value = guarded(body, candidate, isvcs);
    expect(httpOf(value)).toHaveLength(2);
    expect(at(httpOf(value)[1], "rewrite", "uri")).toBe("/v2/models/app-1/infer");
    expect(at(httpOf(value)[1], "route", 0, "headers")).toEqual(at(body, "spec", "http", 0, "route", 0, "headers"));
    expect(at(httpOf(value)[1], "name")).toBe("app-0");
    expect(brief(value.corrections)).toEqual([
      "destinationRemoved spec.http[1].route[0] v0",
      "ruleToFallback spec.http[1] v0",
    ]);
  });

  test("versions of the fallback that need different rewrites leave the rule to the heaviest", () => {
    const value = guarded(
      iter8.kserveCanary([1, 1, 1]),
      [
        [false, true, true],
        [0, 1, 3],
      ],
      iter8.models(3),
    );
    expect(at(httpOf(value)[2], "rewrite", "uri")).toBe("/v2/models/app-2/infer");
    expect(weights(httpOf(value)[2], "route")).toEqual([3]);
  });

  test("an identity that stands on the rule moves with the destination", () => {
    const rule = (index: number, more: JsonObject = {}): JsonObject => ({
      rewrite: { authority: `app-${index}-predictor.ns.svc.cluster.local` },
      route: [to("gw.istio-system")],
      ...more,
    });
    const body = iter8.virtualService([rule(1, { match: iter8.candidateMatch }), rule(0)]);
    const value = guarded(body, candidate, isvcs);
    expect(at(httpOf(value)[1], "rewrite", "authority")).toBe("app-1-predictor.ns.svc.cluster.local");
  });

  test("a predictor's Service of an HTTPRoute is replaced by that of the fallback", () => {
    const body = iter8.httpRoute([{ backendRefs: [ref("app-0-predictor")] }]);
    const value = guarded(body, candidate, isvcs);
    expect(at(rulesOf(value)[0], "backendRefs")).toEqual([
      ref("app-0-predictor", { weight: 0 }),
      ref("app-1-predictor", { weight: 1 }),
    ]);
  });

  test("a lone predictor that no rule names otherwise cannot be replaced", () => {
    const result = guardRoute(iter8.kserveCanary([1, 0]), ...candidate, isvcs);
    expect(result).toMatchObject({
      ok: false,
      error: { path: "spec.http[0]", message: "has no live destination and cannot be pointed to v1" },
    });
  });
});

describe("rules without a live destination", () => {
  test("a VirtualService drops one only for a later rule that takes everything", () => {
    const all = { route: [to("app-0")] };
    const dead = { match: iter8.candidateMatch, route: [to("app-1")] };
    const before = guarded(iter8.virtualService([dead, all]), primary, two);
    expect(httpOf(before)).toEqual([all]);
    const after = guarded(iter8.virtualService([all, dead]), primary, two);
    expect(httpOf(after)).toHaveLength(2);
    expect(at(httpOf(after)[1], "route")).toEqual([to("app-1", { weight: 0 }), to("app-0", { weight: 1 })]);
    expect(brief(after.corrections)).toEqual([
      "weightZeroed spec.http[1].route[0] v1",
      "ruleToFallback spec.http[1] v1",
    ]);
  });

  test("a gateway's route drops one for a rule that takes everything, wherever it stands", () => {
    const all = { matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs: [ref("app-0")] };
    const value = guarded(iter8.httpRoute([all, { ...match, backendRefs: [ref("app-1")] }]), primary, two);
    expect(rulesOf(value)).toEqual([all]);
  });

  test("a redirect that takes everything is no reason to drop a rule", () => {
    const redirect = { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] };
    const value = guarded(iter8.httpRoute([redirect, { ...match, backendRefs: [ref("app-1")] }]), primary, two);
    expect(rulesOf(value)).toEqual([
      redirect,
      { ...match, backendRefs: [ref("app-1", { weight: 0 }), ref("app-0", { weight: 1 })] },
    ]);
  });

  test("a default rule that comes alive with the fallback takes the requests of the other dead rules", () => {
    const rules = [
      { ...match, backendRefs: [ref("app-1")] },
      { backendRefs: [ref("app-0")] },
      { matches: [{ path: { value: "/x" } }], backendRefs: [ref("app-2")] },
    ];
    const value = guarded(
      iter8.httpRoute(rules),
      [
        [false, false, true],
        [0, 0, 1],
      ],
      iter8.deployments(3),
    );
    expect(rulesOf(value).map((rule) => weights(rule, "backendRefs"))).toEqual([[0, 1], [undefined]]);
  });

  test("a rule whose weights are all 0 is repaired, though everybody may carry", () => {
    const rule = { backendRefs: [ref("app-0", { weight: 0 }), ref("app-1", { weight: 0 })] };
    const value = guarded(
      iter8.httpRoute([rule]),
      [
        [true, true],
        [3, 4],
      ],
      two,
    );
    expect(weights(rulesOf(value)[0], "backendRefs")).toEqual([3, 4]);
  });

  test("a copied destination brings its own filters along", () => {
    const filters = [{ type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: "v", value: "0" }] } }];
    const rules = [
      { matches: [{ path: { value: "/a" } }], backendRefs: [ref("app-1")] },
      { matches: [{ path: { value: "/b" } }], backendRefs: [ref("app-0", { filters })] },
    ];
    const value = guarded(iter8.httpRoute(rules), primary, two);
    expect(at(rulesOf(value)[0], "backendRefs", 1)).toEqual(ref("app-0", { filters, weight: 1 }));
  });

  test("a Service of another namespace keeps it, and the port stays", () => {
    const versions = iter8.deployments(2).map((version) => ({
      ...version,
      resources: version.resources.map((one) => (version.index === 1 ? { ...one, namespace: "far" } : one)),
    }));
    const gateway = guarded(iter8.httpRoute([{ backendRefs: [ref("app-0", { port: 81 })] }]), candidate, versions);
    expect(at(rulesOf(gateway)[0], "backendRefs", 1)).toEqual(ref("app-1", { port: 81, namespace: "far", weight: 1 }));
    const istio = guarded(iter8.virtualService([{ route: [to("app-0")] }]), candidate, versions);
    expect(at(httpOf(istio)[0], "route", 1)).toEqual(to("app-1.far.svc.cluster.local", { weight: 1 }));
  });

  test("tcp and tls rules do not rescue each other", () => {
    const tls = [{ match: [{ sniHosts: ["a"] }], route: [to("app-1")] }];
    const body = iter8.route("networking.istio.io/v1", "VirtualService", { tls, tcp: [{ route: [to("app-0")] }] });
    const value = guarded(body, primary, two);
    expect(weights(at(value.body, "spec", "tls", 0), "route")).toEqual([0, 1]);
    expect(at(value.body, "spec", "tcp")).toEqual([{ route: [to("app-0")] }]);
  });

  test("a rule that is full makes room for the fallback", () => {
    const versions = [
      ...iter8.deployments(1),
      {
        index: 1,
        name: "many",
        resources: Array.from({ length: 16 }, (_, n) => ({
          groupResource: "services",
          namespace: "ns",
          name: `m-${n}`,
        })),
      },
    ];
    const body = iter8.httpRoute([{ backendRefs: Array.from({ length: 16 }, (_, n) => ref(`m-${n}`)) }]);
    const value = guarded(body, primary, versions);
    expect(at(rulesOf(value)[0], "backendRefs")).toEqual([ref("app-0", { weight: 1 })]);
    expect(value.corrections.filter(({ what }) => what === "destinationRemoved")).toHaveLength(16);
    expect(value.corrections.filter(({ what }) => what === "weightZeroed")).toEqual([]);
  });

  test("a subset is followed by the labels of its DestinationRule", () => {
    const share = (subset: string, weight: number): JsonObject => ({ destination: { host: "app", subset }, weight });
    const labels: SubsetLabels = (_, subset) => ({ version: subset });
    const body = iter8.virtualService([{ route: [share("app-0", 0), share("app-1", 100)] }]);
    expect(weights(httpOf(guarded(body, primary, two, labels))[0], "route")).toEqual([1, 0]);
  });

  test("without a fallback that may carry it is a problem with the path and the fix", () => {
    const body = iter8.httpRoute([{ backendRefs: [ref("app-0")] }]);
    expect(guardRoute(body, [false, false], [1, 1], two)).toEqual({
      ok: false,
      error: {
        path: "spec.rules[0]",
        message: "has no live destination, and no version of the fallback may carry traffic",
        fix: "let the template always write a destination for the fallback, with weight 0 where it gets nothing",
      },
    });
  });

  test("a rule's own Host would give a copied Service another meaning, so it is a problem", () => {
    const versions = [...iter8.models(1), ...iter8.deployments(2).slice(1)];
    const rule = { rewrite: { authority: "app-0-predictor.ns" }, route: [to("gw")] };
    const lone = guardRoute(iter8.virtualService([rule]), ...candidate, versions);
    expect(lone.ok).toBe(false);
    const other = { match: iter8.candidateMatch, route: [to("app-1")] };
    const value = guarded(iter8.virtualService([other, rule]), candidate, versions);
    expect(httpOf(value)[1]).toEqual({ route: [to("app-1", { weight: 1 })] });
  });
});

describe("mirrors", () => {
  test("that lead to a version without the right go, the others stay", () => {
    const backendRefs = [ref("app-0", { filters: [mirrorTo("app-1")] })];
    const filters = [mirrorTo("app-1", { percent: 5 }), mirrorTo("audit"), mirrorTo("app-1", { percent: 0 })];
    const value = guarded(iter8.httpRoute([{ filters, backendRefs }]), primary, two);
    expect(rulesOf(value)).toEqual([
      { filters: [mirrorTo("audit"), mirrorTo("app-1", { percent: 0 })], backendRefs: [ref("app-0")] },
    ]);
    expect(brief(value.corrections)).toEqual([
      "mirrorRemoved spec.rules[0].filters[0] v1",
      "mirrorRemoved spec.rules[0].backendRefs[0].filters[0] v1",
    ]);
  });

  test("of a VirtualService go with their percentages", () => {
    const mirrors = [{ destination: { host: "app-1" } }, { destination: { host: "audit" } }];
    const rule = { route: [to("app-0")], mirror: { host: "app-1" }, mirrorPercentage: { value: 1 }, mirrors };
    const value = guarded(iter8.virtualService([rule]), primary, two);
    expect(httpOf(value)).toEqual([{ route: [to("app-0")], mirrors: [{ destination: { host: "audit" } }] }]);
  });

  test("do not keep a rule alive", () => {
    const rule = { filters: [mirrorTo("app-0")], backendRefs: [ref("app-1")] };
    const value = guarded(iter8.httpRoute([rule]), primary, two);
    expect(weights(rulesOf(value)[0], "backendRefs")).toEqual([0, 1]);
    expect(at(rulesOf(value)[0], "filters")).toEqual([mirrorTo("app-0")]);
  });
});
