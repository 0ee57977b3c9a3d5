import { describe, expect, test } from "@jest/globals";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { isArray, isObject } from "../../../../src/base/json.js";
import type { PatchOperation, WeightsPatch } from "../../../../src/routing/guard/weightsPatch.js";
import { zeroVersions } from "../../../../src/routing/guard/weightsPatch.js";
import * as iter8 from "../reader/iter8Routes.js";

const two = iter8.deployments(2);

function stored(object: JsonObject): JsonObject {
  const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
  return { ...object, metadata: { ...metadata, uid: "u-1" } };
}

function patchOf(live: JsonObject): WeightsPatch {
  const result = zeroVersions(live, [true, false], [1, 0], two);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** The least of RFC 6902 that is needed here. Throws where a test fails. */
function apply(document: Json, operations: readonly PatchOperation[]): Json {
  return operations.reduce((value, operation) => step(value, operation.path.split("/").slice(1), operation), document);
}

function step(value: Json | undefined, path: readonly string[], operation: PatchOperation): Json {
  const [key, ...rest] = path;
  if (key === undefined) {
    if (operation.op === "test") expect(value).toEqual(operation.value);
    if (operation.op === "replace") expect(value).toBeDefined();
    return operation.op === "test" ? (value ?? null) : operation.value;
  }
  if (isArray(value))
    return value.map((entry, index) => (String(index) === key ? step(entry, rest, operation) : entry));
  const object = isObject(value) ? value : {};
  return { ...object, [key]: step(object[key], rest, operation) };
}

describe("a patch of a live route", () => {
  test("touches single weights where that is enough, and tests each destination first", () => {
    const live = stored(iter8.deploymentGatewayBlueGreen([5, 7]));
    const { operations } = patchOf(live);
    expect(operations.map(({ op, path }) => `${op} ${path}`)).toEqual([
      "test /metadata/uid",
      "test /spec/rules/0/backendRefs/1",
      "replace /spec/rules/0/backendRefs/1/weight",
    ]);
  });

  test("adds a weight where there was none", () => {
    const { operations } = patchOf(iter8.deploymentGatewayBlueGreen([5, 0]));
    expect(operations.map(({ op, path }) => `${op} ${path}`)).toEqual([
      "test /spec/rules/0/backendRefs/1",
      "add /spec/rules/0/backendRefs/1/weight",
    ]);
  });

  test("exchanges the list where a rule goes, and the rule where its destinations change", () => {
    const drop = patchOf(iter8.deploymentIstioCanary([1, 1])).operations;
    expect(drop.map(({ op, path }) => `${op} ${path}`)).toEqual(["test /spec/http", "replace /spec/http"]);
    const point = patchOf(iter8.virtualService([{ route: [{ destination: { host: "app-1" } }] }])).operations;
    expect(point.map(({ op, path }) => `${op} ${path}`)).toEqual(["test /spec/http/0", "replace /spec/http/0"]);
  });

  test.each<[string, JsonObject]>([
    ["blue-green on a gateway", iter8.deploymentGatewayBlueGreen([5, 7])],
    ["blue-green without weights", iter8.deploymentGatewayBlueGreen([5, 0])],
    ["blue-green on Istio", iter8.deploymentIstioBlueGreen([5, 7])],
    ["canary on a gateway", iter8.deploymentGatewayCanary([1, 1])],
    ["canary on Istio", iter8.deploymentIstioCanary([1, 1])],
    ["mirror on Istio", iter8.deploymentIstioMirror([1, 1])],
  ])("of %s leads to the new spec and changes nothing else", (_, object) => {
    const live = stored({ ...object, status: { parents: [] } });
    const { spec, operations, corrections } = patchOf(live);
    expect(corrections).not.toEqual([]);
    expect(apply(live, operations)).toEqual({ ...live, spec });
  });

  test("is empty where nothing has to be done", () => {
    const live = stored(iter8.deploymentIstioBlueGreen([1, 0]));
    expect(patchOf(live)).toEqual({ spec: live["spec"], operations: [], corrections: [] });
  });

  test("of a route that cannot be read, or that has no way back, is a problem", () => {
    const delegate = iter8.virtualService([{ delegate: { name: "x" } }]);
    const unreadable = zeroVersions(delegate, [true, false], [1, 0], two);
    expect(unreadable.ok ? "" : unreadable.error.message).toContain("cannot be read: spec.http[0].delegate");
    const stuck = zeroVersions(iter8.deploymentGatewayBlueGreen([5, 7]), [false, false], [0, 0], two);
    expect(stuck.ok ? "" : stuck.error.path).toBe("spec.rules[0]");
  });
});
