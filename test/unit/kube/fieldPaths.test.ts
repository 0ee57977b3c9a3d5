import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { isObject } from "../../../src/base/json.js";
import { formatFieldPath, ownedFields } from "../../../src/kube/fieldPaths.js";

function paths(fieldsV1: Json | undefined): readonly string[] {
  return ownedFields(fieldsV1).map(formatFieldPath);
}

describe("the fields that a manager owns", () => {
  it("are written as people write them: items by their keys, members of sets by value, indices, odd names in brackets", () => {
    const fields = {
      "f:metadata": { "f:labels": { ".": {}, "f:app": {}, "f:example.com/team": {} } },
      "f:spec": {
        "f:rules": { "i:0": { "f:backendRefs": { "i:1": { "f:weight": {} } } } },
        "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:name": {} }, 'k:{"name":"a b"}': { ".": {} } },
        "f:finalizers": { 'v:"example.com/guard"': {}, "v:7": {} },
      },
    };
    expect(paths(fields)).toEqual([
      "metadata.labels.app",
      "metadata.labels[example.com/team]",
      "spec.rules[0].backendRefs[1].weight",
      "spec.ports[port=80,protocol=TCP].name",
      'spec.ports[name="a b"]',
      "spec.finalizers[=example.com/guard]",
      "spec.finalizers[=7]",
    ]);
  });

  it("are the map or item itself where nothing below it is owned", () => {
    expect(paths({ "f:spec": { "f:selector": { ".": {} }, "f:template": {} } })).toEqual([
      "spec.selector",
      "spec.template",
    ]);
  });

  it("are told as they stand where a key cannot be read", () => {
    expect(
      paths({ "k:{broken": {}, "v:{": {}, 'k:{"a":{"b":1}}': {}, "x:odd": {}, "f:": {}, "k:{}": {}, "": {} }),
    ).toEqual(["[{broken]", "[={]", '["{\\"a\\":{\\"b\\":1}}"]', "[x:odd]", '[""]', "[{}]", '[""]']);
  });

  it("are none where there is no field set", () => {
    for (const nothing of [undefined, null, 7, "f:spec", [], [{ "f:spec": {} }], {}, { ".": {} }])
      expect(paths(nothing)).toEqual([]);
  });

  it("are bounded in number, depth and length, whatever is given", () => {
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`f:a${index}`, {}]));
    expect(ownedFields({ "f:spec": wide, "f:more": wide })).toHaveLength(2000);
    let deep: JsonObject = {};
    for (let level = 0; level < 100_000; level += 1) deep = { "f:a": deep };
    const [only, ...others] = ownedFields(deep);
    expect([only?.length, others]).toEqual([24, []]);
    const endless = "x".repeat(1_000_000);
    const long = { [`f:${endless}`]: {}, [`k:{"name":"${endless}"}`]: {}, [`v:"${"[".repeat(1_000_000)}"`]: {} };
    for (const path of paths(long)) expect(path.length).toBeLessThan(200);
  });

  it("never fail on any JSON, and are as many as its leaves where it is a small field set", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const path of paths(value)) expect(path).not.toBe("");
      }),
    );
    const key = fc
      .tuple(fc.constantFrom("f:", "k:", "v:", "i:"), fc.string({ maxLength: 8 }))
      .map((parts) => parts.join(""));
    const { tree } = fc.letrec<{ tree: JsonObject }>((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, fc.constant({}), fc.dictionary(key, tie("tree"), { maxKeys: 3 })),
    }));
    fc.assert(
      fc.property(tree, (fields) => {
        expect(ownedFields(fields)).toHaveLength(
          isObject(fields) && Object.keys(fields).length > 0 ? leaves(fields) : 0,
        );
      }),
    );
  });
});

function leaves(node: Json | undefined): number {
  const children = isObject(node) ? Object.values(node) : [];
  return children.length === 0 ? 1 : children.reduce<number>((sum, child) => sum + leaves(child), 0);
}
