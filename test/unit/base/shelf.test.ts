import { beforeEach, describe, expect, test } from "@jest/globals";

import type { Packing, Slot } from "../../../src/base/shelf.js";
import { Shelf } from "../../../src/base/shelf.js";

interface Thing {
  readonly number: number;
}

describe("a shelf that packs", () => {
  let packed: number[];
  let unpacked: string[];
  let shelf: Shelf<Thing>;

  beforeEach(() => {
    packed = [];
    unpacked = [];
    const packing: Packing<Thing> = {
      unpacked: 128,
      pack({ number }) {
        packed.push(number);
        return `(${number})`;
      },
      unpack(text) {
        unpacked.push(text);
        return { number: Number(text.slice(1, -1)) };
      },
    };
    shelf = new Shelf(packing);
  });

  /** Puts things of these numbers, each in a slot of its own. */
  function fill(first: number, count: number): readonly Slot<Thing>[] {
    return Array.from({ length: count }, (_, at) => {
      const slot: Slot<Thing> = { content: { number: first + at } };
      shelf.put(slot, { number: first + at });
      return slot;
    });
  }

  test("packs what was not used for longest, and unpacks it once when it is read", () => {
    const slots = fill(0, 200);
    expect(packed).toEqual(Array.from({ length: 72 }, (_, at) => at));
    expect(slots.slice(-100).map((slot) => shelf.get(slot).number)).toEqual(
      Array.from({ length: 100 }, (_, at) => at + 100),
    );
    expect(unpacked).toEqual([]);
    expect(slots.slice(0, 1).map((slot) => [shelf.get(slot), shelf.get(slot)])).toEqual([
      [{ number: 0 }, { number: 0 }],
    ]);
    expect(unpacked).toEqual(["(0)"]);
  });

  test("does not pack again what was only read", () => {
    const slots = fill(0, 200);
    for (const slot of slots) shelf.get(slot);
    for (const slot of slots) shelf.get(slot);
    expect(new Set(packed).size).toBe(packed.length);
  });

  test("packs what changes over and over only when it is left alone", () => {
    const slot: Slot<Thing> = { content: { number: 0 } };
    for (let number = 1000; number < 1050; number += 1) shelf.put(slot, { number });
    expect(shelf.get(slot)).toEqual({ number: 1049 });
    fill(0, 128);
    expect(packed).toEqual([1049]);
    expect(shelf.get(slot)).toEqual({ number: 1049 });
    expect(unpacked).toEqual(["(1049)"]);
  });

  test("never packs what was dropped", () => {
    for (const slot of fill(0, 100)) shelf.drop(slot);
    fill(1000, 128);
    expect(packed).toEqual([]);
  });
});

test("a shelf without a packing gives what was put", () => {
  const shelf = new Shelf<Thing>(undefined);
  const slot: Slot<Thing> = { content: { number: 1 } };
  const thing = { number: 2 };
  shelf.put(slot, thing);
  expect(shelf.get(slot)).toBe(thing);
});
