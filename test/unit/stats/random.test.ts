import { describe, expect, test } from "@jest/globals";

import { seededRng } from "../../../src/stats/index.js";

type Bits = bigint;

const word = (state: Bits, i: number): bigint => (state >> BigInt(32 * i)) & 0xffffffffn;
const packed = (words: readonly bigint[]): Bits => words.reduce((all, w, i) => all | (w << BigInt(32 * i)), 0n);

/** The linear engine of xoshiro128 as its authors write it. */
function step(state: Bits): Bits {
  let [a, b, c, d] = [word(state, 0), word(state, 1), word(state, 2), word(state, 3)];
  const shifted = (b << 9n) & 0xffffffffn;
  c ^= a;
  d ^= b;
  b ^= c;
  a ^= d;
  c ^= shifted;
  d = ((d << 11n) | (d >> 21n)) & 0xffffffffn;
  return packed([a, b, c, d]);
}

/** What `2^doublings` steps make of a state, by squaring the matrix of one step over GF(2). */
function after(doublings: number, state: Bits): Bits {
  let columns = Array.from({ length: 128 }, (_, i) => step(1n << BigInt(i)));
  const applied = (matrix: readonly Bits[], vector: Bits): Bits =>
    matrix.reduce((sum, column, i) => (((vector >> BigInt(i)) & 1n) === 1n ? sum ^ column : sum), 0n);
  for (let i = 0; i < doublings; i++) {
    const square = columns;
    columns = square.map((column) => applied(square, column));
  }
  return applied(columns, state);
}

const stateOf = (words: readonly number[]): Bits => packed(words.map(BigInt));

describe("streams of the seeded generator", () => {
  test("a jump goes on by 2^64 words, a long jump by 2^96", () => {
    const start = seededRng(1);
    expect(stateOf(start.copy().jump().toJSON().words)).toBe(after(64, stateOf(start.toJSON().words)));
    expect(stateOf(start.copy().longJump().toJSON().words)).toBe(after(96, stateOf(start.toJSON().words)));
  });

  test("a copy draws what the original draws, and leaves it alone", () => {
    const original = seededRng(2);
    original.next();
    const copy = original.copy();
    const drawn = [copy.next(), copy.next()];
    expect([original.next(), original.next()]).toEqual(drawn);
  });

  test("a draw is made of two words, the higher bits first", () => {
    const rng = seededRng(3);
    const before = stateOf(rng.toJSON().words);
    rng.next();
    expect(stateOf(rng.toJSON().words)).toBe(step(step(before)));
  });
});
