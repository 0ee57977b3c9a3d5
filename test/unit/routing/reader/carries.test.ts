import { describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import type { Carried } from "../../../../src/routing/reader/carries.js";
import { carriedWeights } from "../../../../src/routing/reader/carries.js";
import type { SubsetLabels, VersionIdentity } from "../../../../src/routing/reader/identify.js";
import { readRoute } from "../../../../src/routing/reader/read.js";
import * as iter8 from "./iter8Routes.js";

function carried(object: JsonObject, versions: readonly VersionIdentity[], subsetLabels?: SubsetLabels): Carried {
  const reading = readRoute(object);
  if (!reading.readable) throw new Error(reading.reason);
  return carriedWeights(reading, versions, subsetLabels);
}

/** Per version: "weight", then m for a match and c for copies; a dash where it carries nothing. */
function summary(object: JsonObject, versions: readonly VersionIdentity[], subsetLabels?: SubsetLabels): string {
  return carried(object, versions, subsetLabels)
    .perVersion.map((one) =>
      one.carries ? `${one.weight}${one.byMatch ? "m" : ""}${one.byMirror ? "c" : ""}` : `-${one.weight}`,
    )
    .join(" ");
}

describe("routes of Iter8's charts", () => {
  const two = iter8.deployments(2);
  const isvcs = iter8.models(2);

  test.each<[string, JsonObject, readonly VersionIdentity[], string]>([
    ["Deployment, Istio, blue-green", iter8.deploymentIstioBlueGreen([30, 70]), two, "30 70"],
    ["the same without candidate", iter8.deploymentIstioBlueGreen([30, 0]), two, "100 -0"],
    ["the same with the primary at 0", iter8.deploymentIstioBlueGreen([0, 1]), two, "-0 1"],
    ["Deployment, Istio, canary", iter8.deploymentIstioCanary([50, 50]), two, "100 0m"],
    ["the same without candidate", iter8.deploymentIstioCanary([50, 0]), two, "100 -0"],
    ["Deployment, Istio, mirror", iter8.deploymentIstioMirror([50, 20]), two, "50 0c"],
    ["Deployment, Gateway API, blue-green", iter8.deploymentGatewayBlueGreen([30, 70]), two, "30 70"],
    ["the same without candidate: defect a", iter8.deploymentGatewayBlueGreen([1, 0]), two, "1 1"],
    ["Deployment, Gateway API, canary", iter8.deploymentGatewayCanary([1, 1]), two, "1 0m"],
    ["the same without matches: defect b", iter8.deploymentGatewayCanary([1, 0], null), two, "1 1"],
    ["KServe, Istio, blue-green in two passes", iter8.kserveBlueGreen([30, 70]), isvcs, "30m 70m"],
    ["the same without candidate", iter8.kserveBlueGreen([30, 0]), isvcs, "100m -0"],
    ["KServe, Istio, canary", iter8.kserveCanary([50, 50]), isvcs, "100 0m"],
    ["ModelMesh, Istio, blue-green", iter8.modelMeshBlueGreen([30, 70]), isvcs, "30 70"],
    ["the same without candidate: defect j", iter8.modelMeshBlueGreen([30, 0]), isvcs, "-0 -0"],
    ["ModelMesh, Istio, canary", iter8.modelMeshCanary([50, 50]), isvcs, "100 0m"],
  ])("%s is understood", (_, object, versions, expected) => {
    expect(summary(object, versions)).toBe(expected);
    expect(carried(object, versions).unlisted).toEqual([]);
  });

  test("three versions without the weight of the second: defect d", () => {
    expect(summary(iter8.deploymentGatewayBlueGreen([5, 0, 7]), iter8.deployments(3))).toBe("1 1 1");
    expect(summary(iter8.deploymentIstioBlueGreen([5, 0, 7]), iter8.deployments(3))).toBe("-0 -0 7");
  });
});

describe("carried weights", () => {
  const ref = (index: number, weight: number): JsonObject => ({ name: `app-${index}`, port: 80, weight });
  const match = { matches: iter8.candidateMatches };

  test("are the largest over the rules that take everything, with equal backends of a rule added up", () => {
    const rules = [{ backendRefs: [ref(0, 3), ref(0, 2), ref(1, 1)] }, { backendRefs: [ref(0, 1), ref(1, 9)] }];
    expect(summary(iter8.httpRoute(rules), iter8.deployments(2))).toBe("5 9");
  });

  test("count rules that share traffic out where no rule takes everything", () => {
    const rules = [
      { ...match, backendRefs: [ref(0, 3), ref(1, 1)] },
      { ...match, backendRefs: [ref(2, 8)] },
    ];
    expect(summary(iter8.httpRoute(rules), iter8.deployments(3))).toBe("3m 1m 0m");
  });

  test("a mirror at 0 percent and a share at 0 carry nothing", () => {
    const filters = [{ type: "RequestMirror", requestMirror: { backendRef: { name: "app-1" }, percent: 0 } }];
    const rules = [{ filters, backendRefs: [ref(0, 1), ref(1, 0)] }];
    expect(summary(iter8.httpRoute(rules), iter8.deployments(2))).toBe("1 -0");
  });

  test("a rule that only redirects does not hide the ones that share out", () => {
    const redirect = { filters: [{ type: "RequestRedirect", requestRedirect: { port: 443 } }] };
    const rules = [redirect, { ...match, backendRefs: [ref(0, 2), ref(1, 1)] }];
    expect(summary(iter8.httpRoute(rules), iter8.deployments(2))).toBe("2m 1m");
  });

  test("name every live destination that is no version's", () => {
    const rules = [{ backendRefs: [ref(0, 1), ref(7, 1), ref(8, 0)] }];
    expect(carried(iter8.httpRoute(rules), iter8.deployments(2)).unlisted.map(({ path }) => path)).toEqual([
      "spec.rules[0].backendRefs[1]",
    ]);
  });

  test("go through subsets by the labels of the DestinationRule", () => {
    const share = (subset: string, weight: number): JsonObject => ({ destination: { host: "app", subset }, weight });
    const object = iter8.virtualService([{ route: [share("one", 9), share("two", 1)] }]);
    const labels: SubsetLabels = (_, subset) => ({ version: subset === "one" ? "app-0" : "app-1" });
    expect(summary(object, iter8.deployments(2), labels)).toBe("9 1");
    expect(carried(object, iter8.deployments(2)).unlisted).toHaveLength(2);
  });

  test("keep the order and the indexes of the versions given", () => {
    const object = iter8.deploymentGatewayBlueGreen([1, 2, 3]);
    const versions = [...iter8.deployments(3)].reverse();
    expect(carried(object, versions).perVersion.map(({ index, weight }) => [index, weight])).toEqual([
      [2, 3],
      [1, 2],
      [0, 1],
    ]);
  });
});
