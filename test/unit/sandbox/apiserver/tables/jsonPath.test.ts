import { describe, expect, it } from "@jest/globals";

import { compileJsonPath } from "../../../../../src/sandbox/apiserver/tables/jsonPath.js";

const object = {
  metadata: { name: "a", annotations: { "example.com/note": "n" } },
  spec: { ports: [{ port: 80 }, { port: 443 }], deep: { port: 1 } },
  status: {
    conditions: [
      { type: "Ready", status: "True" },
      { type: "Synced", status: "False" },
    ],
  },
};

describe("a column's path", () => {
  it.each([
    [".metadata.name", ["a"]],
    [".metadata.annotations['example.com/note']", ["n"]],
    [".metadata.annotations.example\\.com/note", ["n"]],
    [".spec.ports[0].port", [80]],
    [".spec.ports[-1].port", [443]],
    [".spec.ports[*].port", [80, 443]],
    ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
    [".status.conditions[?(@.type=='Synced')].status", ["False"]],
    [".spec.ports[?(@.port>100)].port", [443]],
    ["..port", [80, 443, 1]],
    [".spec.nothing.at.all", []],
    [".spec.ports[7].port", []],
  ])("%s finds %j", (path, expected) => {
    expect([...(compileJsonPath(path)?.(object) ?? ["not understood"])].sort()).toEqual([...expected].sort());
  });

  it("that is none is not understood", () => {
    expect(compileJsonPath(".spec[")).toBeUndefined();
  });
});
