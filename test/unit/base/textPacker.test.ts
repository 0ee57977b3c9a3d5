import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { TextPacker } from "../../../src/base/textPacker.js";

describe("a packer of texts", () => {
  test("gives back every text, whatever came first and in whatever order", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 200 }), { minLength: 1 }), (texts) => {
        const packer = new TextPacker();
        const packed = texts.map((text) => packer.pack(text));
        expect(packed.map((text) => packer.unpack(text)).reverse()).toEqual([...texts].reverse());
      }),
      { seed: 1 },
    );
  });

  test("gives back texts that are longer than what it learns and looks at", () => {
    const packer = new TextPacker();
    const texts = [1, 2, 3].map((seed) => Array.from({ length: 20_000 }, (_, at) => (at * seed) % 997).join("é"));
    const packed = texts.map((text) => packer.pack(text));
    expect(packed.map((text) => packer.unpack(text))).toEqual(texts);
  });

  test("keeps of a text that is like the first a tenth", () => {
    const text = (name: string): string =>
      JSON.stringify({
        kind: "Deployment",
        metadata: { name },
        spec: { words: Array.from({ length: 80 }, (_, at) => `word ${at}`) },
      });
    const packer = new TextPacker();
    packer.pack(text("one"));
    expect(packer.pack(text("another")).length).toBeLessThan(text("another").length / 10);
  });
});
