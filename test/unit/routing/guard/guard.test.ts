import { describe, expect, test } from "@jest/globals";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { arrayAt, at } from "../../../../src/base/json.js";
import { guardRoute } from "../../../../src/routing/guard/guard.js";
import type { VersionIdentity } from "../../../../src/routing/reader/identify.js";
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
} from "./guarding.js";

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
    expect(at(rulesOf(value)[0], "filters")).toBeUndefined();
  });
});
