import { describe, expect, test } from "@jest/globals";

import type { KubeObject } from "../../../src/kube/object.js";
import { selectionMatcher } from "../../../src/kube/selector.js";

const resource = { group: "", version: "v1", resource: "services" };

function service(labels: Record<string, string>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "app", namespace: "shop", uid: "u", resourceVersion: "1", labels },
  };
}

describe("selectionMatcher", () => {
  test.each([
    ["", {}, true],
    ["a=b", { a: "b" }, true],
    ["a=b", { a: "c" }, false],
    ["a=b", {}, false],
    ["a==b,c=d", { a: "b", c: "d" }, true],
    ["a==b,c=d", { a: "b" }, false],
    ["a!=b", {}, true],
    ["a!=b", { a: "b" }, false],
    ["x.io/a", { "x.io/a": "" }, true],
    ["x.io/a", {}, false],
    ["!a", {}, true],
    ["!a", { a: "" }, false],
    ["a in (b, c),d", { a: "c", d: "1" }, true],
    ["a in (b,c)", { a: "d" }, false],
    ["a notin (b,c)", { a: "b" }, false],
    ["a notin (b,c)", {}, true],
    ["constructor", {}, false],
  ])("the selector %j on labels %j says %s", (labelSelector, labels, expected) => {
    expect(selectionMatcher({ resource, labelSelector })(service(labels))).toBe(expected);
  });

  test.each([
    ["metadata.name=app", true],
    ["metadata.name=other", false],
    ["metadata.namespace!=shop", false],
    ["metadata.name=app,metadata.namespace=shop", true],
    ["spec.type=ClusterIP", true],
  ])("the field selector %j says %s", (fieldSelector, expected) => {
    expect(selectionMatcher({ resource, fieldSelector })(service({}))).toBe(expected);
  });

  test("an object of another namespace does not match", () => {
    expect(selectionMatcher({ resource, namespace: "bank" })(service({}))).toBe(false);
  });
});
