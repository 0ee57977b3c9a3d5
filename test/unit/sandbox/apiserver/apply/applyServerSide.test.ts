import { describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../../../../src/base/json.js";
import { arrayAt, at } from "../../../../../src/base/json.js";
import type { ApplyRequest } from "../../../../../src/sandbox/apiserver/apply/applyServerSide.js";
import { applyServerSide } from "../../../../../src/sandbox/apiserver/apply/applyServerSide.js";
import type { Schema } from "../../../../../src/sandbox/apiserver/schema/schema.js";

const schema: Schema = {
  type: "object",
  properties: { data: { type: "object", additionalProperties: { type: "string" } } },
};
const time = "2026-01-01T00:00:00Z";

function apply(live: JsonObject | undefined, data: JsonObject, how: Partial<ApplyRequest> = {}) {
  const applied = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data };
  return applyServerSide({
    ...(live === undefined ? {} : { live }),
    applied,
    manager: "a",
    force: false,
    time,
    schema,
    ...how,
  });
}

function object(outcome: ReturnType<typeof applyServerSide>): JsonObject {
  if (outcome.kind !== "applied") throw new Error(JSON.stringify(outcome));
  return outcome.object;
}

describe("server-side apply", () => {
  it("creates an object that its manager owns", () => {
    expect(object(apply(undefined, { x: "1" }))).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "a",
        managedFields: [
          {
            manager: "a",
            operation: "Apply",
            apiVersion: "v1",
            time,
            fieldsType: "FieldsV1",
            fieldsV1: { "f:data": { "f:x": {} } },
          },
        ],
      },
      data: { x: "1" },
    });
  });

  it("removes what its manager applies no longer, but for what another one owns, too", () => {
    const both = object(apply(object(apply(undefined, { x: "1", y: "2" })), { y: "2" }, { manager: "b" }));
    expect(at(object(apply(both, {})), "data")).toEqual({ y: "2" });
  });

  it("refuses to change what another manager owns, and takes it over when forced", () => {
    const live = object(apply(undefined, { x: "1" }));
    expect(apply(live, { x: "2" }, { manager: "b" })).toEqual({
      kind: "conflict",
      conflicts: [{ manager: "a", operation: "Apply", apiVersion: "v1", time, fields: [".data.x"] }],
    });
    const taken = object(apply(live, { x: "2" }, { manager: "b", force: true }));
    expect(at(taken, "data")).toEqual({ x: "2" });
    expect(arrayAt(taken, "metadata", "managedFields").map((entry) => at(entry, "manager"))).toEqual(["b"]);
  });
});
