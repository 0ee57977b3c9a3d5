import { describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { at } from "../../../../src/base/json.js";
import { guardRoute } from "../../../../src/routing/guard/guard.js";
import type { SubsetLabels, VersionIdentity } from "../../../../src/routing/reader/identify.js";
import * as iter8 from "../reader/iter8Routes.js";
import {
  two,
  isvcs,
  primary,
  candidate,
  guarded,
  brief,
  httpOf,
  rulesOf,
  weights,
  ref,
  to,
  mirrorTo,
  match,
} from "./guarding.js";

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

describe("where the fallback's destinations come from", () => {
  const three = iter8.deployments(3);
  const third: readonly [readonly boolean[], readonly number[]] = [
    [false, false, true],
    [0, 0, 1],
  ];
  const only = (matched: JsonObject, index: number, more: JsonObject = {}): JsonObject => ({
    ...matched,
    backendRefs: [ref(`app-${index}`, more)],
  });

  test("in a VirtualService too, the default rule comes first, and the rules before it go", () => {
    const body = iter8.virtualService([
      { match: iter8.candidateMatch, route: [to("app-1")] },
      { name: "default", route: [to("app-0")] },
    ]);
    expect(httpOf(guarded(body, third, three)).map((rule) => at(rule, "name"))).toEqual(["default"]);
  });

  test("a live rule is preferred to a dead one", () => {
    const shared = { ...match, backendRefs: [ref("app-1", { port: 81, weight: 0 }), ref("app-0")] };
    const body = iter8.httpRoute([only(match, 0), shared, only(match, 1, { port: 82 })]);
    expect(at(rulesOf(guarded(body, candidate, two))[0], "backendRefs", 1)).toEqual(
      ref("app-1", { port: 82, weight: 1 }),
    );
  });

  test("a backend of the same kind is preferred to another one", () => {
    const setting = (name: string, value: string): JsonObject =>
      to("gw.far", { headers: { request: { set: { [name]: value } } } });
    const matched = { match: iter8.candidateMatch };
    const body = iter8.virtualService([
      { ...matched, route: [setting("Host", "app-1-predictor.ns")] },
      { ...matched, route: [setting("branch", "app-1")] },
      { route: [setting("branch", "app-0")] },
    ]);
    expect(at(httpOf(guarded(body, candidate, isvcs))[2], "route", 0, "headers", "request", "set")).toEqual({
      branch: "app-1",
    });
  });

  test("a version that a rule names twice gets its weight once", () => {
    const backendRefs = [ref("app-1", { weight: 0 }), ref("app-1", { port: 81, weight: 0 }), ref("app-0")];
    const value = guarded(iter8.httpRoute([{ backendRefs }]), candidate, two);
    expect(weights(rulesOf(value)[0], "backendRefs")).toEqual([1, 0, 0]);
  });

  test("a rule that names one version of the fallback gets the others beside it", () => {
    const backendRefs = [ref("app-0"), ref("app-1", { weight: 0 })];
    const value = guarded(
      iter8.httpRoute([{ backendRefs }]),
      [
        [false, true, true],
        [0, 2, 3],
      ],
      three,
    );
    expect(at(rulesOf(value)[0], "backendRefs")).toEqual([
      ref("app-0", { weight: 0 }),
      ref("app-1", { weight: 2 }),
      ref("app-2", { weight: 3 }),
    ]);
  });

  test("nothing is made up for a version with two Services or two InferenceServices", () => {
    const double = (versions: readonly VersionIdentity[]): readonly VersionIdentity[] =>
      versions.map((version) => {
        const more = version.resources.map((one) => ({ ...one, name: `${one.name}-b` }));
        return version.index === 1 ? { ...version, resources: [...version.resources, ...more] } : version;
      });
    const services = iter8.httpRoute([{ backendRefs: [ref("app-0")] }]);
    expect(guardRoute(services, ...candidate, double(two)).ok).toBe(false);
    const predictors = iter8.httpRoute([{ backendRefs: [ref("app-0-predictor")] }]);
    expect(guardRoute(predictors, ...candidate, double(isvcs)).ok).toBe(false);
  });

  test("a destination that the rule's own headers would turn into another version is refused", () => {
    const versions = [...iter8.models(1), ...two.slice(1)];
    const filters = [{ type: "URLRewrite", urlRewrite: { hostname: "app-0-predictor.ns" } }];
    const pool = { group: "example.com", kind: "Pool", name: "pool", weight: 0 };
    const body = iter8.httpRoute([{ ...match, filters, backendRefs: [pool] }, only(match, 1)]);
    expect(guardRoute(body, ...candidate, versions).ok).toBe(false);
  });

  test("filters of the rule that name a model are exchanged, its mirrors stay", () => {
    const model = (value: string): JsonObject => ({
      type: "RequestHeaderModifier",
      requestHeaderModifier: { set: [{ name: "mm-vmodel-id", value }] },
    });
    const rules = [
      { ...match, filters: [model("app-1")], backendRefs: [ref("serving")] },
      { filters: [model("app-0"), mirrorTo("audit")], backendRefs: [ref("serving")] },
    ];
    const value = guarded(iter8.httpRoute(rules), candidate, isvcs);
    expect(rulesOf(value)[1]).toEqual({
      filters: [model("app-1"), mirrorTo("audit")],
      backendRefs: [ref("serving", { weight: 1 })],
    });
  });
});
