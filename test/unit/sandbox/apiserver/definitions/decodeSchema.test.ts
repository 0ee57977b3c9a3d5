import { describe, expect, it } from "@jest/globals";

import { decodeSchema } from "../../../../../src/sandbox/apiserver/definitions/decodeSchema.js";

describe("the schema of a custom resource", () => {
  it("is taken as it is, down to its leaves", () => {
    const schema = {
      type: "object",
      required: ["spec"],
      properties: {
        spec: {
          type: "array",
          items: { anyOf: [{ type: "integer" }, { type: "string" }], "x-kubernetes-int-or-string": true },
        },
        default: { type: "string", enum: ["a", null], nullable: true, default: null },
      },
      additionalProperties: false,
    };
    expect(decodeSchema(schema)).toEqual(schema);
  });

  it("has no part where null is written, except a default", () => {
    const targetPort = { anyOf: null, allOf: null, default: null, pattern: null, "x-kubernetes-int-or-string": true };
    expect(decodeSchema({ properties: { targetPort, gone: null } })).toEqual({
      properties: { targetPort: { default: null, "x-kubernetes-int-or-string": true } },
    });
  });

  it("has no part where something else than a schema stands for one", () => {
    expect(decodeSchema({ items: "none", properties: [], oneOf: {}, required: "all" })).toEqual({});
  });
});
