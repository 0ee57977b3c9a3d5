import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { KubeObject } from "../../../src/kube/object.js";
import { addFinalizer, removeFinalizer } from "../../../src/kube/finalizers.js";

function object(finalizers?: readonly string[]): KubeObject {
  const metadata = { name: "a", uid: "u-1", resourceVersion: "1", ...(finalizers === undefined ? {} : { finalizers }) };
  return { apiVersion: "v1", kind: "Pod", metadata };
}

describe("adding a finalizer", () => {
  it("starts the list where there is none, and tests that there is none", () => {
    expect(addFinalizer(object(), "ours")).toEqual([
      { op: "test", path: "/metadata/uid", value: "u-1" },
      { op: "test", path: "/metadata/finalizers", value: null },
      { op: "add", path: "/metadata/finalizers", value: ["ours"] },
    ]);
  });

  it("appends to the list as it was seen", () => {
    expect(addFinalizer(object(["theirs"]), "ours")).toEqual([
      { op: "test", path: "/metadata/uid", value: "u-1" },
      { op: "test", path: "/metadata/finalizers", value: ["theirs"] },
      { op: "add", path: "/metadata/finalizers/-", value: "ours" },
    ]);
  });

  it("is nothing where it is", () => {
    expect(addFinalizer(object(["theirs", "ours"]), "ours")).toBeUndefined();
  });
});

describe("removing a finalizer", () => {
  it("tests uid and the element, and removes that element alone", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (before, after) => {
        const others = before.filter((other) => other !== "ours");
        expect(removeFinalizer(object([...others, "ours", ...after]), "ours")).toEqual([
          { op: "test", path: "/metadata/uid", value: "u-1" },
          { op: "test", path: `/metadata/finalizers/${others.length}`, value: "ours" },
          { op: "remove", path: `/metadata/finalizers/${others.length}` },
        ]);
      }),
    );
  });

  it("is nothing where it is not", () => {
    expect(removeFinalizer(object(["theirs"]), "ours")).toBeUndefined();
    expect(removeFinalizer(object(), "ours")).toBeUndefined();
  });
});
