import fc from "fast-check";

/** One change of a text; positions are shares of its length. */
type Change =
  | { readonly type: "cut" | "double" | "reverse"; readonly from: number; readonly length: number }
  | { readonly type: "insert"; readonly from: number; readonly text: string; readonly times: number }
  | { readonly type: "move"; readonly from: number; readonly length: number; readonly to: number };

const share = fc.double({ min: 0, max: 1, noNaN: true });
const length = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.integer({ min: 1, max: 400 }));

function change(words: fc.Arbitrary<string>): fc.Arbitrary<Change> {
  const times = fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 300 }));
  return fc.oneof(
    fc.record({ type: fc.constantFrom("cut", "double", "reverse"), from: share, length }),
    fc.record({ type: fc.constant("insert"), from: share, text: words, times }),
    fc.record({ type: fc.constant("move"), from: share, length, to: share }),
  );
}

function apply(text: string, made: Change): string {
  const at = Math.floor(made.from * text.length);
  if (made.type === "insert") return text.slice(0, at) + made.text.repeat(made.times) + text.slice(at);
  const piece = text.slice(at, at + made.length);
  const without = text.slice(0, at) + text.slice(at + made.length);
  switch (made.type) {
    case "cut":
      return without;
    case "double":
      return text.slice(0, at) + piece + text.slice(at);
    case "reverse":
      return text.slice(0, at) + Array.from(piece).reverse().join("") + text.slice(at + made.length);
    case "move": {
      const to = Math.floor(made.to * without.length);
      return without.slice(0, to) + piece + without.slice(to);
    }
  }
}

/** Real texts with some changes; `words` are put in. */
export function mutated(texts: readonly string[], words: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(change(words), { maxLength: 5 }))
    .map(([text, changes]) => changes.reduce(apply, text));
}

/** A short piece over and over, up to `most` characters, between a beginning and an end: what quadratic work shows on. */
export function flood(pieces: readonly string[], most: number): fc.Arbitrary<string> {
  const piece = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 }).map((all) => all.join(""));
  const few = fc.array(fc.constantFrom(...pieces), { maxLength: 3 }).map((all) => all.join(""));
  return fc
    .tuple(few, piece, fc.integer({ min: 0, max: 5 }), few)
    .map(([begin, unit, size, end]) => begin + unit.repeat(Math.floor(most / 4 ** size / unit.length)) + end);
}
