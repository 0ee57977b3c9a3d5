import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { duplicateFields } from "../../../../../src/sandbox/apiserver/write/duplicates.js";

describe("a JSON text", () => {
  it.each([
    ['{"a":1,"a":2}', ["a"]],
    ['{"data":{"a":"1","b":"{\\"a\\":1,\\"a\\":2}","a":"2"}}', ["data.a"]],
    ['{"ports":[{"name":"x"},{"name":"y","name":"z"}]}', ["ports[1].name"]],
    ['{"a":[[{"b":1}],{"b":1,"b":2}]}', ["a[1].b"]],
    ['{"a":{"a":{"a":1}}}', []],
  ])("%s has the fields %j twice", (text, expected) => {
    expect(duplicateFields(text)).toEqual(expected);
  });

  it("that was written from a value has none twice", () => {
    fc.assert(fc.property(fc.json(), (text) => expect(duplicateFields(text)).toEqual([])));
  });
});
